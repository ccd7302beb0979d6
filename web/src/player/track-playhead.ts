/**
 * The playhead in the time of one track: where it is, and how it gets to another place of it. Where
 * the sound of that place is not there yet, what is being rendered for the old one is given up, and
 * sound of older settings goes first. Owns the track's place on the timeline; knows nothing of
 * settings, of how sound gets into the buffer, nor of other tracks. All times are track time.
 */
import { PlayerError } from '../shared/errors';
import type { ChunkIndex } from '../shared/units';
import { Jump } from './jump';
import type { MediaPlace } from './media-place';
import type { MediaSourceSink } from './media-source-sink';
import type { Playhead } from './playhead';
import type { TimeRange } from './source-buffer-queue';
import type { TrackBooks } from './track-books';

export type TrackPlayheadOptions = {
  readonly sink: MediaSourceSink;
  readonly playhead: Playhead;
  readonly books: TrackBooks;
  /** The chunk in the works; null: none. */
  readonly renderingChunk: () => ChunkIndex | null;
  /** What is in the works, or waits to be put in, is of another place. */
  readonly supersede: () => void;
  /** Takes sound out that the books have dropped. */
  readonly remove: (range: TimeRange) => Promise<void>;
  /** The playhead is where it was headed for, after a while. */
  readonly onArrived: () => void;
};

export class TrackPlayhead {
  readonly #options: TrackPlayheadOptions;
  readonly #jump: Jump;
  /** null: the track has none yet. */
  #place: MediaPlace | null = null;

  constructor(options: TrackPlayheadOptions) {
    const { sink, playhead, onArrived } = options;
    this.#options = options;
    this.#jump = new Jump({ sink, playhead, onArrived });
  }

  get isPlaced(): boolean {
    return this.#place !== null;
  }

  /** Precondition of this and of all that is told below, but for `heardSeconds`: it has a place. */
  get place(): MediaPlace {
    if (!this.#place) throw new PlayerError('internal', 'The track has no place.');
    return this.#place;
  }

  set place(place: MediaPlace) {
    this.#place = place;
  }

  /** The target while a seek is on its way; negative: ahead of the track. */
  get seconds(): number {
    return this.place.toTrack(this.#options.playhead.seconds);
  }

  /** What is played at this moment; null: nothing, or the track has no place. */
  get heardSeconds(): number | null {
    const { heardSeconds } = this.#options.playhead;
    return this.#place && heardSeconds !== null ? this.#place.toTrack(heardSeconds) : null;
  }

  /** Whether a listener hears the place of the playhead right now, or would without a stall. */
  get isHeard(): boolean {
    return this.#options.playhead.isHeard;
  }

  /** Nothing is to be heard any more, for the end has been. */
  get hasEnded(): boolean {
    return this.#options.playhead.hasEnded;
  }

  /** Goes to any place of the track; free where the sound is there already. */
  seek(targetSeconds: number): void {
    const { books } = this.#options;
    if (!books.isOpen) {
      this.#moveTo(Math.max(0, targetSeconds));
      return;
    }
    const target = books.clamp(targetSeconds);
    books.acceptNothingStale();
    if (books.stateAt(target) === 'current') {
      this.#moveTo(target);
    } else {
      this.#supersedeElsewhere(target);
      this.jump(target);
    }
  }

  /** The length of the track is known: where the playhead is headed for is a place of it. */
  settle(): void {
    const target = this.#options.books.clamp(this.seconds);
    if (target !== this.seconds) this.#moveTo(target);
    this.#supersedeElsewhere(target);
  }

  /** A seek to what turned out not to be there must not end in the track behind this one. */
  retreat(): void {
    const { books } = this.#options;
    if (this.seconds > books.seconds) this.#moveTo(books.clamp(this.seconds));
  }

  /** To a place whose sound has to be made: that of older settings goes first. */
  jump(targetSeconds: number): void {
    const { books, remove } = this.#options;
    this.#jump.to(this.place.toMedia(targetSeconds), books.dropStale().map(remove));
  }

  /** Another track has the playhead. */
  close(): void {
    this.#jump.close();
  }

  #moveTo(targetSeconds: number): void {
    this.#options.playhead.moveTo(this.place.toMedia(targetSeconds));
  }

  #supersedeElsewhere(targetSeconds: number): void {
    const { books, renderingChunk, supersede } = this.#options;
    if (renderingChunk() !== books.chunkAt(targetSeconds)) supersede();
  }
}
