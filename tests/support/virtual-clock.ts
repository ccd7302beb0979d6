/**
 * A clock for tests: time passes only when a test says so, or (short waits, such as back-off) as
 * soon as the event loop has nothing better to do.
 */
import type { Clock } from '../../web/src/net/clock';

type Timer = { readonly dueMs: number; readonly action: () => void };

export class VirtualClock implements Clock {
  /** Every delay that was asked for, in order. */
  readonly delaysMs: number[] = [];
  readonly #autoBelowMs: number;
  readonly #timers = new Set<Timer>();
  #nowMs = 0;

  /** Waits shorter than `autoBelowMs` end by themselves. */
  constructor(autoBelowMs = 0) {
    this.#autoBelowMs = autoBelowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  after(delayMs: number, action: () => void): () => void {
    this.delaysMs.push(delayMs);
    const timer = { dueMs: this.#nowMs + delayMs, action };
    this.#timers.add(timer);
    if (delayMs < this.#autoBelowMs) setImmediate(() => this.#fire(timer));
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass and fires what falls due, in order. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const due = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs);
      const next = due.sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.#fire(next);
    }
    this.#nowMs = untilMs;
  }

  /** Lets time pass up to what falls due next; false: nothing does. */
  advanceToNext(): boolean {
    const next = [...this.#timers].sort((a, b) => a.dueMs - b.dueMs)[0];
    if (next !== undefined) this.#fire(next);
    return next !== undefined;
  }

  #fire(timer: Timer): void {
    if (!this.#timers.delete(timer)) return;
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.action();
  }
}
