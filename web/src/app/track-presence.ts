/** Whether a track can be had from the server: asked when the browser fails to play it. */
import type { FindPresence } from '../player/original-file';

export type FetchHead = (
  url: string,
  options: { method: 'HEAD'; cache: 'no-store'; signal: AbortSignal },
) => Promise<Pick<Response, 'status'>>;

const GONE: readonly number[] = [404, 410];
/** The server is there, but unwell or too busy, or wants to know first who asks. */
const LATER: readonly number[] = [401, 403, 408, 425, 429];

export const presenceFinder =
  (fetch: FetchHead): FindPresence =>
  async (url, signal) => {
    const { status } = await fetch(url, { method: 'HEAD', cache: 'no-store', signal });
    if (GONE.includes(status)) return 'gone';
    // A server that knows no HEAD (405, 501) has the file all the same, as far as it says.
    return LATER.includes(status) || (status >= 500 && status !== 501) ? 'unreachable' : 'there';
  };
