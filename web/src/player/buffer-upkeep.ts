/**
 * Keeps the books of one track and the browser's buffer in step: forgets what the browser has
 * dropped, takes out what lies too far from the playhead, and says what is to be rendered next.
 * Knows neither the engine nor settings.
 */
import type { ChunkIndex } from '../shared/units';
import { CALM_AHEAD_SECONDS, type BufferLimits } from './limits';
import type { MediaSourceSink } from './media-source-sink';
import type { TimeRange } from './source-buffer-queue';
import type { TrackBooks } from './track-books';
import type { TrackPlayhead } from './track-playhead';

export type BufferUpkeepOptions = {
  readonly sink: MediaSourceSink;
  readonly books: TrackBooks;
  /** Precondition of all that follows: it has a place. */
  readonly playhead: TrackPlayhead;
  readonly limits: BufferLimits;
  /** How far ahead of the playhead the browser has decoded already. */
  readonly leadSeconds: number;
  readonly onRemoved: () => void;
  readonly onFailed: (error: unknown) => void;
};

export type UpkeepResult = {
  /** The chunk to render now; null: there is enough. */
  readonly render: ChunkIndex | null;
  /** Everything from the playhead to the end of the track is there. */
  readonly isComplete: boolean;
};

export class BufferUpkeep {
  readonly #options: BufferUpkeepOptions;

  constructor(options: BufferUpkeepOptions) {
    this.#options = options;
  }

  /** Looks at the playhead and removes what is due. The books are open. */
  look(wantedSeconds: number): UpkeepResult {
    const { sink, books, playhead, limits, leadSeconds } = this.#options;
    const { place } = playhead;
    const held = sink.buffered.map((range) => place.toTrackRange(range));
    books.reconcile(held, place.cutSeconds);
    const { heardSeconds } = playhead;
    if (heardSeconds !== null) books.acceptLate(heardSeconds, leadSeconds);
    const decision = books.decide(playhead.seconds, wantedSeconds, limits);
    if (decision.remove) void this.remove(books.drop(decision.remove));
    // A browser that wants no more data has enough, but perhaps of older settings or elsewhere.
    const newAheadSeconds = books.startOf(decision.cursor) - playhead.seconds;
    const isWanted = sink.wantsData || newAheadSeconds < CALM_AHEAD_SECONDS;
    return {
      render: isWanted ? (decision.render as ChunkIndex | null) : null,
      isComplete: decision.complete,
    };
  }

  /** Takes out what the books have dropped; track time. */
  remove(range: TimeRange): Promise<void> {
    const { sink, playhead, onRemoved, onFailed } = this.#options;
    const own = playhead.place.toMediaRange(range);
    if (own.endSeconds <= own.startSeconds) return Promise.resolve();
    const removed = sink.remove(own);
    removed.then(onRemoved, onFailed);
    return removed;
  }

  /** Takes the sound out that lies farthest behind a cluster. False: there is none. */
  removeFarthest(byteLength: number, cluster: number): boolean {
    const range = this.#options.books.dropFarthest(byteLength, cluster);
    if (range) void this.remove(range);
    return range !== null;
  }

  /** Drops the oldest sound before the playhead that frees so many bytes; null: there is none. */
  evict(byteLength: number): TimeRange | null {
    const { books, playhead } = this.#options;
    const range = books.dropOldest(byteLength, playhead.seconds);
    return range && playhead.place.toMediaRange(range);
  }

  /** As evict(), the last sound that there is. */
  evictEnd(byteLength: number): TimeRange | null {
    const { books, playhead } = this.#options;
    const range = books.dropFarthest(byteLength, -1);
    return range && playhead.place.toMediaRange(range);
  }
}
