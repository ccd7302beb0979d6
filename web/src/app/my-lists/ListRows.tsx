/** The tracks of one of the listener's own lists, with what can be done with all of them. */
import {
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactElement,
} from 'react';
import { isFound, type ListTrack } from '../../lists/list-track';
import type { ListenerLists } from '../../lists/listener-lists';
import type { ChangedList } from '../../lists/lists-channel';
import type { ListEntry } from '../../lists/playlist';
import { isLocalAddress } from '../../shared/local-address';
import { MovableRows } from '../MovableRows';
import { ListButtons } from '../PlayButtons';
import { usePage } from '../page-context';
import { useIntent } from '../use-intent';
import { useNow } from '../use-now';
import type { RowSource } from '../use-row-edits';
import type { RowRange } from '../use-row-window';
import { ListFacts } from './list-facts';
import { missingWords } from './words';

type Props = {
  readonly lists: ListenerLists;
  /** null: the favourites. */
  readonly id: ChangedList;
  readonly name: string;
  readonly entries: readonly ListEntry[];
  /** As it is now, which may be newer than `entries`; always the same function, as the next two. */
  readonly look: () => readonly ListEntry[];
  readonly onMove: ((key: number, to: number) => void) | null;
  readonly onRemove: (key: number) => void;
};

const tracksOf = (entries: readonly ListEntry[]): readonly ListTrack[] =>
  entries.map(({ track }) => track).filter(isFound);

/** Looks after the tracks in sight for as long as the list is shown. */
const useFacts = ({ lists, id, entries }: Props): [ListFacts, (range: RowRange) => void] => {
  const { data } = usePage();
  const [range, setRange] = useState<RowRange>({ begin: 0, end: 0 });
  const facts = useMemo(() => new ListFacts(data, lists, id), [data, lists, id]);
  useSyncExternalStore(facts.subscribe, facts.getMissing);
  useEffect(() => facts.attach(), [facts]);
  useEffect(() => {
    facts.look(entries.slice(range.begin, range.end).map(({ track }) => track));
  }, [facts, entries, range]);
  return [facts, setRange];
};

export const ListRows = (props: Props): ReactElement => {
  const { name, entries, look, onMove, onRemove } = props;
  const { player, listPlayer, scroller, say } = usePage();
  const { currentId, isPlaying } = useNow(player);
  const [facts, onSeen] = useFacts(props);
  const source = useMemo<RowSource>(
    () => ({
      look: () => {
        const items = look();
        return { items, firstIndex: onMove ? 0 : items.length };
      },
      play: (key) => {
        // Each look may make other objects of the same entries.
        const now = look();
        const entry = now.find((other) => other.key === key);
        if (!entry || !isFound(entry.track)) say('The library does not have this song.');
        else if (player.getSnapshot().track?.id === entry.track.id) player.toggle();
        else {
          const playable = now.filter(({ track }) => isFound(track));
          player.playNow(tracksOf(playable), playable.indexOf(entry));
        }
      },
      move: (key, to) => onMove?.(key, to),
      remove: (key) => {
        // The last row has no other beside it that could have the focus.
        if (look().length === 1) scroller.current?.focus({ preventScroll: true });
        onRemove(key);
        return 'told';
      },
    }),
    [player, say, scroller, look, onMove, onRemove],
  );
  const tracks = useMemo(() => tracksOf(entries), [entries]);
  const keepable = useMemo(() => tracks.filter(({ url }) => !isLocalAddress(url)), [tracks]);
  const rowsRef = useIntent<HTMLDivElement>(
    useCallback(
      (trackId, isPressed) => {
        const entry = trackId ? look().find(({ track }) => track.id === trackId) : null;
        player.prepare(entry?.track ?? null, isPressed);
      },
      [player, look],
    ),
  );
  return (
    <>
      <ListButtons
        name={name}
        isReady={tracks.length > 0}
        onPlay={() => player.playNow(tracks, 0)}
        onShuffle={() => listPlayer.playAllShuffled(tracks)}
        tracks={tracks}
        keepable={keepable}
      />
      <div className="list-rows" ref={rowsRef}>
        <MovableRows
          source={source}
          rows={{ items: entries, firstIndex: onMove ? 0 : entries.length }}
          label="Tracks"
          from={name}
          isCurrent={({ track }) => track.id !== '' && track.id === currentId}
          isPlaying={isPlaying}
          missingOf={({ track }) => missingWords(track, facts.missingOf(track))}
          isOrdered={onMove !== null}
          hasHearts
          scroller={scroller}
          isAlone={false}
          onSeen={onSeen}
          say={say}
        />
      </div>
    </>
  );
};
