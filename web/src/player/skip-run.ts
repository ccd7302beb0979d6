/**
 * Tracks that could not be played, one after another. A player that skips them goes on with the
 * next one; but where one track after another fails, something else is wrong, and to skip for ever
 * would be a player that runs through the library in silence. Pure.
 */
import type { ErrorCode } from '../shared/errors';
import type { SkippedTrack } from './player-types';

/** The last of so many failures in a row is not skipped: the player stops. */
export const FAILURES_IN_A_ROW_MAX = 3;

/** A track that was heard for so long has been played, whatever happens to it then. */
export const PLAYED_SECONDS = 5;
/**
 * A larger step of the position is a seek. Pages in the background are looked at once a second, and
 * somewhat late.
 */
const STEP_SECONDS_MAX = 2;

/**
 * Whether the fault is the track's own, so that the next one may well play. A lost network or a bug
 * of ours would meet it as well.
 */
export const isTracksFault = (code: ErrorCode): boolean =>
  code === 'unsupported' || code === 'corrupt' || code === 'gone';

export class SkipRun {
  #skipped: readonly SkippedTrack[] = [];
  #failureCount = 0;
  #direction: 1 | -1 = 1;
  #heardSeconds = 0;
  #lastSeconds = Infinity;

  /** Skipped right before the track that plays; at most FAILURES_IN_A_ROW_MAX - 1. */
  get skipped(): readonly SkippedTrack[] {
    return this.#skipped;
  }

  /** Whether one more failure is skipped, or is the last of too many in a row. */
  get mayGoOn(): boolean {
    return this.#failureCount + 1 < FAILURES_IN_A_ROW_MAX;
  }

  /**
   * Which way the next track is sought: that in which somebody walks through the queue, until a
   * track was played.
   */
  get direction(): 1 | -1 {
    return this.#direction;
  }

  /** A track failed, and the player goes on with another one. */
  add(skipped: SkippedTrack): void {
    this.#skipped = this.#failureCount === 0 ? [skipped] : [...this.#skipped, skipped];
    this.#failureCount += 1;
    this.#beginTrack();
  }

  /** A track failed, and is opened anew: where that comes again and again, something is wrong. */
  reopened(): void {
    this.#failureCount += 1;
    this.#beginTrack();
  }

  /** The position moved on while the track was heard. */
  progress(positionSeconds: number): void {
    const step = positionSeconds - this.#lastSeconds;
    this.#lastSeconds = positionSeconds;
    if (step > 0 && step <= STEP_SECONDS_MAX) this.#heardSeconds += step;
    if (this.#heardSeconds < PLAYED_SECONDS) return;
    this.#failureCount = 0;
    this.#direction = 1;
  }

  /** Somebody chose a track, walking that way, or one was played to its end. */
  clear(direction: 1 | -1 = 1): void {
    this.#direction = direction;
    this.#skipped = [];
    this.#failureCount = 0;
    this.#beginTrack();
  }

  /** The words were read; what has failed in a row still counts. */
  dismiss(): void {
    this.#skipped = [];
  }

  #beginTrack(): void {
    this.#heardSeconds = 0;
    this.#lastSeconds = Infinity;
  }
}
