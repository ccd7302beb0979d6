/**
 * Goes on behind a track whose sound is complete to its end: with the track that follows, joined to
 * it as the browser can, or with the end of the stream. Knows nothing of what was heard before.
 */
import { asPlayerFault } from '../shared/errors';
import type { JoinTest } from './join-mode';
import { END_RESERVE_SECONDS } from './limits';
import type { Lineup } from './lineup';
import type { MediaSourceSink } from './media-source-sink';
import type { TimelineEntry } from './timeline-entry';

export type JoinerOptions = {
  readonly sink: MediaSourceSink;
  readonly joins: JoinTest;
  readonly lineup: Lineup;
};

export class Joiner {
  readonly #options: JoinerOptions;

  constructor(options: JoinerOptions) {
    this.#options = options;
  }

  /** `wantedSeconds`: how far from the playhead on there is to be sound. Cheap. */
  continueBehind(current: TimelineEntry, wantedSeconds: number): void {
    const { sink, lineup } = this.#options;
    const next = lineup.next?.error ? null : lineup.next;
    // Behind an end that the browser has read already nothing can be joined any more.
    const isLate = this.#remainsSeconds(current) < END_RESERVE_SECONDS;
    if (next && !next.isPlaced && !isLate) this.#join(current, next);
    if (next?.isPlaced === true) {
      const isComplete = next.work(wantedSeconds, !current.isRendering);
      // Behind one that is so short nothing can be joined, either.
      if (isComplete && this.#remainsSeconds(next) < END_RESERVE_SECONDS) sink.endOfStream();
    } else if (!next || isLate) {
      // Or browsers would keep back the last tenth of a second.
      sink.endOfStream();
    }
  }

  /** From the playhead to its end. */
  #remainsSeconds({ facts, positionSeconds }: TimelineEntry): number {
    return facts.durationSeconds - positionSeconds;
  }

  #join(current: TimelineEntry, next: TimelineEntry): void {
    const { joins, lineup } = this.#options;
    next.prepare();
    if (!next.isPrepared || lineup.carrying === next) return;
    if (joins.mode === 'lead') {
      next.placeAt(current.endUs);
    } else if (joins.mode === 'carry') {
      lineup.carrying = next;
      next.carryFrom(current).catch((error: unknown) => {
        // Rendered with other settings meanwhile, or closed: the next look tries again.
        if (asPlayerFault(error).code !== 'aborted') lineup.carrying = null;
      });
    }
  }
}
