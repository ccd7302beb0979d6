/**
 * The one place where changes of settings are gathered: somebody who drags a slider makes hundreds,
 * and each begins a chunk anew. The last one always passes.
 */
import type { EnhancementSettings } from '../engine/engine-protocol';
import type { Clock } from './playback-monitor';

/** Changes pass at most this often. */
export const SETTINGS_INTERVAL_MS = 120;

export type SettingsGateOptions = {
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** Whether to begin anew now would leave the listener with sound. */
  readonly mayPass: () => boolean;
  readonly pass: (settings: EnhancementSettings) => void;
};

export class SettingsGate {
  readonly #options: SettingsGateOptions;
  #wished: EnhancementSettings | null = null;
  #timer: number | null = null;

  constructor(options: SettingsGateOptions) {
    this.#options = options;
  }

  /** Lets the settings pass now, or as soon as may be; replaces those that wait. */
  wish(settings: EnhancementSettings): void {
    this.#wished = settings;
    this.tick();
  }

  /** Looks whether what waits may pass. Cheap. Returns whether it did. */
  tick(): boolean {
    const settings = this.#wished;
    if (settings === null || this.#timer !== null || !this.#options.mayPass()) return false;
    this.#wished = null;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = null;
      this.tick();
    }, SETTINGS_INTERVAL_MS);
    this.#options.pass(settings);
    return true;
  }

  /** What waits is dropped. */
  close(): void {
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#wished = null;
  }
}
