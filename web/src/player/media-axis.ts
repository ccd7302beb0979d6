/**
 * Which media time is given away, and how the playhead gets to any of it. It never goes back: a
 * track that does not follow another one lies far behind everything that was ever there. Knows
 * nothing of tracks. All times are media time.
 */
import type { MediaSourceSink } from './media-source-sink';
import type { Playhead } from './playhead';

export type MediaAxisOptions = {
  readonly sink: MediaSourceSink;
  readonly playhead: Playhead;
  /** The playhead is where it was headed for, after a while. */
  readonly onArrived: () => void;
};

/** Between two tracks that do not follow each other. More than a browser takes for a small hole. */
const JUMP_GAP_US = 10_000_000;

export class MediaAxis {
  readonly #options: MediaAxisOptions;
  /** The last microsecond that was given away. */
  #highestUs = 0;

  constructor(options: MediaAxisOptions) {
    this.#options = options;
  }

  /** No other track is to lie in front of this. */
  reserve(endUs: number): void {
    this.#highestUs = Math.max(this.#highestUs, endUs);
  }

  /**
   * Gives a place away, far behind everything that is there, for a track that is to be heard from
   * `startSeconds` of it on; the playhead goes there. Returns where the track begins.
   */
  jumpBehindAll(startSeconds: number): number {
    const headUs = Math.max(this.#highestUs, this.#options.playhead.seconds * 1e6);
    const beginUs = headUs === 0 ? 0 : Math.ceil(headUs / 1e6) * 1e6 + JUMP_GAP_US;
    this.#highestUs = beginUs;
    const target = beginUs / 1e6 + startSeconds;
    // Before the append: WebKit misses it in the other order.
    if (target > 0) this.moveTo(target);
    return beginUs;
  }

  /** To any place, also where the stream has ended: then nothing behind its end can be sought. */
  moveTo(mediaSeconds: number): void {
    const { sink, playhead, onArrived } = this.#options;
    if (!sink.isEnded) {
      playhead.moveTo(mediaSeconds);
      return;
    }
    sink.reopen();
    playhead.headForClosed(mediaSeconds);
    void sink.settled().then(
      () => {
        playhead.sourceOpened();
        onArrived();
      },
      () => undefined, // Closed.
    );
  }
}
