/** What the listener keeps on this device: how much it is, how far it has come, and a way out. */
import { useEffect, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { Artwork } from '../Artwork';
import { formatBytes, joinFacts } from '../format';
import { countWords } from '../GroupingGrid';
import { Icon } from '../Icon';
import { groupSizeWords, problemWords, receivedBytesOf, sizeWords } from '../keep-words';
import type { KeepingState, KeptItem } from '../keeping-state';
import { usePage } from '../page-context';
import { useKeeping, type Keeping } from '../use-keeping';
import { useNow } from '../use-now';
import { useViewTitle } from '../use-view-title';
import { ViewHead } from '../ViewHead';

/** null: the browser does not tell. Asked again when `changes`. */
const useFreeBytes = (changes: unknown): number | null => {
  const [freeBytes, setFreeBytes] = useState<number | null>(null);
  useEffect(() => {
    let isWanted = true;
    const ask = async (): Promise<void> => {
      if (!('storage' in navigator)) return;
      const { quota, usage } = await navigator.storage.estimate();
      if (isWanted && quota !== undefined && usage !== undefined) setFreeBytes(quota - usage);
    };
    ask().catch(() => undefined);
    return () => {
      isWanted = false;
    };
  }, [changes]);
  return freeBytes;
};

const StateNotice = ({ door, state }: Keeping): ReactElement | null => {
  const items = [...state.items.values()];
  const coming = items.filter(({ isWhole }) => !isWhole);
  if (coming.length === 0) return null;
  const problem = problemWords(items, state);
  return (
    <div className="notice">
      <p role="status">
        {problem === ''
          ? `${countWords(coming.length, 'song is', 'songs are')} on the way.`
          : problem}
      </p>
      <div className="notice-actions">
        {problem === '' ? (
          <button type="button" onClick={() => door.pause()}>
            Pause
          </button>
        ) : (
          <button type="button" onClick={() => door.resume()}>
            Go on
          </button>
        )}
      </div>
    </div>
  );
};

type RemoveAllProps = { readonly about: string; readonly onRemove: () => void };

/** Gigabytes do not go with one click. */
const RemoveAll = ({ about, onRemove }: RemoveAllProps): ReactElement => {
  const [isSure, setSure] = useState(false);
  if (!isSure) {
    return (
      <button type="button" className="button" onClick={() => setSure(true)}>
        <Icon name="close" />
        Remove all…
      </button>
    );
  }
  return (
    <>
      <button type="button" className="button" onClick={onRemove}>
        {`Remove ${about}`}
      </button>
      <button type="button" className="button" autoFocus onClick={() => setSure(false)}>
        Leave them
      </button>
    </>
  );
};

/** An album, or a track that stands in none. */
type KeptGroup = {
  readonly id: string;
  readonly name: string;
  readonly artist: string;
  /** null: there is no view of it. */
  readonly href: string | null;
  readonly items: readonly KeptItem[];
};

/** In the order in which they were wanted. */
const groupsOf = (items: readonly KeptItem[]): readonly KeptGroup[] => {
  const groups = new Map<string, KeptGroup & { readonly items: KeptItem[] }>();
  for (const item of items) {
    const { id, title, artist, album, albumArtist, albumId } = item.track;
    const key = albumId === null ? `track ${id}` : `album ${albumId}`;
    const known = groups.get(key);
    if (known) known.items.push(item);
    else if (albumId === null)
      groups.set(key, { id: key, name: title, artist, href: null, items: [item] });
    else {
      const href = `/albums/${albumId}`;
      groups.set(key, { id: key, name: album, artist: albumArtist, href, items: [item] });
    }
  }
  return [...groups.values()];
};

const aboutGroup = ({ artist, href, items }: KeptGroup, state: KeepingState): string => {
  const [first] = items;
  const size = items.length === 1 && first ? sizeWords(first, state) : groupSizeWords(items, state);
  return joinFacts([artist, href === null ? '' : countWords(items.length, 'song', 'songs'), size]);
};

type RowProps = {
  readonly group: KeptGroup;
  readonly state: KeepingState;
  readonly isCurrent: boolean;
  readonly onPlay: () => void;
  readonly onRemove: () => void;
};

const KeptRow = ({ group, state, isCurrent, onPlay, onRemove }: RowProps): ReactElement | null => {
  const { name, href, items } = group;
  const first = items.find(({ track }) => track.artworkUrl !== null) ?? items[0];
  if (!first) return null;
  return (
    <li className={`kept-row${isCurrent ? ' current' : ''}`}>
      <Artwork track={first.track} size="small" />
      <span className="row-names">
        {href === null ? (
          <span className="row-title">{name}</span>
        ) : (
          <Link href={href} className="row-title">
            {name}
          </Link>
        )}
        <span className="row-artist">{aboutGroup(group, state)}</span>
      </span>
      <button type="button" className="round" aria-label={`Play ${name}`} onClick={onPlay}>
        <Icon name="play" />
      </button>
      <button
        type="button"
        className="round"
        aria-label={`Remove ${name} from this device`}
        title="Remove from this device"
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </li>
  );
};

/** Without a service worker the page itself does not open without the server. */
const PROMISE = window.isSecureContext
  ? 'it then plays without the server, in any sound.'
  : 'it then plays without fetching it again, in any sound. At a secure address it would also ' +
    'play without the server.';

const Nothing = (): ReactElement => (
  <p className="empty-text">
    Nothing is kept on purpose yet. <Link href="/albums">Open an album</Link> and choose “Keep on
    this device”: {PROMISE}
  </p>
);

export const KeptView = (): ReactElement => {
  const { player, scroller, say } = usePage();
  const { currentId } = useNow(player);
  const found = useKeeping();
  const door = found?.door;
  useViewTitle('On this device');
  useEffect(() => void door?.open().catch(() => undefined), [door]);
  const freeBytes = useFreeBytes(found?.state.items);
  if (!found) return <p className="empty-text">This browser keeps nothing.</p>;
  const { state } = found;
  if (!state.isKnown) return <p className="empty-text">Looking at what is kept…</p>;
  const items = [...state.items.values()];
  const groups = groupsOf(items);
  const play = (those: readonly KeptItem[]): void => {
    player.playNow(
      those.map(({ track }) => track),
      0,
    );
  };
  const remove = async (those: readonly KeptItem[], name: string): Promise<void> => {
    const isGone = await found.door.remove(those.map(({ key }) => key));
    say(isGone ? `${name} no longer on this device.` : 'It cannot be removed; try again.');
    // The button that had it is gone.
    scroller.current?.focus({ preventScroll: true });
  };
  const keptBytes = items.reduce((sum, item) => sum + receivedBytesOf(item, state), 0);
  const about = joinFacts([countWords(items.length, 'song', 'songs'), formatBytes(keptBytes)]);
  const room = freeBytes === null ? '' : `room for about ${formatBytes(freeBytes)} more`;
  return (
    <>
      <ViewHead title="On this device" about={items.length > 0 ? joinFacts([about, room]) : ''}>
        {items.length > 0 && (
          <span className="play-buttons">
            <button
              type="button"
              className="button-main"
              onClick={() => play(groups.flatMap(({ items: those }) => those))}
            >
              <Icon name="play" />
              Play all
            </button>
            <RemoveAll about={about} onRemove={() => void remove(items, 'They are')} />
          </span>
        )}
      </ViewHead>
      <StateNotice door={found.door} state={state} />
      {items.length > 0 && state.isLasting === false && (
        <p className="view-about kept-about">
          Should this device run out of room, the browser may remove what is kept. It removes it
          last where Auralis is installed.
        </p>
      )}
      {items.length === 0 && <Nothing />}
      <ul className="kept-list" aria-label="Kept on this device">
        {groups.map((group) => (
          <KeptRow
            key={group.id}
            group={group}
            state={state}
            isCurrent={group.items.some(({ track }) => track.id === currentId)}
            onPlay={() => play(group.items)}
            onRemove={() => void remove(group.items, `“${group.name}” is`)}
          />
        ))}
      </ul>
    </>
  );
};
