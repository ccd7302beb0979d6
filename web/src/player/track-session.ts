/**
 * One track on its way from the engine into the MediaSource: asks for chunks, appends clusters,
 * keeps the books on what is buffered under which settings, and does seeks and changes of settings.
 * Knows the audio element's position, not the player's states.
 *
 * At most one chunk is being rendered. A seek to a place that is not there and a change of settings
 * raise the epoch; whatever belongs to an older one is dropped.
 */
import type { EngineClient, SessionEvent } from '../engine/engine-client';
import type {
  Cluster,
  EnhancementSettings,
  PlanSummary,
  TrackInfo,
} from '../engine/engine-protocol';
import { PlayerError, assertNever } from '../shared/errors';
import { framesToSeconds, type ChunkIndex, type Frames } from '../shared/units';
import type { TrackWarning } from '../shared/vocabulary';
import { decide } from './buffer-policy';
import { ClusterGrid } from './cluster-grid';
import { Coverage, type ClusterRange, type ClusterState } from './coverage';
import { OVERWRITE_GUARD_SECONDS, REMOVE_STEP_SECONDS, type BufferLimits } from './limits';
import { MediaSourceSink, type MediaPlatform } from './media-source-sink';
import type { TimeRange } from './source-buffer-queue';
import { deepestGains } from './stage-gains';

export type TrackSessionListeners = {
  readonly onOpened: (track: TrackInfo) => void;
  readonly onPlan: (plan: PlanSummary) => void;
  /** All that was noticed of the track so far. */
  readonly onNoticed: (warnings: readonly TrackWarning[]) => void;
  /** The track turned out shorter than its headers said. */
  readonly onDuration: (durationSeconds: number) => void;
  readonly onNetwork: (attempt: number, message: string) => void;
  /** Final. */
  readonly onFailed: (error: PlayerError) => void;
  /** The first cluster under new settings was queued. */
  readonly onSwitched: (appendedFromSeconds: number) => void;
};

export type TrackSessionOptions = {
  readonly audio: HTMLAudioElement;
  readonly engine: EngineClient;
  readonly platform: MediaPlatform;
  readonly url: string;
  readonly settings: EnhancementSettings;
  /** As in the `open` command. */
  readonly profile: string | null;
  readonly limits: BufferLimits;
  readonly startSeconds: number;
  /** The chunk that holds `startSeconds`, as far as is known; rendered together with opening. */
  readonly firstChunk: ChunkIndex;
  /** How far ahead of the playhead the browser has decoded already. */
  readonly leadSeconds: number;
  readonly listeners: TrackSessionListeners;
};

/** The same chunk is not asked for more often than this without a seek or change in between. */
const MAX_REPEATS = 4;

const NO_REPEATS = { chunk: -1, epoch: -1, count: 0 };

/** A browser that has no room for so much cannot play without gaps. */
const QUOTA_AHEAD_MIN_SECONDS = 0.25;

/** With less than this ahead, what is being rendered is waited for before settings change. */
const SWITCH_RESERVE_SECONDS = 1.5;

export class TrackSession {
  readonly #options: TrackSessionOptions;
  readonly #session: number;
  readonly #sink: MediaSourceSink;
  readonly #coverage = new Coverage();
  #isOpen = false;
  #grid = new ClusterGrid(null);
  #epoch = 0;
  #settings: EnhancementSettings;
  /** The chunk in the works. The one that comes with `open` has no answer of its own. */
  #rendering: { readonly chunk: number; readonly withOpen: boolean } | null = null;
  #repeats = NO_REPEATS;
  /** Where a seek goes to that has not reached the element yet. */
  #seekTarget: number | null = null;
  #acceptStaleBefore = 0;
  #staleRemovals = 0;
  /** Less than the limits allow, once the browser's quota has said so. */
  #quotaAheadSeconds = Infinity;
  /** Settings that wait until there is sound enough to bridge the switch. */
  #postponed: EnhancementSettings | null = null;
  #awaitsSwitch = false;
  #closed = false;
  #appendedBytes = 0;

  constructor(options: TrackSessionOptions) {
    this.#options = options;
    this.#settings = options.settings;
    if (options.startSeconds > 0) this.#seekTarget = options.startSeconds;
    this.#sink = new MediaSourceSink(options.audio, options.platform, {
      evict: (byteLength) => this.#evict(byteLength),
      onDemand: () => this.tick(),
      onFailed: (error) => this.#fail(error),
    });
    this.#session = options.engine.createSession((event) => this.#onEvent(event));
    this.#open();
  }

  get appendedBytes(): number {
    return this.#appendedBytes;
  }

  /** Held in the SourceBuffer now. */
  get bufferedBytes(): number {
    return this.#coverage.byteLength;
  }

  get isRendering(): boolean {
    return this.#rendering !== null;
  }

  /** Media time, exact; the target while a seek is on its way. */
  get positionSeconds(): number {
    return this.#seekTarget ?? this.#options.audio.currentTime;
  }

  /** How long there is sound from the playhead on, under whatever settings. */
  get aheadSeconds(): number {
    if (!this.#isOpen) return 0;
    const position = this.positionSeconds;
    let cluster = this.#grid.clusterAt(position);
    while (cluster < this.#grid.clusterCount && this.#coverage.stateOf(cluster) !== 'none')
      cluster += 1;
    return cluster < this.#grid.clusterCount ? this.#grid.startOf(cluster) - position : Infinity;
  }

  /** What the browser holds, under whatever settings. */
  get mediaRanges(): TimeRange[] {
    return this.#sink.buffered;
  }

  /** What can be played at once under the current settings. */
  get bufferedRanges(): TimeRange[] {
    return this.#coverage
      .ranges((state) => state === 'current')
      .map((range) => this.#grid.toTimeRange(range));
  }

  /** Of the sound at a media time, see deepestGains(); null where there is none. */
  stageGainsAt(timeSeconds: number): readonly number[] | null {
    const cluster = this.#grid.clusterAt(timeSeconds);
    const trace = this.#coverage.stageGainsOf(cluster);
    return trace && deepestGains(trace, timeSeconds - this.#grid.startOf(cluster));
  }

  /** Goes to a media time; costs nothing where the sound is there already. */
  seek(targetSeconds: number): void {
    if (this.#closed) return;
    if (!this.#isOpen) {
      this.#seekTarget = targetSeconds;
      return;
    }
    const target = this.#clamp(targetSeconds);
    this.#acceptStaleBefore = 0;
    if (this.#coverage.stateOf(this.#grid.clusterAt(target)) === 'current') {
      this.#seekTarget = null;
      this.#options.audio.currentTime = target;
    } else {
      this.#raiseEpoch();
      this.#jump(target);
    }
    this.tick();
  }

  /** At the very end there would be nothing to play. */
  #clamp(targetSeconds: number): number {
    const lastSeconds = Math.max(0, this.#grid.seconds - 0.1);
    return Math.min(Math.max(0, targetSeconds), lastSeconds);
  }

  /**
   * Renders anew from a little ahead of the playhead; until then the old sound plays on. While
   * nothing is heard (paused, seeking) the change takes effect at the playhead itself.
   */
  configure(settings: EnhancementSettings): void {
    if (!this.#closed) this.#switchTo(settings);
  }

  /** Returns false when it has to wait for more sound ahead. */
  #switchTo(settings: EnhancementSettings): boolean {
    const { audio } = this.#options;
    const isHeard = !audio.paused && !audio.seeking && this.#seekTarget === null;
    const ahead = this.aheadSeconds;
    if (isHeard && this.#rendering && ahead > 0 && ahead < SWITCH_RESERVE_SECONDS) {
      // To begin the chunk anew now might leave the listener without sound: tick() does it soon.
      this.#postponed = settings;
      return false;
    }
    this.#postponed = null;
    this.#settings = settings;
    this.#coverage.nextGeneration();
    this.#raiseEpoch();
    this.#send({ type: 'configure', session: this.#session, epoch: this.#epoch, settings });
    if (!this.#isOpen) return true;
    this.#acceptStaleBefore = 0;
    this.#awaitsSwitch = true;
    // After the end there is nothing to hear: playing it again will render it anew.
    if (!isHeard && !audio.ended) this.#jump(this.#clamp(this.positionSeconds));
    this.tick();
    return true;
  }

  /** Looks at the playhead and does what is due. Cheap; call it whenever something moved. */
  tick(): void {
    if (this.#closed || !this.#isOpen) return;
    this.#reconcile();
    if (this.#postponed && this.#switchTo(this.#postponed)) return; // It has ticked.
    this.#acceptLate();
    const decision = this.#decide();
    if (decision.remove) void this.#remove(decision.remove);
    if (decision.complete) this.#sink.endOfStream();
    if (decision.render !== null && this.#sink.wantsData) this.#render(decision.render);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sink.dispose();
    this.#send({ type: 'close', session: this.#session });
  }

  #open(): void {
    const { engine, url, firstChunk, profile } = this.#options;
    this.#rendering = { chunk: firstChunk, withOpen: true };
    engine
      .call<'open'>({
        type: 'open',
        session: this.#session,
        epoch: this.#epoch,
        url,
        settings: this.#settings,
        firstChunk,
        purpose: 'play',
        profile,
      })
      .then(
        ({ track, initSegment }) => this.#onOpened(track, initSegment),
        (error: unknown) => this.#fail(error),
      );
  }

  #onOpened(track: TrackInfo, initSegment: ArrayBuffer): void {
    if (this.#closed) return;
    this.#isOpen = true;
    this.#grid = new ClusterGrid(track);
    this.#sink.begin(initSegment, framesToSeconds(track.frameCount));
    this.#options.listeners.onOpened(track);
    const target = this.#clamp(this.#seekTarget ?? 0);
    this.#seekTarget = null;
    if (target === 0) this.tick();
    else if (this.#grid.chunkAt(target) === this.#rendering?.chunk) this.#jump(target);
    else this.seek(target);
  }

  #onEvent(event: SessionEvent): void {
    if (this.#closed) return;
    const { listeners } = this.#options;
    switch (event.event) {
      case 'cluster':
        if (event.epoch === this.#epoch) this.#onCluster(event.cluster);
        return;
      case 'plan':
        listeners.onPlan(event.plan);
        return;
      case 'noticed':
        listeners.onNoticed(event.warnings);
        return;
      case 'truncated':
        this.#truncate(event.frameCount);
        return;
      case 'network':
        listeners.onNetwork(event.attempt, event.message);
        return;
      case 'failed':
        this.#fail(new PlayerError(event.code, event.message, event));
        return;
      default:
        assertNever(event);
    }
  }

  #onCluster(cluster: Cluster): void {
    if (!this.#isOpen) return;
    const index = this.#grid.clusterOfFrame(cluster.start);
    // Before the append: the new end also cuts the padding off this cluster.
    if (cluster.lastOfTrack) this.#truncate((cluster.start + cluster.frameCount) as Frames);
    if (this.#shouldAppend(index)) this.#append(index, cluster);
    const isLast = cluster.lastOfChunk || cluster.lastOfTrack;
    if (isLast && this.#rendering?.withOpen === true) this.#rendering = null;
    this.tick();
  }

  /** Sound that is there is replaced only from the switch point on, and never while it plays. */
  #shouldAppend(index: number): boolean {
    const state = this.#coverage.stateOf(index);
    if (state === 'none') return true;
    if (state === 'current' || index < this.#acceptStaleBefore) return false;
    const leadSeconds = this.#grid.startOf(index) - this.#options.audio.currentTime;
    if (this.#seekTarget === null && leadSeconds < OVERWRITE_GUARD_SECONDS) {
      if (this.#grid.startOf(index + 1) > this.#options.audio.currentTime) {
        this.#acceptStaleBefore = index + 1;
      }
      return false;
    }
    return true;
  }

  #append(index: number, { bytes, stageGainsDb }: Cluster): void {
    const { byteLength } = bytes;
    const note = this.#coverage.add(index, { byteLength, stageGainsDb });
    if (this.#awaitsSwitch) {
      this.#awaitsSwitch = false;
      this.#options.listeners.onSwitched(this.#grid.startOf(index));
    }
    this.#sink.append(bytes).then(
      () => {
        note.appended();
        this.#appendedBytes += byteLength;
        this.tick();
      },
      (error: unknown) => {
        note.failed();
        this.#onAppendFailed(index, error);
      },
    );
  }

  /** A full SourceBuffer is no error as long as enough is buffered: render less far ahead. */
  #onAppendFailed(index: number, error: unknown): void {
    const aheadSeconds = this.#grid.startOf(index) - this.positionSeconds;
    const isFull = error instanceof PlayerError && error.code === 'quota';
    if (isFull && aheadSeconds >= QUOTA_AHEAD_MIN_SECONDS) {
      // Room comes with the cluster that is played next.
      const fewer = Math.max(aheadSeconds - this.#grid.startOf(1), QUOTA_AHEAD_MIN_SECONDS);
      this.#quotaAheadSeconds = Math.min(fewer, this.#quotaAheadSeconds);
      this.#repeats = NO_REPEATS;
      return;
    }
    this.#fail(error);
  }

  #render(chunk: number): void {
    if (this.#rendering) return;
    const epoch = this.#epoch;
    if (this.#repeats.chunk !== chunk || this.#repeats.epoch !== epoch) {
      this.#repeats = { chunk, epoch, count: 0 };
    }
    this.#repeats.count += 1;
    if (this.#repeats.count > MAX_REPEATS) {
      this.#fail(new PlayerError('internal', 'The browser does not keep the audio it is given.'));
      return;
    }
    const rendering = { chunk, withOpen: false };
    this.#rendering = rendering;
    this.#options.engine
      .call<'render'>({
        type: 'render',
        session: this.#session,
        epoch,
        chunk: chunk as ChunkIndex,
      })
      .then(
        ({ ended }) => {
          if (this.#rendering !== rendering) return;
          this.#rendering = null;
          if (ended) this.#truncate(this.#grid.startOfChunk(chunk));
          this.tick();
        },
        (error: unknown) => {
          if (this.#rendering === rendering) this.#rendering = null;
          this.#fail(error);
        },
      );
  }

  #raiseEpoch(): void {
    this.#epoch += 1;
    this.#rendering = null;
    this.#sink.cancelAppends();
  }

  /**
   * Moves the playhead to a place that has no sound yet. Sound of older settings goes first, or
   * the listener would hear a moment of it.
   */
  #jump(target: number): void {
    const { audio } = this.#options;
    const stale = this.#coverage.ranges((state) => state === 'stale');
    if (stale.length === 0 && this.#staleRemovals === 0) {
      this.#seekTarget = null;
      audio.currentTime = target;
      return;
    }
    this.#seekTarget = target;
    // An element that has ended would begin anew by itself when it is told to play.
    if (audio.ended) audio.currentTime = target;
    this.#staleRemovals += 1;
    // The queue is in order: when the last of these is done, so are those of earlier jumps.
    const removals = stale.map((range) => this.#remove(range));
    void Promise.allSettled([this.#sink.settled(), ...removals]).then(() => {
      this.#staleRemovals -= 1;
      if (this.#closed || this.#staleRemovals > 0 || this.#seekTarget === null) return;
      audio.currentTime = this.#seekTarget;
      this.#seekTarget = null;
      this.tick();
    });
  }

  #remove(range: ClusterRange): Promise<void> {
    this.#coverage.delete(range);
    const removed = this.#sink.remove(this.#grid.toTimeRange(range));
    removed.then(
      () => this.tick(),
      (error: unknown) => this.#fail(error),
    );
    return removed;
  }

  #truncate(frameCount: Frames): void {
    if (!this.#isOpen || frameCount >= this.#grid.frameCount) return;
    this.#grid.frameCount = frameCount;
    const seconds = framesToSeconds(frameCount);
    const end = this.#grid.clusterCount;
    const last = this.#coverage.ranges().at(-1)?.end ?? end;
    if (last > end) void this.#remove({ begin: end, end: last });
    this.#sink.setDuration(seconds);
    this.#options.listeners.onDuration(seconds);
    this.tick();
  }

  #decide(): ReturnType<typeof decide> {
    const { limits, audio } = this.#options;
    const wanted = audio.paused ? limits.aheadPausedSeconds : limits.aheadSeconds;
    const aheadSeconds = Math.min(wanted, this.#quotaAheadSeconds);
    return decide({
      playhead: this.#grid.toClusters(this.positionSeconds),
      clusterCount: this.#grid.clusterCount,
      clustersPerChunk: this.#grid.clustersPerChunk,
      stateOf: (cluster): ClusterState => this.#coverage.stateOf(cluster),
      occupied: this.#coverage.ranges(),
      acceptStaleBefore: this.#acceptStaleBefore,
      ahead: this.#grid.toClusters(aheadSeconds),
      keepAhead: this.#grid.toClusters(limits.aheadSeconds),
      behind: this.#grid.toClusters(limits.behindSeconds),
      removeStep: this.#grid.toClusters(REMOVE_STEP_SECONDS),
    });
  }

  /** Under old sound the switch comes a little ahead of the playhead, also when it is overdue. */
  #acceptLate(): void {
    const position = this.positionSeconds;
    const cluster = this.#grid.clusterAt(position + OVERWRITE_GUARD_SECONDS);
    if (this.#seekTarget !== null || cluster < this.#acceptStaleBefore) return;
    if (this.#coverage.stateOf(cluster) !== 'stale') return;
    const switchAt = this.#grid.toClusters(position + this.#options.leadSeconds);
    this.#acceptStaleBefore = Math.max(Math.ceil(switchAt), cluster + 1);
  }

  #reconcile(): void {
    const ranges = this.#sink.buffered;
    this.#coverage.keepOnly((cluster) => {
      const { startSeconds, endSeconds } = this.#grid.toTimeRange({
        begin: cluster,
        end: cluster + 1,
      });
      const middle = (startSeconds + endSeconds) / 2;
      return ranges.some((range) => range.startSeconds <= middle && middle <= range.endSeconds);
    });
  }

  #evict(byteLength: number): TimeRange | null {
    const playhead = this.#grid.clusterAt(this.positionSeconds);
    const range = this.#coverage.oldest(byteLength, playhead - 1);
    if (!range) return null;
    this.#coverage.delete(range);
    return this.#grid.toTimeRange(range);
  }

  #send(command: Parameters<EngineClient['call']>[0]): void {
    this.#options.engine.call(command).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    const known =
      error instanceof PlayerError
        ? error
        : new PlayerError('internal', 'The player failed.', { cause: error });
    if (known.code === 'aborted') return;
    this.#options.listeners.onFailed(known);
  }
}
