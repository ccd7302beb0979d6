/**
 * Says how far it is while the listener hears nothing: after two seconds without sound it asks the
 * engine what is waited for, and goes on asking until there is sound. Owns no timer: it is told
 * when to look.
 */
import type { Progress } from '../engine/engine-protocol';
import type { SnapshotStore } from './snapshot-store';

/** Without sound for so long, the listener wants to know why. */
export const SILENCE_MS_MAX = 2000;
/** So often the answer is renewed. */
export const ASK_EVERY_MS = 500;

export type WaitWatchOptions = {
  /** Its `wait` is kept here; null: nothing is waited for. */
  readonly store: Pick<SnapshotStore, 'snapshot' | 'update'>;
  /** Who has paused waits for nothing. */
  readonly wantsPlay: () => boolean;
  /** Null: the engine works on nothing. */
  readonly askProgress: () => Promise<Progress> | null;
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
      if (this.#options.store.snapshot.wait !== null) this.#options.store.update({ wait: null });
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
      (wait) => {
        if (isCurrent()) this.#options.store.update({ wait });
      },
      // It has failed, which is told in other ways.
      () => undefined,
    );
  }

  #waitedFor(): string | null {
    const { store, wantsPlay } = this.#options;
    const { state, mode, track } = store.snapshot;
    if (!wantsPlay()) return null;
    const isSilent = state === 'loading' || state === 'buffering';
    return isSilent && mode === 'enhanced' ? (track?.id ?? null) : null;
  }
}
