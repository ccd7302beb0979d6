/**
 * Moves the playhead to a place that has no sound yet. Sound of older settings goes first, or the
 * listener would hear a moment of it.
 */
import type { MediaSourceSink } from './media-source-sink';
import type { Playhead } from './playhead';

export type JumpOptions = {
  readonly sink: MediaSourceSink;
  readonly playhead: Playhead;
  /** The playhead is where it was headed for. */
  readonly onArrived: () => void;
};

export class Jump {
  readonly #options: JumpOptions;
  #removals = 0;
  #closed = false;

  constructor(options: JumpOptions) {
    this.#options = options;
  }

  /** `removals`: of the sound that has to go, queued already. */
  to(mediaSeconds: number, removals: readonly Promise<void>[]): void {
    const { sink, playhead, onArrived } = this.#options;
    if (removals.length === 0 && this.#removals === 0) {
      playhead.moveTo(mediaSeconds);
      return;
    }
    playhead.headFor(mediaSeconds);
    this.#removals += 1;
    // The queue is in order: when the last of these is done, so are those of earlier jumps.
    void Promise.allSettled([sink.settled(), ...removals]).then(() => {
      this.#removals -= 1;
      if (this.#closed || this.#removals > 0) return;
      playhead.arrive();
      onArrived();
    });
  }

  /** Another track has the playhead. */
  close(): void {
    this.#closed = true;
  }
}
