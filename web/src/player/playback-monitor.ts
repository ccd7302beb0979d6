/**
 * Watches whether the playhead moves: measures the time to the first sound, counts stalls, and
 * steps over a small hole that would stop Chrome for ever. Browsers fire `waiting` late or not at
 * all, so it looks at the position itself, four times a second.
 */
import type { TimeRange } from './source-buffer-queue';

/** Time, timers and animation frames; tests hand in a virtual clock. */
export type Clock = {
  nowMs(): number;
  setTimeout(action: () => void, delayMs: number): number;
  clearTimeout(timer: number): void;
  setInterval(action: () => void, periodMs: number): number;
  clearInterval(timer: number): void;
  requestFrame(action: () => void): void;
};

export type MonitorListeners = {
  /** Called four times a second while the element is not paused. */
  readonly onProgress: () => void;
  /** In the track. */
  readonly positionSeconds: () => number;
  /** Media time. */
  readonly buffered: () => readonly TimeRange[];
  /** The sound at the playhead is yet to be made: what is missing there is no hole. */
  readonly isAwaited: () => boolean;
};

const PERIOD_MS = 250;
const STALLED_AFTER_MS = 500;
/** Holes up to this are stepped over. */
const MAX_HOLE_SECONDS = 0.25;

export class PlaybackMonitor {
  readonly #audio: HTMLAudioElement;
  readonly #clock: Clock;
  readonly #listeners: MonitorListeners;
  readonly #interval: number;
  #requestedAtMs: number | null = null;
  #requestedFromSeconds = 0;
  #lastPosition = -1;
  #lastMoveMs = 0;
  #isStalled = false;
  #disposed = false;
  timeToFirstSoundMs: number | null = null;
  stalls = 0;

  constructor(audio: HTMLAudioElement, clock: Clock, listeners: MonitorListeners) {
    this.#audio = audio;
    this.#clock = clock;
    this.#listeners = listeners;
    this.#interval = clock.setInterval(() => this.#look(), PERIOD_MS);
  }

  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** The click: time to first sound counts from here. */
  playRequested(): void {
    this.#lastMoveMs = this.#clock.nowMs();
    if (this.timeToFirstSoundMs !== null || this.#requestedAtMs !== null) return;
    this.#requestedAtMs = this.#clock.nowMs();
    this.#requestedFromSeconds = this.#listeners.positionSeconds();
    this.#waitForSound(this.#requestedAtMs);
  }

  /** A seek or a new track: what comes now is no stall. */
  reset(): void {
    this.#isStalled = false;
    this.#lastPosition = -1;
    this.#lastMoveMs = this.#clock.nowMs();
    this.#requestedFromSeconds = this.#listeners.positionSeconds();
  }

  /** Another track: time to first sound is measured anew. */
  restart(): void {
    this.reset();
    this.#requestedAtMs = null;
    this.timeToFirstSoundMs = null;
    this.stalls = 0;
  }

  dispose(): void {
    this.#disposed = true;
    this.#clock.clearInterval(this.#interval);
  }

  #waitForSound(requestedAtMs: number): void {
    if (this.#disposed || this.#requestedAtMs !== requestedAtMs) return;
    const hasMoved = this.#listeners.positionSeconds() > this.#requestedFromSeconds;
    if (hasMoved && !this.#audio.seeking && !this.#audio.paused) {
      this.timeToFirstSoundMs = this.#clock.nowMs() - requestedAtMs;
      return;
    }
    this.#clock.requestFrame(() => this.#waitForSound(requestedAtMs));
  }

  #look(): void {
    const audio = this.#audio;
    if (audio.paused || audio.ended) {
      this.reset();
      return;
    }
    const nowMs = this.#clock.nowMs();
    if (audio.currentTime !== this.#lastPosition) {
      this.#lastPosition = audio.currentTime;
      this.#lastMoveMs = nowMs;
      this.#isStalled = false;
    } else if (nowMs - this.#lastMoveMs >= STALLED_AFTER_MS) {
      if (!this.#isStalled && this.timeToFirstSoundMs !== null) this.stalls += 1;
      this.#isStalled = true;
      this.#stepOverHole();
    }
    this.#listeners.onProgress();
  }

  #stepOverHole(): void {
    if (this.#listeners.isAwaited()) return;
    const position = this.#audio.currentTime;
    const next = this.#listeners.buffered().find(({ startSeconds }) => startSeconds > position);
    if (next && next.startSeconds - position <= MAX_HOLE_SECONDS) {
      this.#audio.currentTime = next.startSeconds;
    }
  }
}
