/**
 * Says how far it is while the listener hears nothing: after two seconds without sound it asks the
 * engine what is waited for, and goes on asking until there is sound. Owns no timer: it is told
 * when to look.
 */
import type { Progress } from '../engine/engine-protocol';
import type { PlayerSnapshot } from './player-types';

/** Without sound for so long, the listener wants to know why. */
export const SILENCE_MS_MAX = 2000;
/** So often the answer is renewed. */
export const ASK_EVERY_MS = 500;

export type WaitWatchOptions = {
  readonly snapshot: () => PlayerSnapshot;
  /** Null: the engine works on nothing. */
  readonly askProgress: () => Promise<Progress> | null;
  /** Null: nothing is waited for any more. */
  readonly onWait: (wait: Progress | null) => void;
};

export class WaitWatch {
  readonly #options: WaitWatchOptions;
  /** Of the track that is waited for; null: none is. */
  #trackId: string | null = null;
  #sinceMs = 0;
  #askedAtMs = -Infinity;

  constructor(options: WaitWatchOptions) {
    this.#options = options;
  }

  /** Call it a few times a second, and when the state has changed. */
  look(nowMs: number): void {
    const trackId = this.#waitedFor();
    if (trackId !== this.#trackId) {
      this.#trackId = trackId;
      this.#sinceMs = nowMs;
      this.#askedAtMs = -Infinity;
      if (this.#options.snapshot().wait !== null) this.#options.onWait(null);
    }
    if (trackId === null || nowMs - this.#sinceMs < SILENCE_MS_MAX) return;
    if (nowMs - this.#askedAtMs < ASK_EVERY_MS) return;
    this.#askedAtMs = nowMs;
    this.#ask(this.#sinceMs);
  }

  #ask(sinceMs: number): void {
    const isCurrent = (): boolean =>
      this.#trackId !== null && this.#sinceMs === sinceMs && this.#waitedFor() === this.#trackId;
    this.#options.askProgress()?.then(
      (progress) => {
        if (isCurrent()) this.#options.onWait(progress);
      },
      // It has failed, which is told in other ways.
      () => undefined,
    );
  }

  #waitedFor(): string | null {
    const { state, mode, track } = this.#options.snapshot();
    const isSilent = state === 'loading' || state === 'buffering';
    return isSilent && mode === 'enhanced' ? (track?.id ?? null) : null;
  }
}
