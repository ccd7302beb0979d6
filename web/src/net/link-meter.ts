/**
 * What the way to one server gives, measured by the transfers that are made anyway: how long an
 * answer takes to begin, and how many bytes a second come while any answer streams. Knows nothing
 * of what is transferred.
 *
 * Transfers beside each other share the link, so a stretch is measured from the first piece of any
 * of them to the end of the last. The first piece itself does not count: it may have waited.
 */
import type { Clock } from './clock';

export type LinkEstimate = { readonly latencyMs: number; readonly bytesPerSecond: number };

/** One request, from its sending to the end of its answer, however that ends. */
export type MeteredTransfer = {
  /** The head of the answer is there. */
  answered(): void;
  received(byteCount: number): void;
  ended(): void;
};

/** Stretches that count. The best of them tells what the link can do: a short transfer on a slow
 *  start, or one beside a busy processor, does not come near. */
export const STRETCH_COUNT = 4;
/** Less than this behind the first piece of a stretch tells little of the link. */
export const STRETCH_BYTES_MIN = 16 * 1024;
/** Listeners walk out of their houses. */
export const AGE_MAX_MS = 10 * 60 * 1000;
/** A head that came faster than clocks of browsers tell. */
const DURATION_MIN_MS = 1;
/** Of a stretch that goes on, less than this tells little. */
const PARTIAL_MS_MIN = 30;

type Sample = { readonly value: number; readonly atMs: number };

export class LinkMeter {
  readonly #clock: Clock;
  #latencies: Sample[] = [];
  #rates: Sample[] = [];
  #open = 0;
  /** The stretch under way; null: nothing streams. */
  #stretch: { readonly sinceMs: number; readonly firstBytes: number; bytes: number } | null = null;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A request is sent now. */
  begin(): MeteredTransfer {
    const sentMs = this.#clock.nowMs();
    let isOpen = true;
    this.#open += 1;
    return {
      answered: () => this.#keep(this.#latencies, this.#clock.nowMs() - sentMs),
      received: (byteCount) => this.#receive(byteCount),
      ended: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#open -= 1;
        if (this.#open === 0) this.#endStretch();
      },
    };
  }

  /** Null while too little is known. */
  estimate(): LinkEstimate | null {
    const latencies = this.#fresh(this.#latencies);
    const rates = this.#fresh(this.#rates);
    if (latencies.length === 0 || rates.length === 0) return null;
    return { latencyMs: Math.min(...latencies), bytesPerSecond: Math.max(...rates) };
  }

  /**
   * Waits for what is on its way now to tell more, for `limitMs` at most; then what came so far has
   * to do: a rate of 0 where that is next to nothing.
   */
  async settled(limitMs: number): Promise<LinkEstimate & { readonly waitedMs: number }> {
    const sinceMs = this.#clock.nowMs();
    const known = this.estimate();
    if (known !== null) return { ...known, waitedMs: 0 };
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(limitMs, resolve);
      this.#waiting.push(() => {
        cancel();
        resolve();
      });
    });
    const latencies = this.#fresh(this.#latencies);
    const latencyMs = latencies.length > 0 ? Math.min(...latencies) : limitMs;
    const found = this.estimate() ?? { latencyMs, bytesPerSecond: this.#partialRate() };
    return { ...found, waitedMs: this.#clock.nowMs() - sinceMs };
  }

  #receive(byteCount: number): void {
    const nowMs = this.#clock.nowMs();
    if (this.#stretch === null) {
      this.#stretch = { sinceMs: nowMs, firstBytes: byteCount, bytes: 0 };
    } else {
      this.#stretch.bytes += byteCount;
    }
  }

  #endStretch(): void {
    const stretch = this.#stretch;
    this.#stretch = null;
    if (stretch !== null) {
      const { firstBytes, bytes, sinceMs } = stretch;
      const durationMs = Math.max(this.#clock.nowMs() - sinceMs, DURATION_MIN_MS);
      // Where nearly all came at once, it came as fast as can be told.
      const counted = bytes >= STRETCH_BYTES_MIN ? bytes : firstBytes + bytes;
      if (counted >= STRETCH_BYTES_MIN) this.#keep(this.#rates, (counted / durationMs) * 1000);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  #partialRate(): number {
    if (this.#stretch === null) return 0;
    const durationMs = this.#clock.nowMs() - this.#stretch.sinceMs;
    return durationMs < PARTIAL_MS_MIN ? 0 : (this.#stretch.bytes / durationMs) * 1000;
  }

  #keep(samples: Sample[], value: number): void {
    samples.push({ value, atMs: this.#clock.nowMs() });
    if (samples.length > STRETCH_COUNT) samples.shift();
  }

  #fresh(samples: readonly Sample[]): number[] {
    const oldestMs = this.#clock.nowMs() - AGE_MAX_MS;
    return samples.flatMap(({ value, atMs }) => (atMs >= oldestMs ? [value] : []));
  }
}
