/** React's view of the connection; a page without one counts as connected. */
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Connection, ConnectionState } from './connection';

type ConnectionView = Pick<Connection, 'subscribe' | 'getState' | 'look' | 'renew'>;

const CONNECTED: ConnectionState = { isAway: false, knownAtMs: null, wantsLogin: null };
const ALWAYS_CONNECTED: ConnectionView = {
  subscribe: () => () => undefined,
  getState: () => CONNECTED,
  look: () => Promise.resolve(),
  renew: () => undefined,
};

export const ConnectionContext = createContext<ConnectionView>(ALWAYS_CONNECTED);

export const useConnection = (): ConnectionState & Pick<ConnectionView, 'look' | 'renew'> => {
  const { subscribe, getState, look, renew } = useContext(ConnectionContext);
  return { ...useSyncExternalStore(subscribe, getState), look, renew };
};
