/**
 * Virtual time for the player: timers fire in order when a test lets time pass, and promises that
 * they settle run to their end before the next timer.
 */
import { setImmediate } from 'node:timers';
import type { Clock } from '../../web/src/player/playback-monitor';

type Timer = { readonly id: number; dueMs: number; readonly periodMs: number | null };

const drain = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class SimClock implements Clock {
  #nowMs = 0;
  #nextId = 1;
  readonly #timers = new Map<number, Timer & { readonly action: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  setTimeout(action: () => void, delayMs: number): number {
    return this.#add(action, delayMs, null);
  }

  clearTimeout(timer: number): void {
    this.#timers.delete(timer);
  }

  setInterval(action: () => void, periodMs: number): number {
    return this.#add(action, periodMs, periodMs);
  }

  clearInterval(timer: number): void {
    this.#timers.delete(timer);
  }

  requestFrame(action: () => void): void {
    this.#add(action, 16, null);
  }

  /** The machine sleeps: time goes by, nothing happens, and all that was due is late. */
  sleep(forMs: number): void {
    this.#nowMs += forMs;
    for (const timer of this.#timers.values()) {
      // What came again and again was missed.
      if (timer.periodMs !== null) timer.dueMs = Math.max(timer.dueMs, this.#nowMs);
    }
  }

  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await drain();
    for (;;) {
      const next = this.#first();
      if (!next || next.dueMs > untilMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      if (next.periodMs === null) this.#timers.delete(next.id);
      else next.dueMs += next.periodMs;
      next.action();
      await drain();
    }
    this.#nowMs = untilMs;
  }

  #first() {
    let first: (Timer & { readonly action: () => void }) | null = null;
    // Those of one time in the order in which they were set.
    for (const timer of this.#timers.values()) {
      const isEarlier =
        !first || timer.dueMs < first.dueMs || (timer.dueMs === first.dueMs && timer.id < first.id);
      if (isEarlier) first = timer;
    }
    return first;
  }

  #add(action: () => void, delayMs: number, periodMs: number | null): number {
    const id = this.#nextId++;
    this.#timers.set(id, { id, dueMs: this.#nowMs + Math.max(0, delayMs), periodMs, action });
    return id;
  }
}
