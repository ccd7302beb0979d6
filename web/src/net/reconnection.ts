/** Waits between attempts, tells the page about it, and gives up after two minutes. */
import { PlayerError } from '../shared/errors';
import type { Clock } from './clock';

export const RETRY_FIRST_MS = 250;
export const RETRY_MAX_MS = 8000;
/** Without a single new byte for so long, the session fails. */
export const RETRY_TOTAL_MS = 120_000;

/** Between two failures no more time goes by than this, unless the machine has slept meanwhile:
 *  that was no time in which anything was tried. */
const BETWEEN_FAILURES_MS_MAX = 30_000;

/** One thing that is tried again and again. */
export type Struggle = {
  failures: number;
  /** When it failed last, and how long it has been tried until then. */
  failedAtMs: number;
  triedMs: number;
};

export const newStruggle = (): Struggle => ({ failures: 0, failedAtMs: 0, triedMs: 0 });

export type ReconnectionOptions = {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** attempt >= 1: the network is being retried; 0: it works again. */
  readonly onNetwork: (attempt: number, message: string) => void;
};

export class Reconnection {
  retryCount = 0;
  readonly #options: ReconnectionOptions;
  #reported = 0;

  constructor(options: ReconnectionOptions) {
    this.#options = options;
  }

  /** Resolves when it is time to try again, or at once when `signal` is raised. */
  async wait(struggle: Struggle, reason: string, signal: AbortSignal): Promise<void> {
    const { clock, random, onNetwork } = this.#options;
    const nowMs = clock.nowMs();
    const sinceMs = Math.min(nowMs - struggle.failedAtMs, BETWEEN_FAILURES_MS_MAX);
    struggle.triedMs = struggle.failures === 0 ? 0 : struggle.triedMs + sinceMs;
    struggle.failedAtMs = nowMs;
    struggle.failures += 1;
    if (struggle.triedMs >= RETRY_TOTAL_MS) {
      throw new PlayerError('network', `the track cannot be fetched: ${reason}; try again later`);
    }
    this.retryCount += 1;
    if (struggle.failures > this.#reported) {
      this.#reported = struggle.failures;
      onNetwork(struggle.failures, `connecting again: ${reason}`);
    }
    const doublings = Math.min(struggle.failures - 1, 16);
    const fullMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** doublings);
    // Half of each delay is jitter, so that many listeners do not come back all at once.
    await this.#sleep(fullMs * (0.5 + random() / 2), signal);
  }

  /** Bytes flow, or nobody waits for them any more. */
  over(message: string): void {
    if (this.#reported === 0) return;
    this.#reported = 0;
    this.#options.onNetwork(0, message);
  }

  #sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(delayMs, () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
      const stop = (): void => {
        cancel();
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
