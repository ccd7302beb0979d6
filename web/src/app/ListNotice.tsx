/** What stands in place of a list: that it loads, failed, or has nothing. */
import type { ReactElement, ReactNode } from 'react';
import type { ItemList } from './item-list';
import { NotFoundError } from './library-client';
import { usePage } from './page-context';
import { useItems } from './use-library';

type Props = {
  readonly list: ItemList<unknown, unknown>;
  readonly emptyText: ReactNode;
};

export const ListNotice = ({ list, emptyText }: Props): ReactElement | null => {
  const { mayGrow } = usePage();
  const { total, error } = useItems(list);
  if (error instanceof NotFoundError) {
    return <p className="empty-text">The library does not have this any more.</p>;
  }
  if (error) {
    return (
      <div className="notice notice-error" role="alert">
        <p>
          <strong>The library did not load.</strong> {error.message}
        </p>
        <div className="notice-actions">
          <button type="button" onClick={() => list.retry()}>
            Try again
          </button>
        </div>
      </div>
    );
  }
  if (total === null) return <p className="empty-text">Loading the library…</p>;
  // What is not there yet may come: the page says how far the server is.
  return total === 0 && !mayGrow ? <p className="empty-text">{emptyText}</p> : null;
};
