/**
 * Says how far it is while the listener hears nothing: after two seconds without sound it asks the
 * engine what is waited for, and goes on asking until there is sound. Where nobody answers, that is
 * told as well: the engine itself may be on its way still, and of an original nothing is known.
 * Owns no timer: it is told when to look.
 */
import { NO_PROGRESS, type Progress } from '../engine/engine-protocol';
import type { SnapshotStore } from './snapshot-store';

/** Without sound for so long, the listener wants to know why. */
export const SILENCE_MS_MAX = 2000;
/** So often the answer is renewed. */
export const ASK_EVERY_MS = 500;
/** It is told to look more often than that, but for a machine that sleeps: that was no waiting. */
const LOOK_MS_MAX = 5000;

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
  /** The track that is waited for, and whether enhanced; null: none is. */
  #awaited: string | null = null;
  #sinceMs = 0;
  #askedAtMs = -Infinity;
  #lookedAtMs = -Infinity;
  /** The last question has no answer yet. */
  #isUnanswered = false;

  constructor(options: WaitWatchOptions) {
    this.#options = options;
  }

  /** Call it a few times a second, and when the state has changed. */
  look(nowMs: number): void {
    const awaited = this.#waitedFor();
    const hasSlept = nowMs - this.#lookedAtMs > LOOK_MS_MAX;
    this.#lookedAtMs = nowMs;
    if (awaited !== this.#awaited || hasSlept) {
      this.#awaited = awaited;
      this.#sinceMs = nowMs;
      this.#askedAtMs = -Infinity;
      this.#isUnanswered = false;
      if (this.#options.store.snapshot.wait !== null) this.#options.store.update({ wait: null });
    }
    if (awaited === null || nowMs - this.#sinceMs < SILENCE_MS_MAX) return;
    if (nowMs - this.#askedAtMs < ASK_EVERY_MS) return;
    this.#askedAtMs = nowMs;
    // What was told before is truer than nothing: a busy worker answers late.
    const { store } = this.#options;
    if (this.#isUnanswered && store.snapshot.wait === null) store.update({ wait: NO_PROGRESS });
    this.#isUnanswered = true;
    this.#ask(this.#sinceMs);
  }

  #ask(sinceMs: number): void {
    const isCurrent = (): boolean =>
      this.#awaited !== null && this.#sinceMs === sinceMs && this.#waitedFor() === this.#awaited;
    this.#options.askProgress()?.then(
      (wait) => {
        if (!isCurrent()) return;
        this.#isUnanswered = false;
        this.#options.store.update({ wait });
      },
      // It has failed, which is told in other ways.
      () => undefined,
    );
  }

  #waitedFor(): string | null {
    const { store, wantsPlay } = this.#options;
    const { state, mode, track } = store.snapshot;
    const isSilent = state === 'loading' || state === 'buffering';
    return wantsPlay() && isSilent && track ? `${mode} ${track.id}` : null;
  }
}
