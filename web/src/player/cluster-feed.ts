/**
 * The way of one track's clusters into the SourceBuffer. While the track has no place on the
 * timeline it keeps the first ones, so that they can be heard at once when it gets one.
 */
import type { Cluster } from '../engine/engine-protocol';
import { PlayerError } from '../shared/errors';
import type { JoinTest } from './join-mode';
import type { MediaPlace } from './media-place';
import type { MediaSourceSink, Placement } from './media-source-sink';
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
  readonly onFailed: (error: unknown) => void;
};

/** Tracks without a place keep one chunk: four clusters. */
const HELD_CLUSTERS_MAX = 4;

export class ClusterFeed {
  readonly #options: ClusterFeedOptions;
  #place: MediaPlace | null = null;
  #held: Cluster[] = [];
  #awaitsSwitch = false;
  #appendedBytes = 0;

  constructor(options: ClusterFeedOptions) {
    this.#options = options;
  }

  /** Whether there is sound for a track that has no place yet. */
  get isPrepared(): boolean {
    return this.#held.length > 0;
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
    if (this.#options.joins.mode === 'lead') {
      // At media time 0 there is no room in front.
      const { lead } = cluster;
      const isLed = lead !== null && place.packetsUs > 0;
      const placement = isLed ? place.leadPlacement(books.seconds) : place.placement(books.seconds);
      this.#append(index, isLed ? { ...cluster, bytes: lead } : cluster, place, placement);
    } else {
      this.#append(index, cluster, place, place.placement(null));
    }
  }

  #append(index: number, cluster: Cluster, place: MediaPlace, placement: Placement): void {
    const { sink, books, onAppended, onSwitched, onFailed } = this.#options;
    const { bytes, stageGainsDb } = cluster;
    const { byteLength } = bytes;
    const note = books.add(index, { byteLength, stageGainsDb });
    if (this.#awaitsSwitch) {
      this.#awaitsSwitch = false;
      onSwitched(books.startOf(index));
    }
    sink.append(bytes, placement, this).then(
      () => {
        note.appended();
        this.#appendedBytes += byteLength;
        onAppended();
      },
      (error: unknown) => {
        note.failed();
        if (this.#isFull(index, error, place)) this.#options.onFull();
        else onFailed(error);
      },
    );
  }

  /** A full SourceBuffer is no error as long as enough is buffered. */
  #isFull(index: number, error: unknown, place: MediaPlace): boolean {
    const { books, playhead } = this.#options;
    const isFull = error instanceof PlayerError && error.code === 'quota';
    return isFull && books.limitToQuota(index, place.toTrack(playhead.seconds));
  }
}
