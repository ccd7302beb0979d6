/** Does something at once, but not more often than once in a while; the last wish always counts. */
import type { Clock } from './playback-monitor';

export class Pacer {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #action: () => void;
  #timer: number | null = null;
  #isWished = false;

  constructor(clock: Clock, intervalMs: number, action: () => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#action = action;
  }

  /** Acts now, or when the interval since the last time is over. */
  wish(): void {
    this.#isWished = true;
    if (this.#timer === null) this.#act();
  }

  /** What is wished for and has not been done is dropped. */
  cancel(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#isWished = false;
  }

  #act(): void {
    this.#timer = null;
    if (!this.#isWished) return;
    this.#isWished = false;
    this.#timer = this.#clock.setTimeout(() => this.#act(), this.#intervalMs);
    this.#action();
  }
}
