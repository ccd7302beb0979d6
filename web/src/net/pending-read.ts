/** A read that waits for bytes: it keeps what it lacks, and is answered when that is nothing. */
import { PlayerError } from '../shared/errors';
import type { ByteRange } from '../shared/units';
import { intersect, subtract } from './byte-ranges';
import { Deferred } from './deferred';

export const aborted = (): PlayerError => new PlayerError('aborted', 'the read was given up');

export class PendingRead {
  readonly #range: ByteRange;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #done = new Deferred<Uint8Array<ArrayBuffer>>();
  #missing: ByteRange[];

  constructor(range: ByteRange) {
    this.#range = range;
    this.#bytes = new Uint8Array(range.end - range.begin);
    this.#missing = range.begin < range.end ? [range] : [];
    this.#settleIfWhole();
  }

  get promise(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#done.promise;
  }

  get missing(): readonly ByteRange[] {
    return this.#missing;
  }

  /** Takes what it lacks out of `bytes`, found at `offset` of the source. */
  deliver(offset: number, bytes: Uint8Array): void {
    const piece = { begin: offset, end: offset + bytes.length };
    for (const part of this.#missing) {
      const common = intersect(part, piece);
      if (common === null) continue;
      const taken = bytes.subarray(common.begin - offset, common.end - offset);
      this.#bytes.set(taken, common.begin - this.#range.begin);
    }
    this.#missing = subtract(this.#missing, piece);
    this.#settleIfWhole();
  }

  fail(error: PlayerError): void {
    this.#done.reject(error);
  }

  #settleIfWhole(): void {
    if (this.#missing.length === 0) this.#done.resolve(this.#bytes);
  }
}
