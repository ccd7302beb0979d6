/**
 * Loads the library once, again on request, while the server reads it for the first time, and when
 * the server tells that it has changed; keeps what playing tells of its tracks.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { BoundedMap } from '../shared/bounded-map';
import { PlayerError } from '../shared/errors';
import { formatDuration, isKnownDuration } from './format';
import { fetchTracks, type Fetch, type LibraryTrack, type Listing } from './library-client';
import { browserEventStream, listenToLibrary, type OpenEventStream } from './library-events';
import {
  fetchGrowth,
  GROWTH_PERIOD_MS,
  isOutgrown,
  isSameGrowth,
  type Growth,
} from './library-growth';
import { OneAtATime } from './one-at-a-time';

export type Library =
  | { readonly type: 'loading' }
  | (Listing & { readonly type: 'ready' })
  | { readonly type: 'failed'; readonly message: string };

export type LibraryState = {
  readonly library: Library;
  /** How far a server is that reads its music; null: not known yet. */
  readonly growth: Growth | null;
  /** Gives up a listing under way, and what is shown, and begins anew. */
  readonly reload: () => void;
  /** Lists once more; what is shown stays until the new list is whole. */
  readonly renew: () => void;
  /** The true length of a track, which the catalogue may not know, or not rightly. */
  readonly learnDuration: (id: string, durationSeconds: number) => void;
};

/** True lengths that are kept, some 100 bytes each; those learnt longest ago go first. */
const LEARNT_COUNT_MAX = 10_000;

type LearntSeconds = Pick<BoundedMap<string, number>, 'get'>;

const looksLike = (aSeconds: number, bSeconds: number): boolean =>
  formatDuration(aSeconds) === formatDuration(bSeconds);

/** The same tracks where no length would look different; all others stay as they are. */
const withDurations = (
  tracks: readonly LibraryTrack[],
  learntSeconds: LearntSeconds,
): readonly LibraryTrack[] => {
  const learnt = tracks.map((track) => {
    const durationSeconds = learntSeconds.get(track.id);
    const isNews =
      durationSeconds !== undefined && !looksLike(track.durationSeconds, durationSeconds);
    return isNews ? { ...track, durationSeconds } : track;
  });
  return learnt.every((track, index) => track === tracks[index]) ? tracks : learnt;
};

const withLearnt = (library: Library, learntSeconds: LearntSeconds): Library => {
  if (library.type !== 'ready') return library;
  const tracks = withDurations(library.tracks, learntSeconds);
  return tracks === library.tracks ? library : { ...library, tracks };
};

export const useLibrary = (
  fetch: Fetch,
  openEvents: OpenEventStream = browserEventStream,
): LibraryState => {
  const [library, setLibrary] = useState<Library>({ type: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const [growth, setGrowth] = useState<Growth | null>(null);
  // Outlives the listings: the next one knows no better what playing has told.
  const [learntSeconds] = useState(() => new BoundedMap<string, number>(LEARNT_COUNT_MAX));
  const listing = useRef<OneAtATime | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const list = async (): Promise<void> => {
      try {
        const listed = await fetchTracks(fetch, signal);
        if (!signal.aborted) setLibrary(withLearnt({ type: 'ready', ...listed }, learntSeconds));
      } catch (error) {
        if (signal.aborted) return;
        const message = error instanceof PlayerError ? error.message : 'The library did not load.';
        // Whoever has a list keeps it when it cannot be looked at again.
        setLibrary((last) => (last.type === 'ready' ? last : { type: 'failed', message }));
      }
    };
    const turns = new OneAtATime(list);
    listing.current = turns;
    turns.ask();
    return () => {
      turns.stop();
      controller.abort();
    };
  }, [fetch, attempt, learntSeconds]);
  const renew = useCallback(() => listing.current?.ask(), []);
  const listedCount =
    library.type === 'ready' ? library.tracks.length + library.leftOutCount : null;
  useEffect(() => {
    if (listedCount === null) return undefined;
    const controller = new AbortController();
    let timer: number | undefined;
    const look = async (): Promise<void> => {
      const now = await fetchGrowth(fetch, controller.signal);
      if (controller.signal.aborted) return;
      setGrowth(now);
      // The list under way may know of it; while there is more to come, that is seen then.
      const isWorthIt = now.isWhole || listing.current?.isRunning !== true;
      if (isOutgrown(listedCount, now) && isWorthIt) renew();
      if (!now.isWhole) timer = window.setTimeout(() => void look(), GROWTH_PERIOD_MS);
    };
    void look();
    return () => {
      controller.abort();
      window.clearTimeout(timer);
    };
  }, [fetch, listedCount, renew]);
  useEffect(() => {
    let isWhole = true;
    return listenToLibrary(openEvents, {
      onGrowth: (now) => {
        isWhole = now.isWhole;
        setGrowth((last) => (last !== null && isSameGrowth(last, now) ? last : now));
      },
      // While it grows the look from time to time decides.
      onChange: () => {
        if (isWhole) renew();
      },
    });
  }, [openEvents, renew]);
  const reload = useCallback(() => {
    setLibrary({ type: 'loading' });
    setAttempt((value) => value + 1);
  }, []);
  const learnDuration = useCallback(
    (id: string, durationSeconds: number) => {
      if (!isKnownDuration(durationSeconds)) return;
      learntSeconds.set(id, durationSeconds);
      setLibrary((library) => withLearnt(library, learntSeconds));
    },
    [learntSeconds],
  );
  return { library, growth, reload, renew, learnDuration };
};
