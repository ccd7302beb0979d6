/** The listener's favourites, the newest first. */
import { useCallback, useMemo, type ReactElement } from 'react';
import { FAVOURITES, type Favourite } from '../../lists/favourites';
import type { ListenerLists, ListsState } from '../../lists/listener-lists';
import type { ListEntry } from '../../lists/playlist';
import { ExportButton } from '../my-lists/ExportButton';
import { ListRows } from '../my-lists/ListRows';
import { ListsFrame } from '../my-lists/ListsFrame';
import { aboutList } from '../my-lists/words';
import { useViewTitle } from '../use-view-title';
import { ViewHead } from '../ViewHead';

const entriesOf = (favourites: readonly Favourite[]): readonly ListEntry[] =>
  favourites.map(({ track, addedAtMs }) => ({ key: addedAtMs, track }));

type Props = { readonly lists: ListenerLists; readonly state: ListsState };

const Favourites = ({ lists, state }: Props): ReactElement => {
  const { favourites } = state;
  const entries = useMemo(() => entriesOf(favourites), [favourites]);
  const look = useCallback(() => entriesOf(lists.getState().favourites), [lists]);
  const remove = useCallback((key: number) => lists.removeFavourite(key), [lists]);
  const durationSeconds = favourites.reduce((sum, { track }) => sum + track.durationSeconds, 0);
  if (entries.length === 0) {
    return (
      <>
        <ViewHead title={FAVOURITES} />
        <p className="empty-text">
          Nothing yet. The heart on a song makes it a favourite; it is kept in this browser.
        </p>
      </>
    );
  }
  return (
    <>
      <ViewHead title={FAVOURITES} about={aboutList({ count: entries.length, durationSeconds })}>
        <ExportButton name={FAVOURITES} entries={entries} />
      </ViewHead>
      <ListRows
        lists={lists}
        id={null}
        name={FAVOURITES}
        entries={entries}
        look={look}
        onMove={null}
        onRemove={remove}
      />
    </>
  );
};

export const FavouritesView = (): ReactElement => {
  useViewTitle(FAVOURITES);
  return <ListsFrame>{(lists, state) => <Favourites lists={lists} state={state} />}</ListsFrame>;
};
