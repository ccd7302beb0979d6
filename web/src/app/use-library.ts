/** Loads the library once, and again on request. */
import { useCallback, useEffect, useState } from 'react';
import { PlayerError } from '../shared/errors';
import { fetchTracks, type Fetch, type LibraryTrack } from './library-client';

export type Library =
  | { readonly type: 'loading' }
  | { readonly type: 'ready'; readonly tracks: readonly LibraryTrack[] }
  | { readonly type: 'failed'; readonly message: string };

export const useLibrary = (fetch: Fetch): { library: Library; reload: () => void } => {
  const [library, setLibrary] = useState<Library>({ type: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    fetchTracks(fetch, controller.signal).then(
      (tracks) => setLibrary({ type: 'ready', tracks }),
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
  return { library, reload };
};
