/** The page: a header with search, the library, the player bar. */
import {
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import type { Player } from '../player/player';
import type { PlayerSnapshot } from '../player/player-types';
import { Icon } from './Icon';
import type { Fetch, LibraryTrack } from './library-client';
import { OfflineNotice } from './OfflineNotice';
import { PlayerBar } from './PlayerBar';
import type { QueueStore } from './queue-store';
import { QueuePanel } from './QueuePanel';
import { matchesWords, searchWords } from './search';
import type { TabTurns } from './tab-turns';
import { TrackList } from './TrackList';
import { useKeyboard } from './use-keyboard';
import type { Growth } from './library-growth';
import { useLibrary, type Library } from './use-library';
import { usePlayerSnapshot } from './use-player';
import { useQueuePanel } from './use-queue-panel';
import { useStartWish } from './use-start-wish';
import { useToast } from './use-toast';
import { useTrackActions } from './use-track-actions';

type Props = {
  readonly player: Player;
  readonly fetch: Fetch;
  readonly queueStore: QueueStore;
  readonly tabs: TabTurns;
  /** What the app has to say of itself. */
  readonly notices?: ReactNode;
};

const NO_TRACKS: readonly LibraryTrack[] = [];

const Header = ({
  query,
  onQuery,
}: {
  readonly query: string;
  readonly onQuery: (query: string) => void;
}): ReactElement => (
  <header className="header">
    <h1 className="brand">
      <img src="/favicon.svg" alt="" width="32" height="32" />
      Auralis
    </h1>
    <label className="search">
      <Icon name="search" />
      <input
        type="search"
        placeholder="Search the library"
        aria-label="Search"
        value={query}
        onChange={(event) => onQuery(event.target.value)}
      />
    </label>
  </header>
);

/** What stands in place of the list; null when there is something to list. */
const emptyText = (
  library: Library,
  growth: Growth | null,
  shown: number,
  query: string,
): string | null => {
  if (library.type === 'loading') return 'Loading the library…';
  if (library.type === 'failed') return null;
  if (library.tracks.length === 0) {
    // Told above the list.
    if (growth?.isWhole === false) return null;
    return 'The library is empty. Put WAV, FLAC or MP3 files into its folder and reload.';
  }
  return shown === 0 ? `Nothing matches “${query.trim()}”.` : null;
};

/** The length of the track that plays, once its frames tell it; null before. */
const trueDurationSeconds = ({
  info,
  mode,
  track,
  durationSeconds,
}: PlayerSnapshot): number | null =>
  track !== null && (info !== null || mode === 'original') ? durationSeconds : null;

export const App = ({ player, fetch, queueStore, tabs, notices }: Props): ReactElement => {
  const snapshot = usePlayerSnapshot(player);
  const { library, growth, reload, renew, learnDuration } = useLibrary(fetch);
  const [query, setQuery] = useState('');
  const wanted = useDeferredValue(query);
  const tracks = library.type === 'ready' ? library.tracks : NO_TRACKS;
  const shown = useMemo(() => {
    const words = searchWords(wanted);
    return words.length === 0
      ? tracks
      : tracks.filter((track) => matchesWords(track.searchKey, words));
  }, [tracks, wanted]);
  const [words, say] = useToast();
  const actions = useTrackActions(player, shown, say);
  const onIntent = useCallback(
    (trackId: string | null, isPressed: boolean) =>
      player.prepare(shown.find(({ id }) => id === trackId) ?? null, isPressed),
    [player, shown],
  );
  const [isQueueOpen, queuePanel] = useQueuePanel();
  const currentId = snapshot.track?.id ?? null;
  const durationSeconds = trueDurationSeconds(snapshot);
  useKeyboard(player, queuePanel);
  useEffect(() => {
    if (library.type !== 'ready') return;
    player.setLibrary(library.tracks);
    // What is kept of the queue may be among the tracks that are still to come.
    if (growth?.isWhole === true) queueStore.restore();
  }, [player, library, growth, queueStore]);
  useStartWish(player, tracks, library.type === 'ready' && growth?.isWhole === true);
  useEffect(() => {
    if (currentId !== null && durationSeconds !== null) learnDuration(currentId, durationSeconds);
  }, [currentId, durationSeconds, learnDuration]);
  useEffect(() => {
    const { track } = snapshot;
    document.title = track ? `${track.title} · Auralis` : 'Auralis';
  }, [snapshot]);
  const empty = emptyText(library, growth, shown.length, wanted);
  return (
    <div className="app">
      <Header query={query} onQuery={setQuery} />
      <main className="library" aria-label="Library">
        <OfflineNotice onBack={renew} />
        {library.type === 'failed' && (
          <div className="notice notice-error" role="alert">
            <p>
              <strong>The library did not load.</strong> {library.message}
            </p>
            <div className="notice-actions">
              <button type="button" onClick={reload}>
                Try again
              </button>
            </div>
          </div>
        )}
        {library.type === 'ready' && library.leftOutCount > 0 && (
          <p className="empty-text" role="status">
            {`The library has ${library.leftOutCount} more tracks than can be listed here.`}
          </p>
        )}
        {growth?.isWhole === false && (
          <p className="empty-text" role="status">
            The server is reading your music: {growth.trackCount.toLocaleString('en')} tracks so
            far.
          </p>
        )}
        {empty !== null && <p className="empty-text">{empty}</p>}
        {shown.length > 0 && (
          <TrackList
            tracks={shown}
            currentId={currentId}
            isPlaying={snapshot.state === 'playing'}
            actions={actions}
            onIntent={onIntent}
          />
        )}
      </main>
      <div className="dock">
        {isQueueOpen && (
          <QueuePanel player={player} snapshot={snapshot} tabs={tabs} onClose={queuePanel.close} />
        )}
        {notices}
        <p className="toast" role="status">
          {words !== '' && <span>{words}</span>}
        </p>
        <PlayerBar
          player={player}
          snapshot={snapshot}
          isQueueOpen={isQueueOpen}
          onQueue={queuePanel.toggle}
        />
      </div>
    </div>
  );
};
