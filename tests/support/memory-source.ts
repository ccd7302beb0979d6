/** A source whose bytes are in memory; answers come after a while of the test's choosing. */
import { PlayerError } from '../../web/src/shared/errors';
import type { ByteRange } from '../../web/src/shared/units';
import { NO_FACTS, type SourceFacts } from '../../web/src/net/range-response';
import type { ByteSource, SourceStats, UseBytes } from '../../web/src/net/byte-source';

export type MemorySourceOptions = {
  /** Turns of the event loop until a read is answered. */
  readonly turns?: () => number;
  /** Throws or waits in front of a read. */
  readonly before?: (range: ByteRange) => Promise<void>;
  /** What the server tells of the file beside its size. */
  readonly facts?: Partial<SourceFacts>;
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class MemorySource implements ByteSource {
  readonly ranges: ByteRange[] = [];
  closed = false;
  abortedCount = 0;
  readonly #file: Uint8Array;
  readonly #options: MemorySourceOptions;

  constructor(file: Uint8Array, options: MemorySourceOptions = {}) {
    this.#file = file;
    this.#options = options;
  }

  size(): Promise<number> {
    return Promise.resolve(this.#file.length);
  }

  async read(range: ByteRange, signal: AbortSignal, use: UseBytes): Promise<void> {
    this.ranges.push(range);
    await this.#options.before?.(range);
    const turns = this.#options.turns?.() ?? 0;
    for (let count = 0; count < turns; count += 1) await turn();
    if (signal.aborted || this.closed) {
      this.abortedCount += 1;
      throw new PlayerError('aborted', 'given up');
    }
    use(range.begin, this.#file.slice(range.begin, range.end));
  }

  facts(): SourceFacts {
    return { ...NO_FACTS, sizeBytes: this.#file.length, ...this.#options.facts };
  }

  stats(): SourceStats {
    const fetchedBytes = this.ranges.reduce((sum, { begin, end }) => sum + end - begin, 0);
    return { fetchedBytes, requestCount: this.ranges.length, retryCount: 0, cachedBytes: 0 };
  }

  close(): void {
    this.closed = true;
  }
}
