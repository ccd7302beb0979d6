/** Loads the library once, and again on request; keeps what playing tells of its tracks. */
import { useCallback, useEffect, useState } from 'react';
import { PlayerError } from '../shared/errors';
import { formatDuration, isKnownDuration } from './format';
import { fetchTracks, type Fetch, type Listing } from './library-client';

export type Library =
  | { readonly type: 'loading' }
  | (Listing & { readonly type: 'ready' })
  | { readonly type: 'failed'; readonly message: string };

export type LibraryState = {
  readonly library: Library;
  readonly reload: () => void;
  /** The true length of a track, which the catalogue may not know, or not rightly. */
  readonly learnDuration: (id: string, durationSeconds: number) => void;
};

/** The same library where the length would look as before; all other tracks stay as they are. */
export const withDuration = (library: Library, id: string, durationSeconds: number): Library => {
  if (library.type !== 'ready') return library;
  const known = library.tracks.find((track) => track.id === id);
  if (!known || !isKnownDuration(durationSeconds)) return library;
  if (formatDuration(known.durationSeconds) === formatDuration(durationSeconds)) return library;
  const tracks = library.tracks.map((track) =>
    track === known ? { ...track, durationSeconds } : track,
  );
  return { ...library, tracks };
};

export const useLibrary = (fetch: Fetch): LibraryState => {
  const [library, setLibrary] = useState<Library>({ type: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    fetchTracks(fetch, controller.signal).then(
      (listing) => setLibrary({ type: 'ready', ...listing }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const message = error instanceof PlayerError ? error.message : 'The library did not load.';
        setLibrary({ type: 'failed', message });
      },
    );
    return () => controller.abort();
  }, [fetch, attempt]);
  const reload = useCallback(() => {
    setLibrary({ type: 'loading' });
    setAttempt((value) => value + 1);
  }, []);
  const learnDuration = useCallback(
    (id: string, durationSeconds: number) =>
      setLibrary((library) => withDuration(library, id, durationSeconds)),
    [],
  );
  return { library, reload, learnDuration };
};
