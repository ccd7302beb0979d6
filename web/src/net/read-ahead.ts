/**
 * Decides what to fetch before it is asked for. Reading on from where the last read ended opens a
 * window that doubles with each such read; a jump closes it. So headers and probes cost nothing
 * extra, and a track that plays is always ahead of its decoder. Pure bookkeeping.
 */
import type { ByteRange } from '../shared/units';

export const READ_AHEAD_MIN_BYTES = 256 * 1024;
export const READ_AHEAD_MAX_BYTES = 4 * 1024 * 1024;
/** A decoder looks back a little (bit reservoir, pre-roll), or skips what it knows already. */
const BACK_BYTES = 512 * 1024;
/** Less than the distance of two probes in a short file: those must not look like reading on. */
const SKIP_BYTES = 16 * 1024;

export class ReadAhead {
  /** Before the first read: nothing goes on from here. */
  #cursor = Number.NEGATIVE_INFINITY;
  #windowBytes = 0;

  /** Notes a read; returns whether it goes on where the one before ended. */
  observe(range: ByteRange): boolean {
    const cursor = this.#cursor;
    const sequential = range.begin >= cursor - BACK_BYTES && range.begin <= cursor + SKIP_BYTES;
    const goesOn = sequential && range.end > cursor;
    if (goesOn) {
      const doubled = Math.max(READ_AHEAD_MIN_BYTES, this.#windowBytes * 2);
      this.#windowBytes = Math.min(doubled, READ_AHEAD_MAX_BYTES);
    }
    if (!sequential) this.#windowBytes = 0;
    if (!sequential || goesOn) this.#cursor = range.end;
    return sequential;
  }

  /** What should be at hand behind the last read; empty after a jump. */
  window(sizeBytes: number): ByteRange {
    const begin = Math.max(this.#cursor, 0);
    return { begin, end: Math.max(begin, Math.min(begin + this.#windowBytes, sizeBytes)) };
  }
}
