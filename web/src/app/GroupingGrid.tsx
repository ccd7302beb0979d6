/** Artists or genres by name, in as many columns as there is room for. */
import { useCallback, type ReactElement } from 'react';
import { Link } from 'wouter';
import { GridCell, ItemGrid, type Cells, type Place } from './ItemGrid';
import type { Grouping } from './library-client';
import type { GroupingItems } from './library-data';

const CELLS: Cells = { minWidthPx: 260, gapPx: 4, heightPxOf: () => 56 };

export const countWords = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const keyOf = ({ id }: Grouping): string => id;

type Props = {
  readonly kind: 'artists' | 'genres';
  readonly label: string;
  readonly list: GroupingItems;
};

export const GroupingGrid = ({ kind, label, list }: Props): ReactElement => {
  const renderItem = useCallback(
    (grouping: Grouping, place: Place) => (
      <GridCell place={place}>
        <Link
          href={`/${kind}/${grouping.id}`}
          className="name-link"
          data-rove
          tabIndex={place.isActive ? 0 : -1}
        >
          <span className="row-title">{grouping.name}</span>
          <span className="row-artist">{countWords(grouping.trackCount, 'song', 'songs')}</span>
        </Link>
      </GridCell>
    ),
    [kind],
  );
  return (
    <ItemGrid
      list={list}
      label={label}
      className="names"
      cells={CELLS}
      keyOf={keyOf}
      renderItem={renderItem}
    />
  );
};
