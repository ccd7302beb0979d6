/**
 * fetch() for files of which some are kept: those are read from the device. Behind the first bytes
 * of one the server is asked whether it is still that file; where it is not, what is kept is not
 * read any more, and comes anew.
 */
import { isSameVersion } from '../net/file-version';
import { factsOf, type SourceFacts } from '../net/range-response';
import type { Fetch } from '../net/range-transfer';
import { probeSize } from '../net/size-probe';
import { isFromServer } from '../shared/offline-protocol';
import { trackKey } from '../shared/track-key';
import type { FileVersion } from './file-answer';
import type { KeptFiles } from './kept-files';
import type { OriginalFiles } from './original-files';

export type KeptFetchOptions = {
  readonly kept: Pick<KeptFiles, 'answer' | 'mayHave' | 'versionOf' | 'refresh'>;
  readonly files: Pick<OriginalFiles, 'begin'>;
  /** What addresses are relative to. */
  readonly baseUrl: string;
  /** Of the network alone. */
  readonly fetch: Fetch;
  /** A file that was whole has to come anew. */
  readonly onReplaced: (key: string) => void;
  /** Resolves then. */
  readonly wait: (delayMs: number) => Promise<void>;
};

/** The server has so long to say what a file is. */
export const CHECK_MS_MAX = 10_000;
/** Where it has not, it is asked again no sooner than that. */
export const CHECK_AGAIN_MS = 30_000;

const sourceFacts = ({ sizeBytes, etag, lastModified }: FileVersion): SourceFacts => {
  const told = new Map(
    [
      ['etag', etag],
      ['last-modified', lastModified],
    ].filter(([, value]) => value !== '') as [string, string][],
  );
  return factsOf({ status: 200, headers: { get: (name) => told.get(name) ?? null } }, sizeBytes);
};

export class KeptFetch {
  readonly #options: KeptFetchOptions;
  /** Keys that were looked at in this visit, or just now. */
  readonly #checked = new Set<string>();

  constructor(options: KeptFetchOptions) {
    this.#options = options;
  }

  /** Whether `url` is read from the device; null: not known yet. */
  isKept(url: string): boolean | null {
    return this.#options.kept.mayHave(this.#keyOf(url));
  }

  readonly fetch: Fetch = async (url, init) => {
    const { kept, fetch } = this.#options;
    const request = { method: init.method ?? 'GET', headers: new Headers(init.headers) };
    const answer = await kept.answer(this.#keyOf(url), request, init.signal);
    if (answer === null) return fetch(url, init);
    void this.#check(url);
    return answer;
  };

  /**
   * For a service worker. `ask`: sends the request on as it came. `waitUntil`: takes what goes on
   * behind the answer.
   */
  async answer(
    request: Request,
    ask: () => Promise<Response>,
    waitUntil: (work: Promise<void>) => void,
  ): Promise<Response> {
    const { kept } = this.#options;
    const key = this.#keyOf(request.url);
    if (request.method === 'HEAD') {
      // Whoever asks for no byte wants to know how things are.
      const answer = await ask().catch(() => null);
      if (answer && isFromServer(answer)) return answer;
      return (await kept.answer(key, request)) ?? answer ?? Response.error();
    }
    const answer = await kept.answer(key, request, request.signal);
    if (answer === null) return ask();
    waitUntil(this.#check(request.url));
    return answer;
  }

  async #check(url: string): Promise<void> {
    const key = this.#keyOf(url);
    if (this.#checked.has(key)) return;
    this.#checked.add(key);
    const { kept, files, fetch, onReplaced, wait } = this.#options;
    const known = await kept.versionOf(key);
    if (known === null) return;
    const late = new AbortController();
    void wait(CHECK_MS_MAX).then(() => late.abort());
    try {
      const now = await probeSize(url, fetch, late.signal);
      if (isSameVersion(sourceFacts(known), now)) return;
      if (!(await files.begin(key, known, null))) return;
    } catch {
      // Without an answer there is no evidence: without a network, what is kept plays.
      void wait(CHECK_AGAIN_MS).then(() => this.#checked.delete(key));
      return;
    }
    await kept.refresh([key]);
    onReplaced(key);
  }

  #keyOf(url: string): string {
    return trackKey(url, this.#options.baseUrl);
  }
}
