/** Where changes of the settings were asked for in a track, and where they were heard. Pure. */
import type { SwitchRecord } from './player-types';

/** Of all in a track the last ones are remembered. */
export const SWITCH_RECORD_COUNT_MAX = 100;

/** A playhead that is farther behind the switch than between two looks was moved there. */
const LOOK_SECONDS_MAX = 2;

export class SwitchLog {
  #records: readonly SwitchRecord[] = [];
  #requestedAtSeconds = 0;
  #requestedAtMs = 0;

  get records(): readonly SwitchRecord[] {
    return this.#records;
  }

  requested(atSeconds: number, atMs: number): void {
    this.#requestedAtSeconds = atSeconds;
    this.#requestedAtMs = atMs;
  }

  /** The new sound begins here. */
  switched(appendedFromSeconds: number): void {
    const record: SwitchRecord = {
      requestedAtSeconds: this.#requestedAtSeconds,
      appendedFromSeconds,
      requestedAtMs: this.#requestedAtMs,
      heardAtMs: null,
    };
    this.#records = [...this.#records, record].slice(-SWITCH_RECORD_COUNT_MAX);
  }

  /** Where the playhead is now, while the track is heard. */
  progress(positionSeconds: number, nowMs: number): void {
    const last = this.#records.at(-1);
    if (last?.heardAtMs !== null) return;
    const behindSeconds = positionSeconds - last.appendedFromSeconds;
    if (behindSeconds < 0) return;
    const sinceMs = behindSeconds <= LOOK_SECONDS_MAX ? behindSeconds * 1000 : 0;
    const heardAtMs = Math.max(last.requestedAtMs, nowMs - sinceMs);
    this.#records = [...this.#records.slice(0, -1), { ...last, heardAtMs }];
  }

  clear(): void {
    this.#records = [];
  }
}
