/** One playlist of the listener's: played, put in order, called otherwise, exported, deleted. */
import { useCallback, useEffect, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import type { ListenerLists, ListsState } from '../../lists/listener-lists';
import { headOf, type Playlist } from '../../lists/playlist';
import { ExportButton } from '../my-lists/ExportButton';
import { ListRows } from '../my-lists/ListRows';
import { ListsFrame } from '../my-lists/ListsFrame';
import { NameForm } from '../my-lists/NameForm';
import { aboutList } from '../my-lists/words';
import { goTo } from '../navigation';
import { usePage } from '../page-context';
import { useViewTitle } from '../use-view-title';
import { ViewHead } from '../ViewHead';

type ShownProps = { readonly lists: ListenerLists; readonly list: Playlist };

const Tools = ({ lists, list }: ShownProps): ReactElement => {
  const { scroller, say } = usePage();
  const [isNaming, setNaming] = useState(false);
  const { id, name, entries } = list;
  if (isNaming) {
    const end = (): void => {
      setNaming(false);
      scroller.current?.focus({ preventScroll: true });
    };
    return (
      <NameForm
        name={name}
        label="Name of the playlist"
        words="Rename"
        isFirst
        onName={(typed) => {
          lists.rename(id, typed);
          say(`The playlist is “${typed}” now.`);
          end();
        }}
        onCancel={end}
      />
    );
  }
  const remove = (): void => {
    void lists.remove(id);
    goTo('/playlists', { replace: true });
  };
  return (
    <div className="play-buttons">
      <button type="button" className="button" onClick={() => setNaming(true)}>
        Rename
      </button>
      {entries.length > 0 && <ExportButton name={name} entries={entries} />}
      <button type="button" className="button" onClick={remove}>
        Delete
      </button>
    </div>
  );
};

const Shown = ({ lists, list }: ShownProps): ReactElement => {
  const { id, name, entries } = list;
  const look = useCallback(() => lists.getState().open.get(id)?.entries ?? [], [lists, id]);
  const move = useCallback((key: number, to: number) => lists.move(id, key, to), [lists, id]);
  const remove = useCallback((key: number) => lists.removeEntry(id, key), [lists, id]);
  useViewTitle(name);
  return (
    <>
      <ViewHead title={name} about={aboutList(headOf(list))}>
        <Tools lists={lists} list={list} />
      </ViewHead>
      {entries.length === 0 ? (
        <p className="empty-text">
          Nothing is in it yet. “Add to a playlist” stands beside every song and album.
        </p>
      ) : (
        <ListRows
          lists={lists}
          id={id}
          name={name}
          entries={entries}
          look={look}
          onMove={move}
          onRemove={remove}
        />
      )}
    </>
  );
};

type WantedProps = {
  readonly lists: ListenerLists;
  readonly state: ListsState;
  readonly id: string;
};

const Wanted = ({ lists, state, id }: WantedProps): ReactElement => {
  useEffect(() => void lists.want(id), [lists, id]);
  const list = state.open.get(id);
  useViewTitle(list?.name ?? '');
  if (list) return <Shown lists={lists} list={list} />;
  if (list === undefined) return <p className="empty-text">Looking for the playlist…</p>;
  return (
    <p className="empty-text">
      This browser has no such playlist. <Link href="/playlists">All playlists</Link>
    </p>
  );
};

export const PlaylistView = ({ id }: { readonly id: string }): ReactElement => (
  <ListsFrame>{(lists, state) => <Wanted lists={lists} state={state} id={id} />}</ListsFrame>
);
