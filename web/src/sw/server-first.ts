/**
 * Asks the server, and answers with what it said the last time only when it does not say anything:
 * there is no network, no word from it for a while, a proxy says that it has no answer, or a
 * password is wanted first. What the server itself answers, also an error, is always handed on as
 * it is.
 */
import { isFromServer, LOGIN_WANTED_HEADER, loginWishOf } from '../shared/offline-protocol';
import type { KeptAnswers } from './kept-answers';

export type ServerFirstOptions = {
  readonly kept: Pick<KeptAnswers, 'find' | 'keep' | 'forget'>;
  /** Of the answers that are worth keeping: a page to log in is none. */
  readonly mediaType: RegExp;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Resolves then. */
  readonly wait: (delayMs: number) => Promise<void>;
  /** What goes on behind the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/** A server without a word for so long is out of reach, where there is a kept answer. */
export const SILENCE_MS_MAX = 10_000;

const GONE: readonly number[] = [404, 410];

const isKeepable = ({ status, type, redirected, headers }: Response, mediaType: RegExp): boolean =>
  status === 200 &&
  !redirected &&
  (type === 'basic' || type === 'default') &&
  mediaType.test(headers.get('Content-Type') ?? '') &&
  !(headers.get('Cache-Control') ?? '').includes('no-store');

/** `kept`, which says so where a password is wanted for a newer one; `answer` where nothing is. */
const insteadOf = (answer: Response, kept: Response | null): Response => {
  const wish = loginWishOf(answer);
  if (!kept || wish === null) return kept ?? answer;
  const headers = new Headers(kept.headers);
  headers.set(LOGIN_WANTED_HEADER, wish);
  return new Response(kept.body, { status: kept.status, headers });
};

/** Rejects as fetch does where nothing is kept either. */
export const serverFirst = async (
  request: Request,
  { kept, mediaType, fetch, wait, waitUntil }: ServerFirstOptions,
): Promise<Response> => {
  const { url } = request;
  const asked = fetch(request).then((answer) => {
    if (isKeepable(answer, mediaType)) waitUntil(kept.keep(url, answer.clone()));
    else if (GONE.includes(answer.status)) waitUntil(kept.forget(url));
    return answer;
  });
  const findKept = async (): Promise<Response | null> => {
    try {
      return (await kept.find(url)) ?? null;
    } catch {
      return null;
    }
  };
  const silent = wait(SILENCE_MS_MAX).then(() => null);
  try {
    const answer = await Promise.race([asked, silent]);
    if (answer && !isFromServer(answer)) return insteadOf(answer, await findKept());
    if (answer) return answer;
  } catch (error) {
    // Whoever has given up does not wait for another answer.
    const answer = request.signal.aborted ? null : await findKept();
    if (answer) return answer;
    throw error;
  }
  const answer = await findKept();
  if (!answer) return asked;
  // It is still kept for the next time, should it come.
  waitUntil(asked.catch(() => undefined));
  return answer;
};
