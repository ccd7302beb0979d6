/**
 * The bytes of one original file over HTTP ranges (RFC 9110 section 14), for one listener.
 *
 * Reads are answered from a block cache, from what is already on its way, or by new requests: one
 * for all runs of missing bytes where the server answers lists of ranges; else one for each.
 * Reading on sequentially fetches ahead. A lost connection is resumed at the last byte. A server
 * without ranges is read as a whole, once. It never mixes two versions of a file. Knows nothing of
 * what the bytes mean.
 */
import type { PlayerError } from '../shared/errors';
import type { ByteRange } from '../shared/units';
import { BLOCK_BYTES, BlockCache } from './block-cache';
import { intersect } from './byte-ranges';
import type { ByteSource, SourceStats, UseBytes } from './byte-source';
import type { Clock } from './clock';
import { planFetches } from './fetch-plan';
import { FileFacts } from './file-facts';
import type { LinkMeter } from './link-meter';
import { aborted, PendingRead } from './pending-read';
import type { Fetch, RangeTransfer } from './range-transfer';
import { NO_FACTS, tooLarge, type Answer, type SourceFacts } from './range-response';
import { ReadAhead } from './read-ahead';
import { Reconnection } from './reconnection';
import { asPlayerError, Transfers, type ListSupport } from './transfers';

export type { ListSupport } from './transfers';

/** The first request, sent before anyone has asked: headers fit in here, covers do not. */
export const FIRST_REQUEST_BYTES = 64 * 1024;
/** 30 s of CD sound, which is what a change of settings renders anew. */
export const CACHE_BYTES_MAX = 6 * 1024 * 1024;
/** A server without ranges sends all of the file; more than this is not kept in memory. */
export const WHOLE_FILE_BYTES_MAX = 256 * 1024 * 1024;
/** A read that jumps waits for at most this much before its own bytes: 0.1 s at 20 Mbit/s. */
export const WAIT_BYTES_MAX = 256 * 1024;

const NOTHING: ByteRange = { begin: 0, end: 0 };

export type RangeSourceOptions = {
  readonly url: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** In [0, 1), for the jitter of retries. */
  readonly random: () => number;
  /** attempt >= 1: the network is being retried; 0: it works again. */
  readonly onNetwork: (attempt: number, message: string) => void;
  /** null: not to be asked for lists of ranges. Shared by the sources of one origin. */
  readonly lists: ListSupport | null;
  /** Hears of every transfer. Shared by the sources of one origin. */
  readonly link?: LinkMeter;
  /** Any other version of the file fails as changed. */
  readonly expected?: SourceFacts;
  readonly wholeFileBytesMax?: number;
  readonly cacheBytesMax?: number;
};

export class RangeSource implements ByteSource {
  readonly #options: RangeSourceOptions;
  readonly #cache: BlockCache;
  readonly #readAhead = new ReadAhead();
  readonly #reads = new Set<PendingRead>();
  readonly #reconnection: Reconnection;
  readonly #facts: FileFacts;
  readonly #transfers: Transfers;
  #failure: PlayerError | null = null;
  #planQueued = false;
  #jumped = false;
  /** Fetching ahead has failed; it is tried again with the next read. */
  #aheadFailed = false;

  /** Sends the first request at once. */
  constructor(options: RangeSourceOptions) {
    const { url, fetch, clock, lists, link } = options;
    this.#options = options;
    this.#cache = new BlockCache(options.cacheBytesMax ?? CACHE_BYTES_MAX);
    const reconnection = new Reconnection(options);
    this.#reconnection = reconnection;
    this.#facts = new FileFacts({
      url,
      fetch,
      reconnection,
      ...(options.expected === undefined ? {} : { expected: options.expected }),
      onSize: (sizeBytes) => {
        this.#transfers.clampTo(sizeBytes);
        this.#queuePlan();
      },
    });
    this.#transfers = new Transfers({
      url,
      fetch,
      clock,
      reconnection,
      lists,
      link,
      onAnswer: (answer, from) => this.#accept(answer, from),
      onFacts: (facts) => this.#facts.learn(facts),
      onBytes: (offset, bytes, isWholeFile) => {
        const isTooLarge = isWholeFile && offset + bytes.length > this.#wholeFileBytesMax;
        if (isTooLarge) throw tooLarge(this.#wholeFileBytesMax);
        this.#deliver(offset, bytes);
      },
      isWaitedFor: (range) => this.#isWaitedFor(range),
      onGivenUp: () => (this.#aheadFailed = true),
      onWhole: (endBytes) => this.#facts.settle(endBytes),
      onEnded: () => this.#plan(),
      onFailed: (error) => this.#fail(error),
    });
    this.#transfers.start({ begin: 0, end: FIRST_REQUEST_BYTES });
  }

  size(signal: AbortSignal): Promise<number> {
    return this.#orAborted(this.#facts.size, signal);
  }

  async read(
    range: ByteRange,
    signal: AbortSignal,
    use: UseBytes,
    manner: 'in turn' | 'beside' = 'in turn',
  ): Promise<void> {
    const sizeBytes = this.#facts.sizeBytes ?? (await this.size(signal));
    if (signal.aborted) throw aborted();
    if (this.#failure !== null) throw this.#failure;
    const end = Math.min(range.end, sizeBytes);
    const clamped = { begin: Math.min(range.begin, end), end };
    const read = new PendingRead(clamped, signal, use);
    if (manner === 'in turn' && !this.#readAhead.observe(range)) this.#jumped = true;
    this.#cache.lend(clamped, (offset, bytes) => read.deliver(offset, bytes));
    // Also after a hit: the window has moved on.
    this.#aheadFailed = false;
    this.#queuePlan();
    if (read.missing.length === 0) return;
    this.#reads.add(read);
    try {
      await this.#orAborted(read.promise, signal);
    } finally {
      this.#reads.delete(read);
    }
  }

  facts(): SourceFacts {
    return this.#facts.heard;
  }

  stats(): SourceStats {
    return {
      fetchedBytes: this.#transfers.fetchedBytes,
      requestCount: this.#transfers.requestCount + this.#facts.requestCount,
      retryCount: this.#reconnection.retryCount,
      cachedBytes: this.#cache.sizeBytes,
    };
  }

  close(): void {
    this.#fail(aborted());
  }

  #orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) return Promise.reject(aborted());
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(aborted());
      signal.addEventListener('abort', stop, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    });
  }

  /** Plans once for all reads that are asked for in the same turn. */
  #queuePlan(): void {
    if (this.#planQueued) return;
    this.#planQueued = true;
    queueMicrotask(() => {
      this.#planQueued = false;
      this.#plan();
    });
  }

  /** Starts what is missing and not on its way: reads first, then what lies ahead of them. */
  #plan(): void {
    const { sizeBytes } = this.#facts;
    if (sizeBytes === null || this.#failure !== null) return;
    if (this.#jumped) this.#dropUnneeded();
    this.#jumped = false;
    const { needed, ahead } = planFetches({
      missing: [...this.#reads].flatMap((read) => read.missing),
      ahead: this.#aheadFailed ? NOTHING : this.#readAhead.window(sizeBytes),
      inFlight: this.#transfers.remaining,
      held: (range) => this.#cache.held(range),
      sizeBytes,
      blockBytes: BLOCK_BYTES,
    });
    this.#transfers.request(needed, ahead);
  }

  /** While the size is not known everything waits for the first answer. */
  #isWaitedFor(range: ByteRange): boolean {
    if (this.#facts.sizeBytes === null) return true;
    return this.#bytesBeforeUse([range]) < Number.POSITIVE_INFINITY;
  }

  /** What has to arrive before the first byte that a read waits for; infinite: none does. */
  #bytesBeforeUse(remaining: readonly ByteRange[]): number {
    const missing = [...this.#reads].flatMap((read) => read.missing);
    let before = 0;
    for (const run of remaining) {
      const begins = missing.flatMap((part) => intersect(part, run)?.begin ?? []);
      if (begins.length > 0) return before + Math.min(...begins) - run.begin;
      before += run.end - run.begin;
    }
    return Number.POSITIVE_INFINITY;
  }

  /**
   * After a jump: what only the old place wanted would compete with the new one. Where the new
   * place lies far inside what is on its way, asking for it directly is faster.
   */
  #dropUnneeded(): void {
    if (this.#reads.size === 0) return;
    this.#transfers.drop((remaining) => this.#bytesBeforeUse(remaining) > WAIT_BYTES_MAX);
  }

  get #wholeFileBytesMax(): number {
    return this.#options.wholeFileBytesMax ?? WHOLE_FILE_BYTES_MAX;
  }

  /** Returns whether the body of this answer is wanted. */
  #accept(answer: Exclude<Answer, { type: 'lost' }>, transfer: RangeTransfer): boolean {
    if (answer.type === 'empty') {
      this.#facts.learn({ ...NO_FACTS, sizeBytes: 0 });
      this.#facts.settle(0);
      return false;
    }
    this.#facts.learn(answer.facts);
    if (answer.type === 'whole' && !this.#acceptWhole(transfer)) return false;
    const { toldBytes } = this.#facts;
    if (toldBytes !== null) this.#facts.settle(toldBytes);
    else if (answer.type === 'part') this.#findSize(answer.range);
    return true;
  }

  /** One response carries the whole file: all reads wait for it. */
  #acceptWhole(transfer: RangeTransfer): boolean {
    const limit = this.#wholeFileBytesMax;
    if ((this.#facts.toldBytes ?? 0) > limit) throw tooLarge(limit);
    if (!this.#transfers.keepOnly(transfer)) return false;
    this.#cache.raiseLimit(limit + BLOCK_BYTES);
    return true;
  }

  /** Where the first answer does not tell the size: a short one ends where the file does. */
  #findSize(first: ByteRange): void {
    if (first.end < FIRST_REQUEST_BYTES) this.#facts.settle(first.end);
    else this.#facts.ask().catch((error: unknown) => this.#fail(asPlayerError(error)));
  }

  #deliver(offset: number, bytes: Uint8Array): void {
    this.#reconnection.over('the connection works again');
    for (const read of this.#reads) read.deliver(offset, bytes);
    this.#cache.write(offset, bytes);
  }

  /** Final: every read, now or later, fails with `error`. */
  #fail(error: PlayerError): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#facts.fail(error);
    this.#transfers.close();
    for (const read of this.#reads) read.fail(error);
    this.#reads.clear();
    this.#cache.clear();
  }
}
