/** A read that waits for bytes: it knows what it lacks, and is answered when that is nothing. */
import { PlayerError } from '../shared/errors';
import type { ByteRange } from '../shared/units';
import { intersect, subtract } from './byte-ranges';
import type { UseBytes } from './byte-source';
import { Deferred } from './deferred';

export const aborted = (): PlayerError => new PlayerError('aborted', 'the read was given up');

export class PendingRead {
  readonly #use: UseBytes;
  readonly #signal: AbortSignal;
  readonly #done = new Deferred<void>();
  #missing: ByteRange[];

  constructor(range: ByteRange, signal: AbortSignal, use: UseBytes) {
    this.#use = use;
    this.#signal = signal;
    this.#missing = range.begin < range.end ? [range] : [];
    this.#settleIfWhole();
  }

  get promise(): Promise<void> {
    return this.#done.promise;
  }

  get missing(): readonly ByteRange[] {
    return this.#missing;
  }

  /** Hands on what it lacks out of `bytes`, found at `offset` of the source. */
  deliver(offset: number, bytes: Uint8Array): void {
    const piece = { begin: offset, end: offset + bytes.length };
    const lacking = this.#missing.flatMap((part) => intersect(part, piece) ?? []);
    if (lacking.length === 0 || this.#signal.aborted) return;
    this.#missing = subtract(this.#missing, piece);
    for (const { begin, end } of lacking) {
      this.#use(begin, bytes.subarray(begin - offset, end - offset));
    }
    this.#settleIfWhole();
  }

  fail(error: PlayerError): void {
    this.#done.reject(error);
  }

  #settleIfWhole(): void {
    if (this.#missing.length === 0) this.#done.resolve();
  }
}
