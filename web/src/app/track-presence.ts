/** Whether a track can be had from the server: asked when the browser fails to play it. */
import type { FindPresence } from '../player/original-file';

export type FetchHead = (
  url: string,
  options: { method: 'HEAD'; cache: 'no-store'; signal: AbortSignal },
) => Promise<Pick<Response, 'status'>>;

const GONE: readonly number[] = [404, 410];
/** A server that knows no HEAD has the file all the same, as far as it says. */
const NO_HEAD: readonly number[] = [405, 501];

export const presenceFinder =
  (fetch: FetchHead): FindPresence =>
  async (url, signal) => {
    const { status } = await fetch(url, { method: 'HEAD', cache: 'no-store', signal });
    if (GONE.includes(status)) return 'gone';
    const isThere = (status >= 200 && status < 300) || NO_HEAD.includes(status);
    // Whatever else it says (busy, who asks, a name that it does not go by) is not on the file.
    return isThere ? 'there' : 'unreachable';
  };
