/** Asks into which playlist tracks are to be put; one of a row can also be queued from here. */
import { useEffect, useLayoutEffect, useRef, type MouseEvent, type ReactElement } from 'react';
import { listTrackOf } from '../../lists/list-track';
import { ENTRY_COUNT_MAX, type PlaylistHead } from '../../lists/playlist';
import { Icon } from '../Icon';
import type { ListsDoor, PlaylistWish } from '../lists-door';
import { usePage } from '../page-context';
import { useListsState } from '../use-lists';
import { NameForm } from './NameForm';
import { songsWords } from './words';

type Props = { readonly door: ListsDoor; readonly wish: PlaylistWish };

const TITLE_ID = 'playlist-dialog-title';

type ChoicesProps = {
  readonly playlists: readonly PlaylistHead[];
  readonly onChoose: (head: PlaylistHead) => void;
};

const Choices = ({ playlists, onChoose }: ChoicesProps): ReactElement | null =>
  playlists.length === 0 ? null : (
    <ul className="choices" aria-label="Playlists">
      {playlists.map((head) => (
        <li key={head.id}>
          <button type="button" className="choice" onClick={() => onChoose(head)}>
            <span className="row-title">{head.name}</span>{' '}
            <span className="row-artist">{songsWords(head.count)}</span>
          </button>
        </li>
      ))}
    </ul>
  );

export const PlaylistDialog = ({ door, wish }: Props): ReactElement => {
  const { player, say } = usePage();
  const state = useListsState();
  const dialog = useRef<HTMLDialogElement>(null);
  const { tracks, name, isRow } = wish;
  const [track] = tracks;
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    door.open().catch(() => {
      dialog.current?.close();
      say('This part of the page did not load. Try again.');
    });
  }, [door, say]);
  /** The focus goes back to where it was. */
  const end = (words: string): void => {
    dialog.current?.close();
    if (words !== '') say(words);
  };
  /** A second click of a double one chooses nothing more. */
  const isChosen = useRef(false);
  const once = (choose: () => void): void => {
    if (isChosen.current) return;
    isChosen.current = true;
    choose();
  };
  const listTracks = tracks.map(listTrackOf);
  const create = (newName: string): void => {
    door.getLists()?.create(newName, listTracks);
    end(`“${newName}” has ${songsWords(Math.min(tracks.length, ENTRY_COUNT_MAX))}.`);
  };
  const add = async (head: PlaylistHead): Promise<void> => {
    const isIn = await door.getLists()?.add(head.id, listTracks);
    const hasRoom = head.count + tracks.length <= ENTRY_COUNT_MAX;
    if (isIn !== true) end(`“${head.name}” could not be changed.`);
    else end(hasRoom ? `Added to “${head.name}”.` : `“${head.name}” has no room for all of it.`);
  };
  /** Text that is selected by dragging may end on the backdrop: the click is the dialog's then. */
  const beganOutside = useRef(false);
  const onMouseDown = ({ target, currentTarget }: MouseEvent): void => {
    beganOutside.current = target === currentTarget;
  };
  const onBackdrop = ({ target, currentTarget }: MouseEvent): void => {
    if (target === currentTarget && beganOutside.current) end('');
  };
  return (
    <dialog
      className="sheet"
      aria-labelledby={TITLE_ID}
      ref={dialog}
      onClose={() => door.ask(null)}
      onMouseDown={onMouseDown}
      onClick={onBackdrop}
      // Keys are for what is asked here, not for the player.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className="sheet-content">
        <div className="queue-head">
          <h2 id={TITLE_ID}>{isRow ? name : 'Add to a playlist'}</h2>
          <button type="button" className="round" aria-label="Close" onClick={() => end('')}>
            <Icon name="close" />
          </button>
        </div>
        {isRow && track && (
          <div className="play-buttons">
            <button
              type="button"
              className="button"
              onClick={() =>
                once(() => {
                  player.playNext([track]);
                  end(`“${name}” plays next.`);
                })
              }
            >
              <Icon name="play-next" />
              Play next
            </button>
            <button
              type="button"
              className="button"
              onClick={() =>
                once(() => {
                  player.enqueue([track]);
                  end(`“${name}” was added to the queue.`);
                })
              }
            >
              <Icon name="add" />
              Add to the queue
            </button>
          </div>
        )}
        {isRow ? (
          <h3>Add to a playlist</h3>
        ) : (
          <p className="view-about">{songsWords(tracks.length)}</p>
        )}
        {state && (
          <NameForm
            name={isRow ? '' : name}
            label="New playlist"
            words="Create"
            onName={(newName) => once(() => create(newName))}
            onCancel={null}
          />
        )}
        <Choices
          playlists={state?.playlists ?? []}
          onChoose={(head) => once(() => void add(head))}
        />
      </div>
    </dialog>
  );
};
