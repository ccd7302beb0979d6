/** What the page and the service worker say to each other, and the names that both know. Pure. */

/** Under which the build publishes the service worker. */
export const SERVICE_WORKER_PATH = '/sw.js';

/** What of the library's answers is kept has this header: when the server last gave it, as
 *  `Date.prototype.toISOString`. An answer of the server itself never has it. */
export const KNOWN_AT_HEADER = 'X-Auralis-Known-At';

/** A proxy's word that there is no server behind it (502, 504) is none of the server. */
export const isFromServer = ({ status }: Pick<Response, 'status'>): boolean =>
  status !== 502 && status !== 504;

/** Names of all caches of ours begin with this. */
export const CACHE_PREFIX = 'auralis-';

/** `?sw=off` in the page's address: no service worker, and what there is of one goes. */
export const isServiceWorkerOff = (search: string): boolean =>
  new URLSearchParams(search).get('sw') === 'off';

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
