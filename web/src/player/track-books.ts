/**
 * The books of one track: where its clusters lie, which of them the browser holds under which
 * settings, and what follows from that: what to render, to replace and to remove. Pure; knows
 * neither the engine nor MSE. All times are track time.
 */
import type { TrackInfo } from '../engine/engine-protocol';
import { OUTPUT_RATE_HZ, type ChunkIndex, type Frames } from '../shared/units';
import { decide, type PolicyDecision } from './buffer-policy';
import { ClusterGrid } from './cluster-grid';
import { Coverage, type ClusterFacts, type ClusterRange, type ClusterState } from './coverage';
import { OVERWRITE_GUARD_SECONDS, REMOVE_STEP_SECONDS, type BufferLimits } from './limits';
import type { TimeRange } from './source-buffer-queue';
import { deepestGains } from './stage-gains';

/** At the very end of a track there would be nothing to play. */
const END_MARGIN_SECONDS = 0.1;

/** A browser that has no room for so much cannot play without gaps. */
const QUOTA_AHEAD_MIN_SECONDS = 0.25;

export class TrackBooks {
  readonly #coverage = new Coverage();
  #track: TrackInfo | null = null;
  #grid = new ClusterGrid(null);
  #acceptStaleBefore = 0;
  /** Less than the limits allow, once the browser's quota has said so. */
  #quotaAheadSeconds = Infinity;

  /** Whether the facts of the track are known. */
  get isOpen(): boolean {
    return this.#track !== null;
  }

  /** Length of the track. */
  get seconds(): number {
    return this.#grid.seconds;
  }

  /** Bytes that the browser holds. */
  get byteLength(): number {
    return this.#coverage.byteLength;
  }

  open(track: TrackInfo): void {
    this.#track = track;
    this.#grid = new ClusterGrid(track);
  }

  /** So many frames of the track before come in front. Nothing may be noted yet. */
  carry(frameCount: Frames): void {
    const known = this.#grid.frameCount;
    this.#grid = new ClusterGrid(this.#track, frameCount);
    this.#grid.frameCount = known;
  }

  /** The last place that a seek may go to, or the target itself. */
  clamp(targetSeconds: number): number {
    return Math.min(
      Math.max(0, targetSeconds),
      Math.max(0, this.#grid.seconds - END_MARGIN_SECONDS),
    );
  }

  stateAt(timeSeconds: number): ClusterState {
    return this.#coverage.stateOf(this.#grid.clusterAt(timeSeconds));
  }

  chunkAt(timeSeconds: number): ChunkIndex {
    return this.#grid.chunkAt(timeSeconds) as ChunkIndex;
  }

  startOfChunk(chunk: number): Frames {
    return this.#grid.startOfChunk(chunk);
  }

  startOf(cluster: number): number {
    return this.#grid.startOf(cluster);
  }

  clusterOfFrame(frame: Frames): number {
    return this.#grid.clusterOfFrame(frame);
  }

  /** How long there is sound from a place on, under whatever settings; Infinity: to the end. */
  aheadSeconds(positionSeconds: number): number {
    if (!this.isOpen) return 0;
    let cluster = this.#grid.clusterAt(positionSeconds);
    while (cluster < this.#grid.clusterCount && this.#coverage.stateOf(cluster) !== 'none')
      cluster += 1;
    return cluster < this.#grid.clusterCount
      ? this.#grid.startOf(cluster) - positionSeconds
      : Infinity;
  }

  /** What can be played at once under the current settings. */
  get currentRanges(): TimeRange[] {
    return this.#ranges('current');
  }

  /** What was rendered under older settings. */
  get staleRanges(): TimeRange[] {
    return this.#ranges('stale');
  }

  /** Of the sound at a time, see deepestGains(); null where there is none. */
  stageGainsAt(timeSeconds: number): readonly number[] | null {
    const cluster = this.#grid.clusterAt(timeSeconds);
    const trace = this.#coverage.stageGainsOf(cluster);
    return trace && deepestGains(trace, timeSeconds - this.#grid.startOf(cluster));
  }

  /** From now on everything that is there is of older settings, and none of it may stay. */
  nextGeneration(): void {
    this.#coverage.nextGeneration();
    this.acceptNothingStale();
  }

  /**
   * From the first cluster behind that time on, everything is to be rendered anew; what is in front
   * of it stays. Returns its first frame.
   */
  switchAt(timeSeconds: number): Frames {
    const cluster = Math.ceil(this.#grid.toClusters(timeSeconds));
    this.#coverage.nextGeneration();
    this.#acceptStaleBefore = cluster;
    return Math.max(0, Math.round(this.#grid.startOf(cluster) * OUTPUT_RATE_HZ)) as Frames;
  }

  acceptNothingStale(): void {
    this.#acceptStaleBefore = 0;
  }

  /**
   * Whether a cluster that has come is put in: sound that is there is replaced only from the switch
   * point on, and never while it plays. `heardSeconds`: the playhead; null: nothing is heard.
   */
  accepts(cluster: number, heardSeconds: number | null): boolean {
    const state = this.#coverage.stateOf(cluster);
    if (state === 'none') return true;
    if (state === 'current' || cluster < this.#acceptStaleBefore) return false;
    if (heardSeconds === null) return true;
    if (this.#grid.startOf(cluster) - heardSeconds >= OVERWRITE_GUARD_SECONDS) return true;
    if (this.#grid.startOf(cluster + 1) > heardSeconds) this.#acceptStaleBefore = cluster + 1;
    return false;
  }

  /** Under old sound the switch comes a little ahead of the playhead, also when it is overdue. */
  acceptLate(heardSeconds: number, leadSeconds: number): void {
    const cluster = this.#grid.clusterAt(heardSeconds + OVERWRITE_GUARD_SECONDS);
    if (cluster < this.#acceptStaleBefore || this.#coverage.stateOf(cluster) !== 'stale') return;
    const switchAt = this.#grid.toClusters(heardSeconds + leadSeconds);
    this.#acceptStaleBefore = Math.max(Math.ceil(switchAt), cluster + 1);
  }

  /** Notes an append that is queued. The result tells how it ended. */
  add(cluster: number, facts: ClusterFacts): ReturnType<Coverage['add']> {
    return this.#coverage.add(cluster, facts);
  }

  /** The browser had no room for a cluster. False: it has less than playing without gaps takes. */
  limitToQuota(cluster: number, positionSeconds: number): boolean {
    const aheadSeconds = this.#grid.startOf(cluster) - positionSeconds;
    if (aheadSeconds < QUOTA_AHEAD_MIN_SECONDS) return false;
    // Room comes with the cluster that is played next.
    const fewer = Math.max(aheadSeconds - this.#grid.clusterSeconds, QUOTA_AHEAD_MIN_SECONDS);
    this.#quotaAheadSeconds = Math.min(fewer, this.#quotaAheadSeconds);
    return true;
  }

  /** What is to be done while the playhead is there. `wantedSeconds`: how far to render. */
  decide(positionSeconds: number, wantedSeconds: number, limits: BufferLimits): PolicyDecision {
    const grid = this.#grid;
    return decide({
      playhead: grid.toClusters(positionSeconds),
      clusterCount: grid.clusterCount,
      clustersPerChunk: grid.clustersPerChunk,
      stateOf: (cluster): ClusterState => this.#coverage.stateOf(cluster),
      occupied: this.#coverage.ranges(),
      acceptStaleBefore: this.#acceptStaleBefore,
      ahead: grid.countOf(Math.min(wantedSeconds, this.#quotaAheadSeconds)),
      keepAhead: grid.countOf(limits.aheadSeconds),
      behind: grid.countOf(limits.behindSeconds),
      removeStep: grid.countOf(REMOVE_STEP_SECONDS),
    });
  }

  /** Everything that is there, from the first cluster to the last; null: nothing. */
  dropAll(): TimeRange | null {
    const all = this.#coverage.ranges();
    const [begin, end] = [all[0]?.begin, all.at(-1)?.end];
    return begin === undefined || end === undefined ? null : this.drop({ begin, end });
  }

  /** Forgets clusters that are about to be removed, and tells where they lie. */
  drop(range: ClusterRange): TimeRange {
    this.#coverage.delete(range);
    return this.#grid.toTimeRange(range);
  }

  dropStale(): TimeRange[] {
    const stale = this.#coverage.ranges((state) => state === 'stale');
    return stale.map((range) => this.drop(range));
  }

  /** The oldest sound before the playhead that frees so many bytes; null: there is none. */
  dropOldest(byteLength: number, positionSeconds: number): TimeRange | null {
    const playhead = this.#grid.clusterAt(positionSeconds);
    const range = this.#coverage.oldest(byteLength, playhead - 1);
    return range && this.drop(range);
  }

  /** The sound farthest behind a cluster that frees so many bytes; null: there is none. */
  dropFarthest(byteLength: number, cluster: number): TimeRange | null {
    const range = this.#coverage.farthest(byteLength, cluster);
    return range && this.drop(range);
  }

  /**
   * The track ends earlier than was known. Returns what lies past its end now and has to be
   * removed; undefined: it does not end earlier.
   */
  truncate(frameCount: Frames): TimeRange | null | undefined {
    if (!this.isOpen || frameCount >= this.#grid.frameCount) return undefined;
    this.#grid.frameCount = frameCount;
    const end = this.#grid.clusterCount;
    const last = this.#coverage.ranges().at(-1)?.end ?? end;
    return last > end ? this.drop({ begin: end, end: last }) : null;
  }

  /**
   * Forgets what the browser has dropped on its own account. Behind `cutSeconds` it was not given
   * anything.
   */
  reconcile(held: readonly TimeRange[], cutSeconds: number): void {
    this.#coverage.keepOnly((cluster) => {
      const { startSeconds, endSeconds } = this.#grid.toTimeRange({
        begin: cluster,
        end: cluster + 1,
      });
      const middle = (startSeconds + endSeconds) / 2;
      if (middle >= cutSeconds) return true;
      return held.some((range) => range.startSeconds <= middle && middle <= range.endSeconds);
    });
  }

  #ranges(wanted: ClusterState): TimeRange[] {
    return this.#coverage
      .ranges((state) => state === wanted)
      .map((range) => this.#grid.toTimeRange(range));
  }
}
