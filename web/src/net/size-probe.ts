/**
 * Asks for the length of a file when Content-Range cannot be read, as on a server that shares its
 * files across origins without exposing that header. Content-Length is always readable
 * (https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name).
 */
import { PlayerError } from '../shared/errors';
import type { Fetch } from './range-transfer';
import { bodyLength, factsOf, isTemporary, type SourceFacts } from './range-response';

/** Throws a PlayerError when the server tells the length in no way, else when it is unwell. */
export const probeSize = async (
  url: string,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<SourceFacts> => {
  const head = await fetch(url, { method: 'HEAD', cache: 'no-store', signal });
  if (isTemporary(head.status)) throw new Error(`the server answers ${head.status}`);
  const sizeBytes = head.ok ? bodyLength(head) : null;
  if (sizeBytes !== null) return factsOf(head, sizeBytes);
  // A presigned address refuses HEAD; the answer to an open-ended range tells the same.
  const headers = { Range: 'bytes=0-' };
  const whole = await fetch(url, { headers, cache: 'no-store', signal });
  await whole.body?.cancel();
  if (isTemporary(whole.status)) throw new Error(`the server answers ${whole.status}`);
  const length = whole.ok ? bodyLength(whole) : null;
  if (length !== null) return factsOf(whole, length);
  throw new PlayerError('unsupported', 'the server does not tell the size of the track');
};
