/** One try at a request: ended from outside, or when the server falls silent. */
import { PlayerError } from '../shared/errors';
import type { Clock } from './clock';

/** The connection or the server failed; trying again may help. */
export type Lost = { readonly type: 'lost'; readonly reason: string };

export type AttemptLimits = {
  readonly clock: Clock;
  /** Without a byte for so long, the connection counts as lost. */
  readonly stallMs: number;
  readonly signal: AbortSignal;
};

/** Why a connection was lost, in words. */
export const lossReason = (error: unknown): string =>
  error instanceof Error && error.message !== '' ? error.message : 'the connection broke';

/**
 * Runs `request`; what it throws counts as a lost connection, unless it is a PlayerError, which is
 * passed on. When it is over, so are the request and its body.
 */
export const attempt = async <T>(
  { clock, stallMs, signal }: AttemptLimits,
  request: (signal: AbortSignal, watchdog: Watchdog) => Promise<T>,
): Promise<T | Lost> => {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  const watchdog = new Watchdog(clock, stallMs, stop);
  try {
    return await request(controller.signal, watchdog);
  } catch (error) {
    if (error instanceof PlayerError) throw error;
    const reason = watchdog.expired ? 'the server has gone silent' : lossReason(error);
    return { type: 'lost', reason };
  } finally {
    watchdog.stop();
    signal.removeEventListener('abort', stop);
    // Ends a body of which the rest is not wanted, so that it does not hold the connection.
    controller.abort();
  }
};

/** Calls `onExpired` when not fed for `limitMs`. */
export class Watchdog {
  expired = false;
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onExpired: () => void;
  #cancel: () => void;
  #fedMs: number;

  constructor(clock: Clock, limitMs: number, onExpired: () => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onExpired = onExpired;
    this.#fedMs = clock.nowMs();
    this.#cancel = clock.after(limitMs, () => this.#look());
  }

  feed(): void {
    this.#fedMs = this.#clock.nowMs();
  }

  stop(): void {
    this.#cancel();
  }

  // One timer that looks back is cheaper than a new one with every piece of the body.
  #look(): void {
    const leftMs = this.#fedMs + this.#limitMs - this.#clock.nowMs();
    this.expired = leftMs <= 0;
    if (this.expired) this.#onExpired();
    else this.#cancel = this.#clock.after(leftMs, () => this.#look());
  }
}
