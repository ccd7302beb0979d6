/** What a listener is told of each track: whether it plays without the server. */
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { isLocalAddress } from '../shared/local-address';
import type { KeptTracks } from './kept-tracks';
import { ConnectionContext } from './use-connection';

/** `kept`: it does; `out`: it does not, and the server is away; null: neither, or not known. */
export type Reach = 'kept' | 'out' | null;

type KeptView = Pick<KeptTracks, 'subscribe' | 'has'>;

/** A page without one knows nothing of it. */
export const KeptContext = createContext<KeptView>({
  subscribe: () => () => undefined,
  has: () => null,
});

export const useReach = (url: string): Reach => {
  const connection = useContext(ConnectionContext);
  const kept = useContext(KeptContext);
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [connection.subscribe(listener), kept.subscribe(listener)];
      return () => stops.forEach((stop) => stop());
    },
    [connection, kept],
  );
  return useSyncExternalStore(subscribe, () => {
    // A file on this device needs no server anyway.
    if (isLocalAddress(url)) return null;
    const isKept = kept.has(url);
    if (isKept === true) return 'kept';
    return isKept === false && connection.getState().isAway ? 'out' : null;
  });
};

/** In the place of the artist, which matters less then. */
export const OUT_OF_REACH = 'Not kept on this device';

/** Goes with the name of what plays it. */
export const reachLabel = (reach: Reach): string => {
  if (reach === null) return '';
  return reach === 'kept' ? ', kept on this device' : ', not kept on this device';
};
