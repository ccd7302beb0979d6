/**
 * The way of one track's clusters into the SourceBuffer. While the track has no place on the
 * timeline it keeps the first ones, so that they can be heard at once when it gets one.
 */
import type { Cluster } from '../engine/engine-protocol';
import { PlayerError } from '../shared/errors';
import type { JoinTest } from './join-mode';
import type { MediaPlace } from './media-place';
import type { MediaSourceSink } from './media-source-sink';
import type { Playhead } from './playhead';
import type { TrackBooks } from './track-books';

export type ClusterFeedOptions = {
  readonly sink: MediaSourceSink;
  readonly playhead: Playhead;
  readonly books: TrackBooks;
  readonly joins: JoinTest;
  /** A cluster has arrived in the buffer. */
  readonly onAppended: () => void;
  /** A cluster was put in where older sound is to be replaced. */
  readonly onSwitched: (fromSeconds: number) => void;
  /** The buffer is full; less is rendered ahead from now on. */
  readonly onFull: () => void;
  /** There is no room for sound of this place. True: sound farther away goes, and it is to come
   *  again. */
  readonly onStarved: (cluster: number, byteLength: number) => boolean;
  readonly onFailed: (error: unknown) => void;
};

/** Tracks without a place keep one chunk: four clusters. */
const HELD_CLUSTERS_MAX = 4;

export class ClusterFeed {
  readonly #options: ClusterFeedOptions;
  #place: MediaPlace | null = null;
  #held: Cluster[] = [];
  /** Raised by drop(): what waits to be appended then is not. */
  #drops = 0;
  /** `#drops` when the last cluster began to wait; null: it does not. */
  #lastHeldAt: number | null = null;
  #awaitsSwitch = false;
  #appendedBytes = 0;

  constructor(options: ClusterFeedOptions) {
    this.#options = options;
  }

  /** Whether there is sound for a track that has no place yet. */
  get isPrepared(): boolean {
    return this.#held.length > 0;
  }

  /** The last cluster is on its way, but the browser has not been told of it. */
  get holdsLast(): boolean {
    return this.#lastHeldAt === this.#drops;
  }

  get appendedBytes(): number {
    return this.#appendedBytes;
  }

  /** From now on clusters go there; those that were kept go at once. */
  open(place: MediaPlace): void {
    this.#place = place;
    for (const cluster of this.#held.splice(0)) this.take(cluster);
  }

  take(cluster: Cluster): void {
    this.#options.joins.learnCluster(cluster);
    const place = this.#place;
    if (place) this.#offer(cluster, place);
    else if (this.#held.length < HELD_CLUSTERS_MAX) this.#held.push(cluster);
  }

  /** What waits is of older settings or of another place. */
  drop(): void {
    this.#held = [];
    this.#drops += 1;
    this.#options.sink.cancelAppends(this);
  }

  /** The next cluster that is put in is the first under new settings. */
  awaitSwitch(): void {
    this.#awaitsSwitch = true;
  }

  #offer(cluster: Cluster, place: MediaPlace): void {
    const { books, playhead } = this.#options;
    const { heardSeconds } = playhead;
    const index = books.clusterOfFrame(cluster.start);
    const heard = heardSeconds === null ? null : place.toTrack(heardSeconds);
    if (!books.accepts(index, heard)) return;
    this.#append(index, cluster, place);
  }

  #append(index: number, cluster: Cluster, place: MediaPlace): void {
    const { books, onAppended, onSwitched, onFailed } = this.#options;
    const { bytes, stageGainsDb } = cluster;
    const { byteLength } = bytes;
    const note = books.add(index, { byteLength, stageGainsDb });
    if (this.#awaitsSwitch) {
      this.#awaitsSwitch = false;
      onSwitched(books.startOf(index));
    }
    this.#send(cluster, place).then(
      () => {
        note.appended();
        this.#appendedBytes += byteLength;
        onAppended();
      },
      (error: unknown) => {
        note.failed();
        if (this.#isFull(index, error, place, byteLength)) this.#options.onFull();
        else onFailed(error);
      },
    );
  }

  /** The last cluster waits until it is known how its padding is to be cut off. */
  #send(cluster: Cluster, place: MediaPlace): Promise<void> {
    const { running } = this.#options.joins;
    if (!cluster.lastOfTrack || !running) return this.#appendNow(cluster, place);
    const drops = this.#drops;
    this.#lastHeldAt = drops;
    return running.then(() => {
      if (drops === this.#drops) {
        this.#lastHeldAt = null;
        return this.#appendNow(cluster, place);
      }
      throw new PlayerError('aborted', 'The last cluster was superseded');
    });
  }

  #appendNow({ bytes, lead }: Cluster, place: MediaPlace): Promise<void> {
    const { sink, books, joins } = this.#options;
    if (joins.mode !== 'lead') return sink.append(bytes, place.placement(null), this);
    // At media time 0 there is no room in front.
    return lead !== null && place.packetsUs > 0
      ? sink.append(lead, place.leadPlacement(books.seconds), this)
      : sink.append(bytes, place.placement(books.seconds), this);
  }

  /** A full SourceBuffer is no error as long as enough is buffered, or what is there may go. */
  #isFull(index: number, error: unknown, place: MediaPlace, byteLength: number): boolean {
    const { books, playhead, onStarved } = this.#options;
    if (!(error instanceof PlayerError) || error.code !== 'quota') return false;
    // What lies farther is of less use, or of older settings: it must not tell how much there is
    // room for.
    if (onStarved(index, byteLength)) return true;
    return books.limitToQuota(index, place.toTrack(playhead.seconds));
  }
}
