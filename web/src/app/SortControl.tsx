/** Chooses the order of a list, and turns it round. */
import type { ReactElement } from 'react';
import { Icon } from './Icon';
import { SORTS, type ShownSort, type SortName } from './use-sort';

type Props = { readonly names: readonly SortName[]; readonly shown: ShownSort };

export const SortControl = ({ names, shown: { sort, show } }: Props): ReactElement => (
  <div className="sort" role="group" aria-label="Order">
    <select
      className="button"
      aria-label="Sort by"
      value={sort.name}
      onChange={({ target }) => {
        const name = names.find((known) => known === target.value);
        if (name) show({ name, isDescending: SORTS[name].isTurned });
      }}
    >
      {names.map((name) => (
        <option key={name} value={name}>
          {SORTS[name].words}
        </option>
      ))}
    </select>
    <button
      type="button"
      className="button"
      aria-pressed={sort.isDescending}
      aria-label="Descending"
      title={sort.isDescending ? 'Descending' : 'Ascending'}
      onClick={() => show({ ...sort, isDescending: !sort.isDescending })}
    >
      <Icon name={sort.isDescending ? 'descending' : 'ascending'} />
    </button>
  </div>
);
