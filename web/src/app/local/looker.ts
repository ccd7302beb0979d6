/**
 * Walks through what was opened, one walk at a time, and tells how far it is: a slow drive takes
 * its time, and the listener may think better of it.
 */
import { walk, type LocalNode, type Walked, type WalkProgress } from './walk';

/** A walk that is on its way. */
export type Looking = WalkProgress & {
  /** Nothing is opened then. */
  readonly stop: () => void;
};

export type LookerOptions = {
  readonly nowMs: () => number;
  /** null: nothing is looked through any more. */
  readonly onLooking: (looking: Looking | null) => void;
};

export const STOPPED = 'Stopped. Nothing was opened.';

/** Words change so often at most. */
const TELL_PERIOD_MS = 200;

export class Looker {
  readonly #options: LookerOptions;
  #walking: AbortController | null = null;

  constructor(options: LookerOptions) {
    this.#options = options;
  }

  /** What was found; or why nothing is wanted of it, in words: none where another walk began. */
  async look(nodes: Iterable<LocalNode>): Promise<Walked | string> {
    // What an older walk finds is not wanted any more.
    this.#walking?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    this.#walking = controller;
    let words = '';
    const stop = (): void => {
      words = STOPPED;
      controller.abort();
    };
    const { nowMs, onLooking } = this.#options;
    let toldAtMs = -Infinity;
    const onProgress = (progress: WalkProgress): void => {
      const isDue = Math.abs(nowMs() - toldAtMs) >= TELL_PERIOD_MS;
      if (!isDue || this.#walking !== controller) return;
      toldAtMs = nowMs();
      onLooking({ ...progress, stop });
    };
    onProgress({ lookedCount: 0, foundCount: 0 });
    try {
      return await walk(nodes, { signal, onProgress });
    } catch (error) {
      if (!signal.aborted) throw error;
      return words;
    } finally {
      if (this.#walking === controller) {
        this.#walking = null;
        onLooking(null);
      }
    }
  }
}
