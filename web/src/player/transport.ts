/** Play and pause: what the listener wants of the audio element, and what it makes of that. */
import { errorName } from '../shared/errors';

export class Transport {
  readonly #audio: HTMLAudioElement;
  readonly #onRefused: () => void;
  #wantsPlay = false;
  #isBlocked = false;
  #hasStarted = false;

  /** `onRefused`: the browser does not play without a click. */
  constructor(audio: HTMLAudioElement, onRefused: () => void) {
    this.#audio = audio;
    this.#onRefused = onRefused;
  }

  get wantsPlay(): boolean {
    return this.#wantsPlay;
  }

  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** The track has been heard. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  play(): void {
    this.#wantsPlay = true;
    this.#isBlocked = false;
    this.#audio.play().catch((error: unknown) => {
      // AbortError: another source or a pause came first. NotSupportedError: `error` follows.
      if (errorName(error) !== 'NotAllowedError') return;
      this.#isBlocked = true;
      this.#wantsPlay = false;
      this.#onRefused();
    });
  }

  pause(): void {
    this.#wantsPlay = false;
    this.#audio.pause();
  }

  /** The element has come to its end by itself, which pauses it. */
  ended(): void {
    this.#wantsPlay = false;
  }

  /** Another track; another source has paused the element. */
  beginTrack(): void {
    this.#isBlocked = false;
    this.#hasStarted = false;
    this.#wantsPlay &&= !this.#audio.paused;
  }

  /** An event of the element. */
  note(type: string): void {
    const { paused, ended, seeking, readyState } = this.#audio;
    const isMoving = type === 'timeupdate' && !paused && !seeking && readyState >= 3;
    if (type === 'playing' || isMoving) this.#hasStarted = true;
    // Headphones pulled out, or a media key: the element stops on its own account.
    if (type === 'pause' && paused && !ended) this.#wantsPlay = false;
    if (type === 'play') this.#wantsPlay = true;
  }
}
