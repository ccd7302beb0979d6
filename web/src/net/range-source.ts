/**
 * The bytes of one original file over HTTP ranges (RFC 9110 section 14), for one listener.
 *
 * Reads are answered from a block cache, from what is already on its way, or by new requests: one
 * for all runs of missing bytes where the server answers lists of ranges; else one for each, at
 * most six at a time. Reading on sequentially fetches ahead. A lost connection is resumed at the
 * last byte. A server without ranges is read as a whole, once. It never mixes two versions of a
 * file. Knows nothing of what the bytes mean.
 */
import { PlayerError } from '../shared/errors';
import type { ByteRange } from '../shared/units';
import { lossReason } from './attempt';
import { BLOCK_BYTES, BlockCache } from './block-cache';
import { intersect } from './byte-ranges';
import type { ByteSource, SourceStats, UseBytes } from './byte-source';
import type { Clock } from './clock';
import { Deferred } from './deferred';
import { planFetches } from './fetch-plan';
import type { LinkMeter, MeteredTransfer } from './link-meter';
import { aborted, PendingRead } from './pending-read';
import { LIST_RANGE_COUNT_MAX, RangeListTransfer } from './range-list-transfer';
import { RangeTransfer, type Fetch } from './range-transfer';
import { mergeFacts, NO_FACTS, tooLarge, type Answer, type SourceFacts } from './range-response';
import { ReadAhead } from './read-ahead';
import { Reconnection } from './reconnection';
import { probeSize } from './size-probe';

/** The first request, sent before anyone has asked: headers fit in here, covers do not. */
export const FIRST_REQUEST_BYTES = 64 * 1024;
/** 30 s of CD sound, which is what a change of settings renders anew. */
export const CACHE_BYTES_MAX = 6 * 1024 * 1024;
/** A server without ranges sends all of the file; more than this is not kept in memory. */
export const WHOLE_FILE_BYTES_MAX = 256 * 1024 * 1024;
/**
 * As many connections as browsers open to an HTTP/1.1 host: probes take them all for a moment, and
 * whatever the page asks for then waits that long. Reading on takes one.
 */
export const TRANSFER_COUNT_MAX = 6;
export const STALL_MS = 10_000;
/** A read that jumps waits for at most this much before its own bytes: 0.1 s at 20 Mbit/s. */
export const WAIT_BYTES_MAX = 256 * 1024;

const NOTHING: ByteRange = { begin: 0, end: 0 };

/** Whether a server takes lists of ranges: true until it has shown otherwise. */
export type ListSupport = { answered: boolean };

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
  readonly wholeFileBytesMax?: number;
  readonly cacheBytesMax?: number;
};

export class RangeSource implements ByteSource {
  readonly #options: RangeSourceOptions;
  readonly #cache: BlockCache;
  readonly #readAhead = new ReadAhead();
  readonly #reads = new Set<PendingRead>();
  readonly #transfers = new Set<RangeTransfer>();
  readonly #lists = new Set<RangeListTransfer>();
  readonly #size = new Deferred<number>();
  readonly #reconnection: Reconnection;
  readonly #closing = new AbortController();
  #facts: SourceFacts = NO_FACTS;
  #sizeBytes: number | null = null;
  #failure: PlayerError | null = null;
  #planQueued = false;
  #jumped = false;
  /** Fetching ahead has failed; it is tried again with the next read. */
  #aheadFailed = false;
  /** The last list was lost: first a request for one range, which is patient, has to succeed. */
  #listLost = false;
  #fetchedBytes = 0;
  #requestCount = 0;

  /** Sends the first request at once. */
  constructor(options: RangeSourceOptions) {
    this.#options = options;
    this.#cache = new BlockCache(options.cacheBytesMax ?? CACHE_BYTES_MAX);
    this.#reconnection = new Reconnection(options);
    this.#start({ begin: 0, end: FIRST_REQUEST_BYTES });
  }

  size(signal: AbortSignal): Promise<number> {
    return this.#orAborted(this.#size.promise, signal);
  }

  async read(
    range: ByteRange,
    signal: AbortSignal,
    use: UseBytes,
    manner: 'in turn' | 'beside' = 'in turn',
  ): Promise<void> {
    const sizeBytes = this.#sizeBytes ?? (await this.size(signal));
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

  stats(): SourceStats {
    return {
      fetchedBytes: this.#fetchedBytes,
      requestCount: this.#requestCount,
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
    const sizeBytes = this.#sizeBytes;
    if (sizeBytes === null || this.#failure !== null) return;
    if (this.#jumped) this.#dropUnneeded();
    this.#jumped = false;
    const { needed, ahead } = planFetches({
      missing: [...this.#reads].flatMap((read) => read.missing),
      ahead: this.#aheadFailed ? NOTHING : this.#readAhead.window(sizeBytes),
      inFlight: [
        ...[...this.#transfers].map((transfer) => transfer.remaining),
        ...[...this.#lists].flatMap((list) => list.remaining),
      ],
      held: (range) => this.#cache.held(range),
      sizeBytes,
      blockBytes: BLOCK_BYTES,
    });
    for (const run of [...this.#startList(needed), ...ahead]) {
      if (this.#transfers.size + this.#lists.size >= TRANSFER_COUNT_MAX) return;
      this.#start(run);
    }
  }

  /** Asks for several runs at once where the server does that; returns what is left to ask for. */
  #startList(runs: readonly ByteRange[]): readonly ByteRange[] {
    const { lists, url, fetch, clock } = this.#options;
    if (lists?.answered !== true || this.#listLost || runs.length < 2) return runs;
    const asked = runs.slice(0, LIST_RANGE_COUNT_MAX);
    const metered = this.#options.link?.begin();
    const list = new RangeListTransfer(asked, {
      url,
      fetch: hearing(fetch, metered),
      clock,
      stallMs: STALL_MS,
      onFacts: (facts) => (this.#facts = mergeFacts(this.#facts, facts)),
      onBytes: (offset, bytes) => this.#deliver(offset, bytes),
      onReceived: (byteCount) => this.#receive(byteCount, metered),
    });
    this.#lists.add(list);
    this.#requestCount += 1;
    this.#guard(this.#runList(list, lists).finally(() => metered?.ended()));
    return runs.slice(LIST_RANGE_COUNT_MAX);
  }

  /** Whatever did not come is asked for run by run. */
  async #runList(list: RangeListTransfer, lists: ListSupport): Promise<void> {
    const outcome = await list.run();
    if (outcome.type === 'refused') lists.answered = false;
    // One that was stopped here was not lost.
    if (!this.#lists.delete(list)) return;
    if (outcome.type === 'lost') this.#listLost = true;
    this.#plan();
  }

  #isNeeded(transfer: RangeTransfer): boolean {
    if (this.#sizeBytes === null) return true;
    return this.#bytesBeforeUse([transfer.remaining]) < Number.POSITIVE_INFINITY;
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
    for (const transfer of this.#transfers) {
      const isFar = this.#bytesBeforeUse([transfer.remaining]) > WAIT_BYTES_MAX;
      if (!transfer.whole && isFar) this.#stop(transfer);
    }
    for (const list of this.#lists) {
      if (this.#bytesBeforeUse(list.remaining) > WAIT_BYTES_MAX) this.#stopList(list);
    }
  }

  #stopList(list: RangeListTransfer): void {
    list.abort();
    this.#lists.delete(list);
  }

  #stop(transfer: RangeTransfer): void {
    transfer.abort();
    this.#transfers.delete(transfer);
    if (transfer.struggle.failures > 0 && this.#failure === null) {
      this.#reconnection.over('no longer waited for');
    }
  }

  #start(range: ByteRange): void {
    const { url, fetch, clock, link } = this.#options;
    let metered: MeteredTransfer | undefined;
    const transfer = new RangeTransfer(range, {
      url,
      // Every attempt is a transfer of its own.
      fetch: (...request) => {
        metered?.ended();
        metered = link?.begin();
        return hearing(fetch, metered)(...request);
      },
      clock,
      stallMs: STALL_MS,
      onAnswer: (answer, from) => this.#accept(answer, from),
      onBytes: (offset, bytes, from) => {
        from.struggle.failures = 0;
        const limit = this.#options.wholeFileBytesMax ?? WHOLE_FILE_BYTES_MAX;
        if (from.whole && offset + bytes.length > limit) throw tooLarge(limit);
        this.#deliver(offset, bytes);
      },
      onReceived: (byteCount) => this.#receive(byteCount, metered),
    });
    this.#transfers.add(transfer);
    this.#guard(this.#run(transfer).finally(() => metered?.ended()));
  }

  #receive(byteCount: number, metered: MeteredTransfer | undefined): void {
    this.#fetchedBytes += byteCount;
    metered?.received(byteCount);
  }

  /** Whatever goes wrong in the background fails the source. */
  #guard(work: Promise<void>): void {
    work.catch((error: unknown) => this.#fail(asPlayerError(error)));
  }

  async #run(transfer: RangeTransfer): Promise<void> {
    while (this.#transfers.has(transfer)) {
      this.#requestCount += 1;
      const outcome = await transfer.attempt();
      if (!this.#transfers.has(transfer)) return;
      if (outcome.type === 'done') break;
      // Where nobody waits for it, the next read that does will ask again.
      if (this.#isNeeded(transfer)) {
        await this.#reconnection.wait(transfer.struggle, outcome.reason, transfer.signal);
      }
      if (!this.#isNeeded(transfer)) {
        this.#aheadFailed = true;
        this.#stop(transfer);
      }
    }
    // Where nothing told the size, the end of the body does.
    if (transfer.whole && !transfer.signal.aborted) this.#knowSize(transfer.remaining.end);
    this.#transfers.delete(transfer);
    this.#listLost = false;
    this.#plan();
  }

  /** Returns whether the body of this answer is wanted. */
  #accept(answer: Answer, transfer: RangeTransfer): boolean {
    if (answer.type === 'lost' || !this.#transfers.has(transfer)) return false;
    if (answer.type === 'empty') {
      this.#facts = mergeFacts(this.#facts, { ...NO_FACTS, sizeBytes: 0 });
      this.#knowSize(0);
      return false;
    }
    this.#facts = mergeFacts(this.#facts, answer.facts);
    if (answer.type === 'whole' && !this.#acceptWhole(transfer)) return false;
    if (this.#facts.sizeBytes !== null) this.#knowSize(this.#facts.sizeBytes);
    else if (answer.type === 'part') this.#guard(this.#askSize(answer.range));
    return true;
  }

  /** One response carries the whole file: all reads wait for it, other requests are pointless. */
  #acceptWhole(transfer: RangeTransfer): boolean {
    const limit = this.#options.wholeFileBytesMax ?? WHOLE_FILE_BYTES_MAX;
    if ((this.#facts.sizeBytes ?? 0) > limit) throw tooLarge(limit);
    for (const other of this.#transfers) {
      if (other === transfer) continue;
      if (other.whole) {
        this.#stop(transfer);
        return false;
      }
      this.#stop(other);
    }
    for (const list of this.#lists) this.#stopList(list);
    this.#cache.raiseLimit(limit + BLOCK_BYTES);
    return true;
  }

  async #askSize(first: ByteRange): Promise<void> {
    if (first.end < FIRST_REQUEST_BYTES) {
      this.#knowSize(first.end);
      return;
    }
    const { url, fetch } = this.#options;
    const { signal } = this.#closing;
    const struggle = { failures: 0, sinceMs: 0 };
    while (this.#sizeBytes === null && !signal.aborted) {
      try {
        this.#requestCount += 1;
        this.#facts = mergeFacts(this.#facts, await probeSize(url, fetch, signal));
        if (this.#facts.sizeBytes !== null) this.#knowSize(this.#facts.sizeBytes);
      } catch (error) {
        if (error instanceof PlayerError) throw error;
        await this.#reconnection.wait(struggle, lossReason(error), signal);
      }
    }
  }

  #knowSize(sizeBytes: number): void {
    if (this.#sizeBytes !== null) return;
    this.#sizeBytes = sizeBytes;
    this.#facts = { ...this.#facts, sizeBytes };
    for (const transfer of this.#transfers) transfer.clampTo(sizeBytes);
    this.#size.resolve(sizeBytes);
    this.#queuePlan();
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
    this.#closing.abort();
    this.#size.reject(error);
    for (const transfer of this.#transfers) this.#stop(transfer);
    for (const list of this.#lists) this.#stopList(list);
    for (const read of this.#reads) read.fail(error);
    this.#reads.clear();
    this.#cache.clear();
  }
}

/** Tells when the head of the answer is there. */
const hearing =
  (fetch: Fetch, metered: MeteredTransfer | undefined): Fetch =>
  async (...request) => {
    const response = await fetch(...request);
    metered?.answered();
    return response;
  };

const asPlayerError = (error: unknown): PlayerError =>
  error instanceof PlayerError
    ? error
    : new PlayerError('internal', 'fetching failed unexpectedly', { cause: error });
