/**
 * What a session's engine asks its source for, and how much of it has come. Knows nothing of
 * renders and epochs.
 */
import type { ByteSource, UseBytes } from '../net/byte-source';
import type { ByteRange } from '../shared/units';
import type { Progress } from './engine-protocol';

export type SessionReadsOptions = {
  readonly source: ByteSource;
  /** Hands bytes to the engine. */
  readonly supply: UseBytes;
  /** A part of a list that nobody waits for by name has failed. */
  readonly onFailure: (error: unknown) => void;
};

type Outstanding = { readonly range: ByteRange; readonly supplied: Promise<void> };

export class SessionReads {
  readonly #options: SessionReadsOptions;
  #outstanding: readonly Outstanding[] = [];
  /** Of what was asked for since nothing was on its way. */
  #neededBytes = 0;
  #receivedBytes = 0;

  constructor(options: SessionReadsOptions) {
    this.#options = options;
  }

  /** Of what is on its way. */
  get progress(): Pick<Progress, 'neededBytes' | 'receivedBytes'> {
    return { neededBytes: this.#neededBytes, receivedBytes: this.#receivedBytes };
  }

  /**
   * Asks for all of `ranges` and resolves when the first is there; only a single one that begins
   * within what is on its way is not asked for again. The engine uses the places of a list in
   * order: it works on the first while others arrive, and asks again for those.
   */
  fetch(ranges: readonly ByteRange[], signal: AbortSignal): Promise<void> {
    const [first, ...others] = ranges;
    if (first === undefined) return Promise.resolve();
    const known = this.#outstanding.find(({ range }) => contains(range, first));
    if (known !== undefined && others.length === 0) return known.supplied;
    const supplied = this.#read(first, signal);
    for (const range of others) {
      this.#read(range, signal).catch((error: unknown) => {
        if (!signal.aborted) this.#options.onFailure(error);
      });
    }
    return supplied;
  }

  /** What is on its way is not wanted any more; its signal was raised. */
  forget(): void {
    this.#outstanding = [];
  }

  #read(range: ByteRange, signal: AbortSignal): Promise<void> {
    if (this.#outstanding.length === 0) {
      this.#neededBytes = 0;
      this.#receivedBytes = 0;
    }
    this.#neededBytes += range.end - range.begin;
    const use: UseBytes = (offset, bytes) => {
      this.#receivedBytes += bytes.length;
      this.#options.supply(offset, bytes);
    };
    const supplied = this.#options.source.read(range, signal, use).then(() => {
      this.#outstanding = this.#outstanding.filter((other) => other.range !== range);
    });
    this.#outstanding = [...this.#outstanding, { range, supplied }];
    return supplied;
  }
}

const contains = (range: ByteRange, part: ByteRange): boolean =>
  range.begin <= part.begin && part.begin < range.end;
