/**
 * How those who look by themselves for what is kept tell the service worker that their requests are
 * for the server alone.
 */

/** A header of a request. */
export const PAST_SERVICE_WORKER = 'X-Auralis-Past-Service-Worker';

/** fetch(), past the service worker. `origin`: to others the header would cost a preflight. */
export const fetchPastServiceWorker =
  (origin: string) =>
  (url: string, init: RequestInit): Promise<Response> => {
    if (new URL(url, origin).origin !== origin) return fetch(url, init);
    const headers = new Headers(init.headers);
    headers.set(PAST_SERVICE_WORKER, '1');
    return fetch(url, { ...init, headers });
  };
