/**
 * One MediaSource for many tracks: they lie behind each other in media time, which never goes back.
 * The track after the one that is heard is prepared, and joined to it without a gap; a jump to
 * another one puts it far behind everything that is buffered.
 *
 * Decides which track is to be worked on. Knows the element's position, not the player's states,
 * nor why one track follows another.
 */
import type { EngineClient } from '../engine/engine-client';
import type { EnhancementSettings, Progress } from '../engine/engine-protocol';
import type { PlayerError } from '../shared/errors';
import { CALM_AHEAD_SECONDS, SWITCH_RESERVE_SECONDS, type BufferLimits } from './limits';
import type { EntryStage } from './entry-stage';
import { JoinTest, type CutsInsidePackets, type JoinMode } from './join-mode';
import { Joiner } from './joiner';
import { Lineup, type AsideRole } from './lineup';
import { MediaAxis } from './media-axis';
import { MediaSourceSink, type MediaPlatform } from './media-source-sink';
import type { Clock } from './playback-monitor';
import { Playhead } from './playhead';
import type { PlayerTrack } from './player-types';
import { SettingsGate } from './settings-gate';
import type { TimeRange } from './source-buffer-queue';
import type { TrackFacts } from './track-facts';
import { TimelineEntry } from './timeline-entry';
import type { TrackSource } from './track-source';

export type TimelineListeners = {
  /** Something new is known of a track; `isHeard`: of the one that is heard. */
  readonly onFacts: (track: PlayerTrack, facts: TrackFacts, isHeard: boolean) => void;
  /** The next track is heard now. */
  readonly onEntered: (track: PlayerTrack, facts: TrackFacts) => void;
  /** Of the track that is heard; final. */
  readonly onFailed: (error: PlayerError) => void;
  /** Settings go to the engine now. */
  readonly onSwitching: (atSeconds: number, wishedAtMs: number) => void;
  /** The first cluster under new settings was queued. */
  readonly onSwitched: (appendedFromSeconds: number) => void;
};

export type TimelineOptions = {
  readonly audio: HTMLAudioElement;
  readonly engine: EngineClient;
  readonly platform: MediaPlatform;
  readonly clock: Clock;
  readonly limits: BufferLimits;
  /** How far ahead of the playhead the browser has decoded already. */
  readonly leadSeconds: number;
  readonly cutsInsidePackets: CutsInsidePackets;
  readonly wholePacketJoins: JoinMode;
  /** What a track is to be rendered with. */
  readonly settingsOf: (track: PlayerTrack) => EnhancementSettings;
  readonly listeners: TimelineListeners;
};

/** What was heard goes this long after a join: no browser is in it any more then. */
const RETIRE_SECONDS = 2;

export class Timeline {
  readonly #options: TimelineOptions;
  readonly #playhead: Playhead;
  readonly #sink: MediaSourceSink;
  readonly #gate: SettingsGate;
  readonly #stage: EntryStage;
  readonly #axis: MediaAxis;
  readonly #lineup: Lineup;
  readonly #joiner: Joiner;
  #closed = false;

  constructor(options: TimelineOptions) {
    this.#options = options;
    const { audio, platform, engine, clock, limits, leadSeconds, listeners } = options;
    this.#playhead = new Playhead(audio);
    this.#gate = new SettingsGate({
      clock,
      mayPass: () => this.#mayBeginAnew(),
      pass: (wishedAtMs) => this.#switchAll(wishedAtMs),
    });
    this.#sink = new MediaSourceSink(audio, platform, {
      evict: (byteLength, owner) => this.#evict(byteLength, owner),
      onDemand: () => this.tick(),
      onFailed: (error) => this.#fail(error),
    });
    this.#axis = new MediaAxis({
      sink: this.#sink,
      playhead: this.#playhead,
      onArrived: () => this.tick(),
    });
    this.#lineup = new Lineup((source, rank) => new TimelineEntry(this.#stage, source, rank));
    const joins = new JoinTest(options.cutsInsidePackets, options.wholePacketJoins, () =>
      this.tick(),
    );
    this.#joiner = new Joiner({ sink: this.#sink, joins, lineup: this.#lineup });
    this.#stage = {
      engine,
      sink: this.#sink,
      playhead: this.#playhead,
      joins,
      limits,
      leadSeconds,
      onFacts: (entry) =>
        listeners.onFacts(entry.track, entry.facts, entry === this.#lineup.current),
      onWork: () => this.tick(),
      onSwitched: (entry, fromSeconds) => {
        if (entry === this.#lineup.current) listeners.onSwitched(fromSeconds);
      },
      onFailed: (entry, error) => {
        if (entry === this.#lineup.current) this.#fail(error);
      },
    };
  }

  /** A track was started. */
  get hasTrack(): boolean {
    return this.#lineup.current !== null;
  }

  /** In the track that is heard; the target while a seek is on its way. */
  get positionSeconds(): number {
    return this.#lineup.current?.positionSeconds ?? 0;
  }

  /** How long there is sound of the track from the playhead on; Infinity: to its end. */
  get aheadSeconds(): number {
    return this.#lineup.current?.aheadSeconds ?? 0;
  }

  /** What the browser holds; media time. */
  get mediaRanges(): TimeRange[] {
    return this.#sink.buffered;
  }

  /** What of the track can be played at once under the current settings. */
  get bufferedRanges(): TimeRange[] {
    return this.#lineup.current?.bufferedRanges ?? [];
  }

  /** At the playhead; null where there is no sound. */
  get stageGainsDb(): readonly number[] | null {
    return this.#lineup.current?.stageGainsDb ?? null;
  }

  /** How far the engine is with the track that is heard; null: there is none. */
  askProgress(): Promise<Progress> | null {
    return this.#lineup.current?.askProgress() ?? null;
  }

  get appendedBytes(): number {
    return this.#lineup.entries.reduce((sum, entry) => sum + entry.appendedBytes, 0);
  }

  /** Held in the SourceBuffer now. */
  get bufferedBytes(): number {
    return this.#lineup.entries.reduce((sum, entry) => sum + entry.bufferedBytes, 0);
  }

  /** Goes to a track at once; what was prepared of it is used. Returns what is known of it. */
  start(source: TrackSource): TrackFacts {
    const { entry, others } = this.#lineup.lead(source);
    const { startSeconds } = source;
    for (const other of others) if (other.isPlaced) this.#axis.reserve(other.endUs);
    if (!entry.isPlaced) entry.placeAt(this.#axis.jumpBehindAll(startSeconds));
    else if (this.#sink.isEnded) this.#axis.moveTo(entry.place.toMedia(startSeconds));
    else entry.seek(startSeconds);
    // Behind the append of what is heard first.
    for (const other of others) other.close();
    this.tick();
    return entry.facts;
  }

  /** What follows the track that is heard; null: nothing. */
  prepareNext(source: TrackSource | null): void {
    if (!this.#closed && this.#lineup.follow(source)) this.tick();
  }

  /** What may be wanted soon; null: nothing. */
  prepareAside(role: AsideRole, source: TrackSource | null): void {
    if (!this.#closed) this.#lineup.setAside(role, source);
  }

  /** Goes to a place of the track; costs nothing where the sound is there already. */
  seek(targetSeconds: number): void {
    if (this.#closed) return;
    this.#lineup.current?.seek(targetSeconds);
    this.tick();
  }

  /** Tracks are rendered with what `settingsOf` says from a little ahead of the playhead on. */
  configure(): void {
    if (this.#closed) return;
    this.#gate.wish();
    this.tick();
  }

  /** Looks at the playhead and does what is due. Cheap; call it whenever something moved. */
  tick(): void {
    if (this.#closed) return;
    this.#playhead.tick();
    this.#enterNext();
    this.#gate.tick();
    const { current } = this.#lineup;
    if (!current) return;
    const { limits } = this.#options;
    const wantedSeconds = this.#playhead.isPaused ? limits.aheadPausedSeconds : limits.aheadSeconds;
    if (current.work(wantedSeconds, true)) this.#joiner.continueBehind(current, wantedSeconds);
    if (current.aheadSeconds >= CALM_AHEAD_SECONDS) {
      current.improve();
      this.#lineup.next?.prepare();
      this.#improveNext();
    }
    this.#retire();
  }

  /** No track is heard or prepared any more. */
  stop(): void {
    for (const entry of this.#lineup.entries) this.#drop(entry);
    this.#lineup.clear();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gate.close();
    this.#sink.dispose();
    for (const entry of this.#lineup.entries) entry.abandon();
  }

  /** Not shortly before it is heard: then its final plan takes over slowly, while it plays. */
  #improveNext(): void {
    const { next } = this.#lineup;
    if (next && (!next.isPlaced || next.positionSeconds < -CALM_AHEAD_SECONDS)) next.improve();
  }

  /** No other track is to lie where this one does. */
  #drop(entry: TimelineEntry): void {
    if (entry.isPlaced) this.#axis.reserve(entry.endUs);
    entry.close();
  }

  /** The playhead has crossed a join. */
  #enterNext(): void {
    const { past, current, next } = this.#lineup;
    if (!current || next?.isPlaced !== true || next.positionSeconds < 0) return;
    if (past) this.#drop(past);
    this.#lineup.enter(next);
    this.#options.listeners.onEntered(next.track, next.facts);
    if (next.error) this.#fail(next.error);
  }

  #retire(): void {
    const { past } = this.#lineup;
    if (!past || this.#playhead.seconds - past.endUs / 1e6 <= RETIRE_SECONDS) return;
    this.#lineup.retire();
    this.#drop(past);
  }

  #evict(byteLength: number, owner: object | null): TimeRange | null {
    const left = this.#leftBehind();
    if (left) return left;
    for (const entry of this.#lineup.entries) {
      const range = entry.isPlaced ? entry.evict(byteLength) : null;
      if (range) return range;
    }
    // What is heard first comes first.
    const { current, next } = this.#lineup;
    const isOfCurrent = owner !== null && current?.isOwner(owner) === true;
    return isOfCurrent && next?.isPlaced === true ? next.evictEnd(byteLength) : null;
  }

  /** What lies in front of all tracks is of those that have gone, and is about to be removed. */
  #leftBehind(): TimeRange | null {
    const placed = this.#lineup.entries.filter(({ isPlaced }) => isPlaced);
    const endSeconds = Math.min(...placed.map(({ place }) => place.packetsUs)) / 1e6;
    const [first] = this.#sink.buffered;
    const isLeft = first !== undefined && first.startSeconds < endSeconds;
    return isLeft ? { startSeconds: first.startSeconds, endSeconds } : null;
  }

  /** To begin the chunk anew when little is ahead might leave the listener without sound. */
  #mayBeginAnew(): boolean {
    const { current } = this.#lineup;
    if (!current?.isRendering || !this.#playhead.isHeard) return true;
    const ahead = current.aheadSeconds;
    return ahead <= 0 || ahead >= SWITCH_RESERVE_SECONDS;
  }

  #switchAll(wishedAtMs: number): void {
    const { settingsOf, listeners } = this.#options;
    for (const entry of this.#lineup.entries) {
      const isCurrent = entry === this.#lineup.current;
      const isChanged = entry.configure(settingsOf(entry.track), isCurrent);
      if (isChanged && isCurrent) listeners.onSwitching(this.positionSeconds, wishedAtMs);
    }
  }

  #fail(error: PlayerError): void {
    if (!this.#closed) this.#options.listeners.onFailed(error);
  }
}
