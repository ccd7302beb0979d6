/** What the page and the service worker say to each other, and the names that both know. Pure. */

/** Under which the build publishes the service worker. */
export const SERVICE_WORKER_PATH = '/sw.js';

/** What of the library's answers is kept has this header: when the server last gave it, as
 *  `Date.prototype.toISOString`. An answer of the server itself never has it. */
export const KNOWN_AT_HEADER = 'X-Auralis-Known-At';

/** What the server, or a proxy in front of it, wants before it says anything: a name and a
 *  password, or, after too many wrong ones, that the listener waits with that. */
export type LoginWish = 'now' | 'later';

export const loginWishOf = ({ status }: Pick<Response, 'status'>): LoginWish | null => {
  if (status === 401) return 'now';
  return status === 429 ? 'later' : null;
};

/** With a LoginWish on what is kept and answered because of that. */
export const LOGIN_WANTED_HEADER = 'X-Auralis-Login-Wanted';

export const readLoginWish = (headers: Pick<Headers, 'get'>): LoginWish | null => {
  const value = headers.get(LOGIN_WANTED_HEADER);
  if (value === null) return null;
  return value === 'later' ? 'later' : 'now';
};

/** 401, 429: see LoginWish; 502, 504: a proxy's word that there is no server behind it. */
const NOT_OF_THE_LIBRARY: readonly number[] = [401, 429, 502, 504];

/** Whether it says something about what was asked for, and be it that it is gone. */
export const isFromServer = ({ status }: Pick<Response, 'status'>): boolean =>
  !NOT_OF_THE_LIBRARY.includes(status);

/** Names of all caches of ours begin with this. */
export const CACHE_PREFIX = 'auralis-';

/** `?sw=off` in the page's address: no service worker, and what there is of one goes. */
export const isServiceWorkerOff = (search: string): boolean =>
  new URLSearchParams(search).get('sw') === 'off';

/** `?sign-in` in a page's address: it comes from the server, so that the browser asks for name
 *  and password, which it does for what it opens as a page. */
export const SIGN_IN_PARAMETER = 'sign-in';
export const SIGN_IN_ADDRESS = `?${SIGN_IN_PARAMETER}`;
export const isSignIn = (search: string): boolean =>
  new URLSearchParams(search).has(SIGN_IN_PARAMETER);

export type ToServiceWorker =
  /** The listener wants the version that waits. */
  | { readonly type: 'use-now' }
  /** A page of the active version is there: older ones may be given up when no other page is. */
  | { readonly type: 'started' }
  /** What the page has asked the server before there was a service worker. */
  | { readonly type: 'remember'; readonly urls: readonly string[] };

/** More than a page shows at first. */
export const REMEMBERED_COUNT_MAX = 250;

/** null: nothing that was said by a page of ours. */
export const readMessage = (data: unknown): ToServiceWorker | null => {
  if (typeof data !== 'object' || data === null) return null;
  const { type, urls } = data as Readonly<Record<string, unknown>>;
  if (type === 'use-now' || type === 'started') return { type };
  if (type !== 'remember' || !Array.isArray(urls)) return null;
  const texts = (urls as readonly unknown[])
    .filter((url) => typeof url === 'string')
    .slice(0, REMEMBERED_COUNT_MAX);
  return { type, urls: texts };
};
