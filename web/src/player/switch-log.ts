/** Where changes of the settings were asked for in a track, and where they were heard. Pure. */
import type { SwitchRecord } from './player-types';

/** Of all in a track the last ones are remembered. */
export const SWITCH_RECORD_COUNT_MAX = 100;

export class SwitchLog {
  #records: readonly SwitchRecord[] = [];
  #requestedAtSeconds = 0;

  get records(): readonly SwitchRecord[] {
    return this.#records;
  }

  requested(atSeconds: number): void {
    this.#requestedAtSeconds = atSeconds;
  }

  /** The new sound begins here. */
  switched(appendedFromSeconds: number): void {
    const record = { requestedAtSeconds: this.#requestedAtSeconds, appendedFromSeconds };
    this.#records = [...this.#records, record].slice(-SWITCH_RECORD_COUNT_MAX);
  }

  clear(): void {
    this.#records = [];
  }
}
