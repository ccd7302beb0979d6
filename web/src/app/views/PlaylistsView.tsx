/** The listener's playlists; new ones are made here, and come from other players. */
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ChangeEvent,
  type ReactElement,
} from 'react';
import { Link } from 'wouter';
import type { ListenerLists, ListsState } from '../../lists/listener-lists';
import type { PlaylistHead } from '../../lists/playlist';
import { Artwork } from '../Artwork';
import { Icon } from '../Icon';
import { ImportNotices } from '../my-lists/ImportNotices';
import { importsOf, type ListImports } from '../my-lists/list-imports';
import { ListsFrame } from '../my-lists/ListsFrame';
import { NameForm } from '../my-lists/NameForm';
import { aboutList, songsWords } from '../my-lists/words';
import { goTo } from '../navigation';
import { usePage } from '../page-context';
import { useListsDoor } from '../use-lists';
import { useViewTitle } from '../use-view-title';
import { ViewHead } from '../ViewHead';

/** Takes in what was dropped on the page. */
const useBrought = (imports: ListImports): void => {
  const door = useListsDoor();
  useEffect(() => {
    if (!door) return undefined;
    const take = (): void => {
      if (door.getBrought().length > 0) void imports.take(door.takeBrought());
    };
    take();
    return door.subscribe(take);
  }, [door, imports]);
};

const ImportButton = ({ imports }: { readonly imports: ListImports }): ReactElement => {
  const input = useRef<HTMLInputElement>(null);
  const take = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    void imports.take([...(target.files ?? [])]);
    target.value = ''; // The same file again is another wish.
  };
  return (
    <>
      <button
        type="button"
        className="button"
        title="Lists of other players (.m3u, .m3u8); you can drop them on the page, too"
        onClick={() => input.current?.click()}
      >
        Import
      </button>
      <input
        ref={input}
        type="file"
        accept=".m3u,.m3u8"
        multiple
        hidden
        aria-label="Lists of other players"
        onChange={take}
      />
    </>
  );
};

const NewPlaylist = ({ lists }: { readonly lists: ListenerLists }): ReactElement => {
  const [naming, setNaming] = useState<'not yet' | 'now' | 'no more'>('not yet');
  if (naming !== 'now') {
    return (
      <button
        type="button"
        className="button"
        // The one that had the focus is gone.
        autoFocus={naming === 'no more'}
        onClick={() => setNaming('now')}
      >
        <Icon name="playlist" />
        New playlist
      </button>
    );
  }
  return (
    <NameForm
      name=""
      label="Name of the playlist"
      words="Create"
      isFirst
      onName={(name) => goTo(`/playlists/${lists.create(name, [])}`)}
      onCancel={() => setNaming('no more')}
    />
  );
};

const Row = ({ head }: { readonly head: PlaylistHead }): ReactElement => (
  <li className="kept-row">
    <Artwork track={head.cover} size="small" />
    <span className="row-names">
      <Link href={`/playlists/${head.id}`} className="row-title">
        {head.name}
      </Link>
      <span className="row-artist">{aboutList(head)}</span>
    </span>
  </li>
);

type Props = { readonly lists: ListenerLists; readonly state: ListsState };

const Playlists = ({ lists, state }: Props): ReactElement => {
  const { data } = usePage();
  const imports = useMemo(() => importsOf(data, lists), [data, lists]);
  const importsState = useSyncExternalStore(imports.subscribe, imports.getState);
  useBrought(imports);
  const { playlists, favourites } = state;
  return (
    <>
      <ViewHead title="Playlists">
        <div className="play-buttons">
          <NewPlaylist lists={lists} />
          <ImportButton imports={imports} />
        </div>
      </ViewHead>
      <ImportNotices imports={imports} state={importsState} />
      <ul className="kept-list" aria-label="Playlists">
        <li className="kept-row">
          <span className="artwork artwork-small list-heart">
            <Icon name="heart" />
          </span>
          <span className="row-names">
            <Link href="/favourites" className="row-title">
              Favourites
            </Link>
            <span className="row-artist">{songsWords(favourites.length)}</span>
          </span>
        </li>
        {playlists.map((head) => (
          <Row key={head.id} head={head} />
        ))}
      </ul>
      {playlists.length === 0 && (
        <p className="empty-text">
          No playlists yet. They are kept in this browser, and nowhere else.
        </p>
      )}
    </>
  );
};

export const PlaylistsView = (): ReactElement => {
  useViewTitle('Playlists');
  return <ListsFrame>{(lists, state) => <Playlists lists={lists} state={state} />}</ListsFrame>;
};
