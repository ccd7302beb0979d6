/**
 * The requests for one file that are on their way: single ranges, which are resumed when they are
 * lost, and lists of ranges where the server answers them; at most six at a time. Meters each.
 * Knows neither which bytes are read, nor what is cached: it is told what to fetch and to drop.
 */
import { PlayerError } from '../shared/errors';
import type { ByteRange } from '../shared/units';
import type { Clock } from './clock';
import type { LinkMeter, MeteredTransfer } from './link-meter';
import type { Answer, SourceFacts } from './range-response';
import { LIST_RANGE_COUNT_MAX, RangeListTransfer } from './range-list-transfer';
import { RangeTransfer, type Fetch } from './range-transfer';
import type { Reconnection } from './reconnection';

/**
 * As many connections as browsers open to an HTTP/1.1 host: probes take them all for a moment, and
 * whatever the page asks for then waits that long. Reading on takes one.
 */
export const TRANSFER_COUNT_MAX = 6;
export const STALL_MS = 10_000;

/** Whether a server takes lists of ranges: true until it has shown otherwise. */
export type ListSupport = { answered: boolean };

export type TransfersOptions = {
  readonly url: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly reconnection: Reconnection;
  /** null: not to be asked for lists of ranges. Shared by the sources of one origin. */
  readonly lists: ListSupport | null;
  /** Hears of every transfer. Shared by the sources of one origin. */
  readonly link?: LinkMeter | undefined;
  /** As TransferOptions.onAnswer, of a request that is still wanted. */
  readonly onAnswer: (answer: Exclude<Answer, { type: 'lost' }>, from: RangeTransfer) => boolean;
  /** What a part of a list tells of the file. */
  readonly onFacts: (facts: SourceFacts) => void;
  /** The bytes are only lent. May throw a PlayerError: too many of them. */
  readonly onBytes: (offset: number, bytes: Uint8Array, isWholeFile: boolean) => void;
  /** Whether somebody waits for bytes of this range. */
  readonly isWaitedFor: (range: ByteRange) => boolean;
  /** A request that nobody waits for has failed, and is not repeated. */
  readonly onGivenUp: () => void;
  /** The file came as a whole, and ends there. */
  readonly onWhole: (endBytes: number) => void;
  /** One request less is on its way. */
  readonly onEnded: () => void;
  /** Final; trying again is futile. */
  readonly onFailed: (error: PlayerError) => void;
};

export class Transfers {
  readonly #options: TransfersOptions;
  readonly #single = new Set<RangeTransfer>();
  readonly #lists = new Set<RangeListTransfer>();
  /** The last list was lost: first a request for one range, which is patient, has to succeed. */
  #listLost = false;
  #closed = false;
  #fetchedBytes = 0;
  #requestCount = 0;

  constructor(options: TransfersOptions) {
    this.#options = options;
  }

  /** Everything that came over the network, wanted or not. */
  get fetchedBytes(): number {
    return this.#fetchedBytes;
  }

  get requestCount(): number {
    return this.#requestCount;
  }

  /** What is on its way. */
  get remaining(): readonly ByteRange[] {
    return [
      ...[...this.#single].map((transfer) => transfer.remaining),
      ...[...this.#lists].flatMap((list) => list.remaining),
    ];
  }

  /** Asks for runs of bytes, as far as there is room: first for all that are `needed`. */
  request(needed: readonly ByteRange[], ahead: readonly ByteRange[]): void {
    for (const run of [...this.#startList(needed), ...ahead]) {
      if (this.#single.size + this.#lists.size >= TRANSFER_COUNT_MAX) return;
      this.start(run);
    }
  }

  start(range: ByteRange): void {
    const { url, fetch, clock, link, onAnswer, onBytes } = this.#options;
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
      onAnswer: (answer, from) =>
        answer.type !== 'lost' && this.#single.has(from) && onAnswer(answer, from),
      onBytes: (offset, bytes, from) => {
        from.struggle.failures = 0;
        onBytes(offset, bytes, from.whole);
      },
      onReceived: (byteCount) => this.#receive(byteCount, metered),
    });
    this.#single.add(transfer);
    this.#guard(this.#run(transfer).finally(() => metered?.ended()));
  }

  /** Stops what `isUnneeded`, given what has not arrived of it; a whole file is left alone. */
  drop(isUnneeded: (remaining: readonly ByteRange[]) => boolean): void {
    for (const transfer of this.#single) {
      if (!transfer.whole && isUnneeded([transfer.remaining])) this.#stop(transfer);
    }
    for (const list of this.#lists) if (isUnneeded(list.remaining)) this.#stopList(list);
  }

  /**
   * `whole` carries the whole file, so that all other requests are pointless. False: another one
   * does already.
   */
  keepOnly(whole: RangeTransfer): boolean {
    for (const other of this.#single) {
      if (other === whole) continue;
      if (other.whole) {
        this.#stop(whole);
        return false;
      }
      this.#stop(other);
    }
    for (const list of this.#lists) this.#stopList(list);
    return true;
  }

  /** Takes the length of the file into account, once it is known. */
  clampTo(sizeBytes: number): void {
    for (const transfer of this.#single) transfer.clampTo(sizeBytes);
  }

  /** Stops everything, without a word about the network. */
  close(): void {
    this.#closed = true;
    for (const transfer of this.#single) transfer.abort();
    this.#single.clear();
    for (const list of this.#lists) this.#stopList(list);
  }

  /** Asks for several runs at once where the server does that; returns what is left to ask for. */
  #startList(runs: readonly ByteRange[]): readonly ByteRange[] {
    const { lists, url, fetch, clock, link, onFacts, onBytes } = this.#options;
    if (lists?.answered !== true || this.#listLost || runs.length < 2) return runs;
    const asked = runs.slice(0, LIST_RANGE_COUNT_MAX);
    const metered = link?.begin();
    const list = new RangeListTransfer(asked, {
      url,
      fetch: hearing(fetch, metered),
      clock,
      stallMs: STALL_MS,
      onFacts,
      onBytes: (offset, bytes) => onBytes(offset, bytes, false),
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
    this.#options.onEnded();
  }

  async #run(transfer: RangeTransfer): Promise<void> {
    const { reconnection, isWaitedFor, onGivenUp, onWhole, onEnded } = this.#options;
    while (this.#single.has(transfer)) {
      this.#requestCount += 1;
      const outcome = await transfer.attempt();
      if (!this.#single.has(transfer)) return;
      if (outcome.type === 'done') break;
      // Where nobody waits for it, the next read that does will ask again.
      if (isWaitedFor(transfer.remaining)) {
        await reconnection.wait(transfer.struggle, outcome.reason, transfer.signal);
      }
      if (!isWaitedFor(transfer.remaining)) {
        onGivenUp();
        this.#stop(transfer);
      }
    }
    // Where nothing told the size, the end of the body does.
    if (transfer.whole && !transfer.signal.aborted) onWhole(transfer.remaining.end);
    this.#single.delete(transfer);
    this.#listLost = false;
    onEnded();
  }

  #stop(transfer: RangeTransfer): void {
    transfer.abort();
    this.#single.delete(transfer);
    if (transfer.struggle.failures > 0 && !this.#closed) {
      this.#options.reconnection.over('no longer waited for');
    }
  }

  #stopList(list: RangeListTransfer): void {
    list.abort();
    this.#lists.delete(list);
  }

  #receive(byteCount: number, metered: MeteredTransfer | undefined): void {
    this.#fetchedBytes += byteCount;
    metered?.received(byteCount);
  }

  /** Whatever goes wrong in the background fails the source. */
  #guard(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.onFailed(asPlayerError(error)));
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

export const asPlayerError = (error: unknown): PlayerError =>
  error instanceof PlayerError
    ? error
    : new PlayerError('internal', 'fetching failed unexpectedly', { cause: error });
