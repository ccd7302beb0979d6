/**
 * Who answers a request of the page: the kept shell, the server with what is kept of its library
 * behind it, the engine, or the browser as if there were no service worker. Pure.
 */
import { isServiceWorkerOff, isSignIn } from '../shared/offline-protocol';
import { PAST_SERVICE_WORKER } from '../shared/past-service-worker';
import { CHUNK_ADDRESSES, streamUrlOf } from '../shared/player-addresses';
import { SHARE_PATH } from '../shared/shared-files';

/** The parts of a Request that tell. */
export type RequestFacts = {
  readonly method: string;
  readonly mode: string;
  readonly url: string;
  readonly headers: Pick<Headers, 'get' | 'has'>;
};

export type Route =
  /** The app's one page, whatever its address. */
  | 'page'
  /** A file of the app. */
  | 'file'
  /** Facts about the library. */
  | 'library'
  | 'artwork'
  /** An original file, or parts of it. */
  | 'audio'
  /** Enhanced sound, made here. */
  | 'chunks'
  /** Files that another app shares to this one. */
  | 'share'
  /** Not ours: events, what other origins have, whatever else is not read only. */
  | 'network';

const API = '/api/';
const LIBRARY = '/api/library/';
const AUDIO = streamUrlOf('');
const EVENTS = 'text/event-stream';

/** As the server does it: what has a dot in its last part is a file, not an address of the app. */
const isPagePath = (pathname: string): boolean => !/\.[^/]*$/.test(pathname);

const libraryRoute = (pathname: string, accept: string): Route => {
  if (!pathname.startsWith(LIBRARY) || accept.includes(EVENTS)) return 'network';
  return pathname.endsWith('/artwork') ? 'artwork' : 'library';
};

/** `origin`: the service worker's own. */
export const routeOf = ({ method, mode, url, headers }: RequestFacts, origin: string): Route => {
  const target = new URL(url);
  if (target.origin !== origin) return 'network';
  const { pathname, search } = target;
  const isReading = method === 'GET' || method === 'HEAD';
  if (isReading && pathname.startsWith(AUDIO)) {
    return headers.has(PAST_SERVICE_WORKER) ? 'network' : 'audio';
  }
  // Also as a download, and in parts: then it is handed out as a whole all the same.
  if (isReading && pathname.startsWith(CHUNK_ADDRESSES)) return 'chunks';
  if (method === 'POST' && mode === 'navigate' && pathname === SHARE_PATH) return 'share';
  if (method !== 'GET' || headers.has('Range')) return 'network';
  // An address of the API that is opened as a page shows what the server says, now.
  if (mode === 'navigate') {
    const isPage = isPagePath(pathname) && !`${pathname}/`.startsWith(API);
    return isPage && !isServiceWorkerOff(search) && !isSignIn(search) ? 'page' : 'network';
  }
  if (`${pathname}/`.startsWith(API)) return libraryRoute(pathname, headers.get('Accept') ?? '');
  return 'file';
};
