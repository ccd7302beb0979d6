/**
 * What the server tells of one file: its version, which may never change, and its size, which it is
 * asked for where the first answer does not tell. Knows nothing of the bytes nor of who reads them.
 */
import { PlayerError } from '../shared/errors';
import { lossReason } from './attempt';
import { Deferred } from './deferred';
import { mergeFacts, NO_FACTS, type SourceFacts } from './range-response';
import type { Fetch } from './range-transfer';
import { newStruggle, type Reconnection } from './reconnection';
import { probeSize } from './size-probe';

export type FileFactsOptions = {
  readonly url: string;
  readonly fetch: Fetch;
  readonly reconnection: Reconnection;
  /** What every answer is compared with from the first one on. */
  readonly expected?: SourceFacts;
  /** The size is known; called once. */
  readonly onSize: (sizeBytes: number) => void;
};

export class FileFacts {
  readonly #options: FileFactsOptions;
  readonly #size = new Deferred<number>();
  readonly #closing = new AbortController();
  #told: SourceFacts;
  #heard: SourceFacts = NO_FACTS;
  #sizeBytes: number | null = null;
  #requestCount = 0;

  constructor(options: FileFactsOptions) {
    this.#options = options;
    this.#told = options.expected ?? NO_FACTS;
  }

  /** What answers alone have told. */
  get heard(): SourceFacts {
    return this.#heard;
  }

  /** null: not known yet. */
  get sizeBytes(): number | null {
    return this.#sizeBytes;
  }

  /** As answers tell it, before anybody has relied on it; null: none has. */
  get toldBytes(): number | null {
    return this.#told.sizeBytes;
  }

  /** Rejects when fail() comes first. */
  get size(): Promise<number> {
    return this.#size.promise;
  }

  get requestCount(): number {
    return this.#requestCount;
  }

  /** What an answer tells. Throws a PlayerError when that is another version of the file. */
  learn(facts: SourceFacts): void {
    this.#told = mergeFacts(this.#told, facts);
    this.#heard = mergeFacts(this.#heard, facts);
  }

  /** From now on everything relies on this size. */
  settle(sizeBytes: number): void {
    if (this.#sizeBytes !== null) return;
    this.#sizeBytes = sizeBytes;
    this.#told = { ...this.#told, sizeBytes };
    this.#heard = { ...this.#heard, sizeBytes };
    this.#size.resolve(sizeBytes);
    this.#options.onSize(sizeBytes);
  }

  /** Asks for the size until it is told. Throws a PlayerError when trying again is futile. */
  async ask(): Promise<void> {
    const { url, fetch, reconnection } = this.#options;
    const { signal } = this.#closing;
    const struggle = newStruggle();
    while (this.#sizeBytes === null && !signal.aborted) {
      try {
        this.#requestCount += 1;
        this.learn(await probeSize(url, fetch, signal));
        if (this.#told.sizeBytes !== null) this.settle(this.#told.sizeBytes);
      } catch (error) {
        if (error instanceof PlayerError) throw error;
        await reconnection.wait(struggle, lossReason(error), signal);
      }
    }
  }

  /** Final: whoever waits for the size gets `error`. */
  fail(error: PlayerError): void {
    this.#closing.abort();
    this.#size.reject(error);
  }
}
