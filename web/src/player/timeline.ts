/**
 * What stands between the engine and the audio element: puts the clusters of a track into a
 * MediaSource, decides what to render and to remove, and does seeks and changes of settings. Knows
 * the element's position, not the player's states.
 */
import type { EngineClient } from '../engine/engine-client';
import type {
  Cluster,
  EnhancementSettings,
  PlanSummary,
  TrackInfo,
} from '../engine/engine-protocol';
import { PlayerError, asPlayerFault } from '../shared/errors';
import { framesToSeconds, type ChunkIndex, type Frames } from '../shared/units';
import type { TrackWarning } from '../shared/vocabulary';
import type { BufferLimits } from './limits';
import { MediaSourceSink, type MediaPlatform } from './media-source-sink';
import type { Clock } from './playback-monitor';
import { Playhead } from './playhead';
import { SettingsGate } from './settings-gate';
import type { TimeRange } from './source-buffer-queue';
import { TrackBooks } from './track-books';
import { TrackRenderer } from './track-renderer';

export type TimelineListeners = {
  readonly onOpened: (track: TrackInfo) => void;
  readonly onPlan: (plan: PlanSummary) => void;
  /** All that was noticed of the track so far. */
  readonly onNoticed: (warnings: readonly TrackWarning[]) => void;
  /** The track turned out shorter than its headers said. */
  readonly onDuration: (durationSeconds: number) => void;
  readonly onNetwork: (attempt: number, message: string) => void;
  /** Final. */
  readonly onFailed: (error: PlayerError) => void;
  /** Settings go to the engine now. */
  readonly onSwitching: (atSeconds: number) => void;
  /** The first cluster under new settings was queued. */
  readonly onSwitched: (appendedFromSeconds: number) => void;
};

export type TimelineOptions = {
  readonly audio: HTMLAudioElement;
  readonly engine: EngineClient;
  readonly platform: MediaPlatform;
  readonly clock: Clock;
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
  readonly listeners: TimelineListeners;
};

/** With less than this ahead, what is being rendered is waited for before settings change. */
const SWITCH_RESERVE_SECONDS = 1.5;

export class Timeline {
  readonly #options: TimelineOptions;
  readonly #playhead: Playhead;
  readonly #books = new TrackBooks();
  readonly #sink: MediaSourceSink;
  readonly #renderer: TrackRenderer;
  readonly #gate: SettingsGate;
  #staleRemovals = 0;
  #awaitsSwitch = false;
  #closed = false;
  #appendedBytes = 0;

  constructor(options: TimelineOptions) {
    this.#options = options;
    const { audio, engine, clock, url, settings, profile, firstChunk } = options;
    this.#playhead = new Playhead(audio);
    if (options.startSeconds > 0) this.#playhead.headFor(options.startSeconds);
    this.#gate = new SettingsGate({
      clock,
      mayPass: () => this.#mayBeginAnew(),
      pass: (wished) => this.#switchTo(wished),
    });
    this.#sink = new MediaSourceSink(audio, options.platform, {
      evict: (byteLength) => this.#books.dropOldest(byteLength, this.positionSeconds),
      onDemand: () => this.tick(),
      onFailed: (error) => this.#fail(error),
    });
    const { onPlan, onNoticed, onNetwork } = options.listeners;
    this.#renderer = new TrackRenderer({
      engine,
      url,
      settings,
      profile,
      firstChunk,
      listeners: {
        onOpened: (track, initSegment) => this.#onOpened(track, initSegment),
        onCluster: (cluster) => this.#onCluster(cluster),
        onChunkDone: (chunk, ended) => this.#onChunkDone(chunk, ended),
        onPlan,
        onNoticed,
        onNetwork,
        onTruncated: (frameCount) => this.#truncate(frameCount),
        onFailed: (error) => this.#fail(error),
      },
    });
  }

  get appendedBytes(): number {
    return this.#appendedBytes;
  }

  /** Held in the SourceBuffer now. */
  get bufferedBytes(): number {
    return this.#books.byteLength;
  }

  /** Media time, exact; the target while a seek is on its way. */
  get positionSeconds(): number {
    return this.#playhead.seconds;
  }

  /** How long there is sound from the playhead on, under whatever settings. */
  get aheadSeconds(): number {
    return this.#books.aheadSeconds(this.positionSeconds);
  }

  /** What the browser holds, under whatever settings. */
  get mediaRanges(): TimeRange[] {
    return this.#sink.buffered;
  }

  /** What can be played at once under the current settings. */
  get bufferedRanges(): TimeRange[] {
    return this.#books.currentRanges;
  }

  /** Of the sound at a media time, see deepestGains(); null where there is none. */
  stageGainsAt(timeSeconds: number): readonly number[] | null {
    return this.#books.stageGainsAt(timeSeconds);
  }

  /** Goes to a media time; costs nothing where the sound is there already. */
  seek(targetSeconds: number): void {
    if (this.#closed) return;
    if (!this.#books.isOpen) {
      this.#playhead.headFor(targetSeconds);
      return;
    }
    const target = this.#books.clamp(targetSeconds);
    this.#books.acceptNothingStale();
    if (this.#books.stateAt(target) === 'current') {
      this.#playhead.moveTo(target);
    } else {
      this.#renderer.supersede();
      this.#sink.cancelAppends();
      this.#jump(target);
    }
    this.tick();
  }

  /**
   * Renders anew from a little ahead of the playhead; until then the old sound plays on. While
   * nothing is heard (paused, seeking) the change takes effect at the playhead itself.
   */
  configure(settings: EnhancementSettings): void {
    if (!this.#closed) this.#gate.wish(settings);
  }

  /** Looks at the playhead and does what is due. Cheap; call it whenever something moved. */
  tick(): void {
    if (this.#closed || !this.#books.isOpen) return;
    this.#books.reconcile(this.#sink.buffered);
    if (this.#gate.tick()) return; // It has ticked.
    const { heardSeconds } = this.#playhead;
    if (heardSeconds !== null) this.#books.acceptLate(heardSeconds, this.#options.leadSeconds);
    const { limits, audio } = this.#options;
    const wanted = audio.paused ? limits.aheadPausedSeconds : limits.aheadSeconds;
    const decision = this.#books.decide(this.positionSeconds, wanted, limits);
    if (decision.remove) void this.#remove(this.#books.drop(decision.remove));
    if (decision.complete) this.#sink.endOfStream();
    if (decision.render !== null && this.#sink.wantsData) {
      this.#renderer.render(decision.render as ChunkIndex);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gate.close();
    this.#sink.dispose();
    this.#renderer.close();
  }

  #onOpened(track: TrackInfo, initSegment: ArrayBuffer): void {
    this.#books.open(track);
    this.#sink.begin(initSegment, framesToSeconds(track.frameCount));
    this.#options.listeners.onOpened(track);
    const target = this.#books.clamp(this.#playhead.isAway ? this.#playhead.seconds : 0);
    if (target === 0) this.#playhead.stay();
    else if (this.#books.chunkAt(target) === this.#renderer.renderingChunk) this.#jump(target);
    else this.seek(target);
    this.tick();
  }

  #onCluster(cluster: Cluster): void {
    const index = this.#books.clusterOfFrame(cluster.start);
    // Before the append: the new end also cuts the padding off this cluster.
    if (cluster.lastOfTrack) this.#truncate((cluster.start + cluster.frameCount) as Frames);
    if (this.#books.accepts(index, this.#playhead.heardSeconds)) this.#append(index, cluster);
    this.tick();
  }

  #onChunkDone(chunk: ChunkIndex, ended: boolean): void {
    if (ended) this.#truncate(this.#books.startOfChunk(chunk));
    this.tick();
  }

  #append(index: number, { bytes, stageGainsDb }: Cluster): void {
    const { byteLength } = bytes;
    const note = this.#books.add(index, { byteLength, stageGainsDb });
    if (this.#awaitsSwitch) {
      this.#awaitsSwitch = false;
      this.#options.listeners.onSwitched(this.#books.startOf(index));
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
    const isFull = error instanceof PlayerError && error.code === 'quota';
    if (isFull && this.#books.limitToQuota(index, this.positionSeconds)) {
      this.#renderer.forgetRepeats();
    } else {
      this.#fail(error);
    }
  }

  /** To begin the chunk anew when little is ahead might leave the listener without sound. */
  #mayBeginAnew(): boolean {
    const ahead = this.aheadSeconds;
    const isScarce = ahead > 0 && ahead < SWITCH_RESERVE_SECONDS;
    return !(this.#playhead.isHeard && this.#renderer.renderingChunk !== null && isScarce);
  }

  #switchTo(settings: EnhancementSettings): void {
    this.#options.listeners.onSwitching(this.positionSeconds);
    this.#books.nextGeneration();
    this.#sink.cancelAppends();
    this.#renderer.configure(settings);
    if (!this.#books.isOpen) return;
    this.#awaitsSwitch = true;
    // After the end there is nothing to hear: playing it again will render it anew.
    if (!this.#playhead.isHeard && !this.#options.audio.ended) {
      this.#jump(this.#books.clamp(this.positionSeconds));
    }
    this.tick();
  }

  /**
   * Moves the playhead to a place that has no sound yet. Sound of older settings goes first, or
   * the listener would hear a moment of it.
   */
  #jump(target: number): void {
    const stale = this.#books.dropStale();
    if (stale.length === 0 && this.#staleRemovals === 0) {
      this.#playhead.moveTo(target);
      return;
    }
    this.#playhead.headFor(target);
    this.#staleRemovals += 1;
    // The queue is in order: when the last of these is done, so are those of earlier jumps.
    const removals = stale.map((range) => this.#remove(range));
    void Promise.allSettled([this.#sink.settled(), ...removals]).then(() => {
      this.#staleRemovals -= 1;
      if (this.#closed || this.#staleRemovals > 0 || !this.#playhead.isAway) return;
      this.#playhead.arrive();
      this.tick();
    });
  }

  #remove(range: TimeRange): Promise<void> {
    const removed = this.#sink.remove(range);
    removed.then(
      () => this.tick(),
      (error: unknown) => this.#fail(error),
    );
    return removed;
  }

  #truncate(frameCount: Frames): void {
    const beyond = this.#books.truncate(frameCount);
    if (beyond === undefined) return;
    if (beyond !== null) void this.#remove(beyond);
    this.#sink.setDuration(this.#books.seconds);
    this.#options.listeners.onDuration(this.#books.seconds);
    this.tick();
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    const known = asPlayerFault(error);
    if (known.code !== 'aborted') this.#options.listeners.onFailed(known);
  }
}
