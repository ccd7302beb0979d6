/**
 * The one place where changes of settings are gathered: somebody who drags a slider makes hundreds,
 * and each begins a chunk anew. The last one always passes.
 */
import type { Clock } from './playback-monitor';

/** Changes pass at most this often. */
export const SETTINGS_INTERVAL_MS = 120;

export type SettingsGateOptions = {
  readonly clock: Pick<Clock, 'nowMs' | 'setTimeout' | 'clearTimeout'>;
  /** Whether to begin anew now would leave the listener with sound. */
  readonly mayPass: () => boolean;
  /** `wishedAtMs`: when the last of the wishes came that pass now. */
  readonly pass: (wishedAtMs: number) => void;
};

export class SettingsGate {
  readonly #options: SettingsGateOptions;
  #wishedAtMs: number | null = null;
  #timer: number | null = null;

  constructor(options: SettingsGateOptions) {
    this.#options = options;
  }

  /** Lets the newest settings pass now, or as soon as may be. */
  wish(): void {
    this.#wishedAtMs = this.#options.clock.nowMs();
    this.tick();
  }

  /** Looks whether what waits may pass. Cheap. Returns whether it did. */
  tick(): boolean {
    const wishedAtMs = this.#wishedAtMs;
    if (wishedAtMs === null || this.#timer !== null || !this.#options.mayPass()) return false;
    this.#wishedAtMs = null;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = null;
      this.tick();
    }, SETTINGS_INTERVAL_MS);
    this.#options.pass(wishedAtMs);
    return true;
  }

  /** What waits is dropped. */
  close(): void {
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#wishedAtMs = null;
  }
}
