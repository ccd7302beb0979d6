/**
 * Asks the server, and answers with what it said the last time only when it does not say anything:
 * there is no network, or no word from it for a while. An answer of the server, also an error, is
 * always handed on as it is.
 */
import type { KeptAnswers } from './kept-answers';

export type ServerFirstOptions = {
  readonly kept: Pick<KeptAnswers, 'find' | 'keep' | 'forget'>;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Resolves then. */
  readonly wait: (delayMs: number) => Promise<void>;
  /** What goes on behind the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/** A server without a word for so long is out of reach, where there is a kept answer. */
export const SILENCE_MS_MAX = 10_000;

const GONE: readonly number[] = [404, 410];

const isKeepable = ({ status, type, headers }: Response): boolean =>
  status === 200 &&
  (type === 'basic' || type === 'default') &&
  !(headers.get('Cache-Control') ?? '').includes('no-store');

/** Rejects as fetch does where nothing is kept either. */
export const serverFirst = async (
  request: Request,
  { kept, fetch, wait, waitUntil }: ServerFirstOptions,
): Promise<Response> => {
  const { url } = request;
  const asked = fetch(request).then((answer) => {
    if (isKeepable(answer)) waitUntil(kept.keep(url, answer.clone()));
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
