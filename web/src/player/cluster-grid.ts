/**
 * Where the clusters of one track lie on its media timeline: cluster numbers, seconds and frames.
 * All clusters but the last are of one length. Pure arithmetic.
 */
import type { TrackInfo } from '../engine/engine-protocol';
import { OUTPUT_RATE_HZ, type Frames } from '../shared/units';
import type { ClusterRange } from './coverage';
import type { TimeRange } from './source-buffer-queue';

/** A track of which nothing is known yet. */
const NO_TRACK = { frameCount: 0, chunkFrames: OUTPUT_RATE_HZ, clusterFrames: OUTPUT_RATE_HZ };

export class ClusterGrid {
  readonly clustersPerChunk: number;
  /** Of the track; less than the headers said once the file turns out to be shorter. */
  frameCount: number;
  readonly #clusterFrames: number;
  /** Of the track before, in front of frame 0 in the first packets (Carry in the protocol). */
  readonly #carriedFrames: number;

  constructor(track: TrackInfo | null, carriedFrames = 0) {
    const { frameCount, chunkFrames, clusterFrames } = track ?? NO_TRACK;
    this.frameCount = frameCount;
    this.clustersPerChunk = Math.round(chunkFrames / clusterFrames);
    this.#clusterFrames = clusterFrames;
    this.#carriedFrames = carriedFrames;
  }

  get clusterCount(): number {
    return Math.ceil((this.frameCount + this.#carriedFrames) / this.#clusterFrames);
  }

  /** Length of the track. */
  get seconds(): number {
    return this.frameCount / OUTPUT_RATE_HZ;
  }

  get clusterSeconds(): number {
    return this.#clusterFrames / OUTPUT_RATE_HZ;
  }

  /** The place of a time, in clusters with their fraction. */
  toClusters(timeSeconds: number): number {
    return (timeSeconds * OUTPUT_RATE_HZ + this.#carriedFrames) / this.#clusterFrames;
  }

  /** The length of a stretch, in clusters with their fraction. */
  countOf(lengthSeconds: number): number {
    return lengthSeconds / this.clusterSeconds;
  }

  /** The cluster that is heard then. */
  clusterAt(timeSeconds: number): number {
    // The small addend absorbs the rounding of media time to microseconds.
    return Math.floor(this.toClusters(timeSeconds) + 1e-6);
  }

  clusterOfFrame(frame: Frames): number {
    return Math.round((frame + this.#carriedFrames) / this.#clusterFrames);
  }

  chunkAt(timeSeconds: number): number {
    return Math.floor(this.clusterAt(timeSeconds) / this.clustersPerChunk);
  }

  startOf(cluster: number): number {
    return (cluster * this.#clusterFrames - this.#carriedFrames) / OUTPUT_RATE_HZ;
  }

  startOfChunk(chunk: number): Frames {
    const frames = chunk * this.clustersPerChunk * this.#clusterFrames - this.#carriedFrames;
    return frames as Frames;
  }

  toTimeRange({ begin, end }: ClusterRange): TimeRange {
    const startSeconds = this.startOf(begin);
    const endSeconds = this.startOf(end);
    return {
      startSeconds,
      // The last cluster is shorter; one beyond the end was appended before a truncation.
      endSeconds: this.seconds > startSeconds ? Math.min(endSeconds, this.seconds) : endSeconds,
    };
  }
}
