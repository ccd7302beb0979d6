/**
 * What the way to one server gives, measured by the transfers that are made anyway: how long an
 * answer takes to begin, and how many bytes a second come while any answer streams. Knows nothing
 * of what is transferred.
 *
 * Transfers beside each other share the link, so a stretch is measured from the first piece of any
 * of them to the end of the last. The first piece itself does not count: it may have waited.
 *
 * What came in a burst may have been lying somewhere on the way, in a buffer of the browser or of a
 * proxy, while nobody looked. So all bytes of a stretch take half of the time since its first
 * request at least: that time a burst cannot hide. A fast link is rated too low by short transfers
 * then, until a longer one has come.
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
/** Of the time since the first request, so much may have been the link's latency. */
const LATENCY_SHARE_MAX = 0.5;
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
  /** When the first of those that are open was sent. */
  #sentMs = 0;
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
    if (this.#open === 0) this.#sentMs = sentMs;
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
      const all = firstBytes + bytes;
      const believed = this.#burstRate(all);
      // Where nearly all came at once, nothing else tells.
      const isStream = bytes >= STRETCH_BYTES_MIN;
      const rate = isStream ? Math.min(this.#rate(bytes, sinceMs), believed) : believed;
      if (all >= STRETCH_BYTES_MIN) this.#keep(this.#rates, rate);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  #partialRate(): number {
    if (this.#stretch === null) return 0;
    const { sinceMs, firstBytes, bytes } = this.#stretch;
    if (this.#clock.nowMs() - sinceMs < PARTIAL_MS_MIN) return 0;
    return Math.min(this.#rate(bytes, sinceMs), this.#burstRate(firstBytes + bytes));
  }

  /** Bytes a second, of what came since then. */
  #rate(bytes: number, sinceMs: number): number {
    return (bytes / Math.max(this.#clock.nowMs() - sinceMs, DURATION_MIN_MS)) * 1000;
  }

  /** No more than this is believed of a stretch, however fast it came in the end. */
  #burstRate(bytes: number): number {
    const sinceSentMs = this.#clock.nowMs() - this.#sentMs;
    const durationMs = Math.max(sinceSentMs * (1 - LATENCY_SHARE_MAX), DURATION_MIN_MS);
    return (bytes / durationMs) * 1000;
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
