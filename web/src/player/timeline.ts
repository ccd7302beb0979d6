/**
 * One MediaSource for many tracks: they lie behind each other in media time, which never goes back.
 * The track after the one that is heard is prepared, and joined to it without a gap; a jump to
 * another one puts it far behind everything that is buffered.
 *
 * Decides which track is to be worked on. Knows the element's position, not the player's states,
 * nor why one track follows another.
 */
import type { EngineClient } from '../engine/engine-client';
import type { EnhancementSettings, Rank } from '../engine/engine-protocol';
import { asPlayerFault, type PlayerError } from '../shared/errors';
import {
  CALM_AHEAD_SECONDS,
  END_RESERVE_SECONDS,
  SWITCH_RESERVE_SECONDS,
  type BufferLimits,
} from './limits';
import { JoinTest, type CutsInsidePackets, type JoinMode } from './join-mode';
import type { EntryStage } from './entry-stage';
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
  readonly onSwitching: (atSeconds: number) => void;
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

/** Why a track may be wanted soon that does not follow: a button, or the pointer on its row. */
export type AsideRole = 'previous' | 'hint';

/** Between two tracks that do not follow each other. More than a browser takes for a small hole. */
const JUMP_GAP_US = 10_000_000;

/** What was heard goes this long after a join: no browser is in it any more then. */
const RETIRE_SECONDS = 2;

export class Timeline {
  readonly #options: TimelineOptions;
  readonly #playhead: Playhead;
  readonly #sink: MediaSourceSink;
  readonly #gate: SettingsGate;
  readonly #stage: EntryStage;
  #current: TimelineEntry | null = null;
  /** Behind `#current`; it has a place once the sound of `#current` is complete. */
  #next: TimelineEntry | null = null;
  /** Heard before `#current`, and not removed yet. */
  #past: TimelineEntry | null = null;
  readonly #aside = new Map<AsideRole, TimelineEntry>();
  /** Asks the engine where it is to lie behind `#current`. */
  #carrying: TimelineEntry | null = null;
  /** The last microsecond of media time that was given away. */
  #highestUs = 0;
  #closed = false;

  constructor(options: TimelineOptions) {
    this.#options = options;
    const { audio, platform, engine, clock, limits, leadSeconds, listeners } = options;
    this.#playhead = new Playhead(audio);
    this.#gate = new SettingsGate({
      clock,
      mayPass: () => this.#mayBeginAnew(),
      pass: () => this.#switchAll(),
    });
    this.#sink = new MediaSourceSink(audio, platform, {
      evict: (byteLength) => this.#evict(byteLength),
      onDemand: () => this.tick(),
      onFailed: (error) => this.#fail(error),
    });
    this.#stage = {
      engine,
      sink: this.#sink,
      playhead: this.#playhead,
      joins: new JoinTest(options.cutsInsidePackets, options.wholePacketJoins, () => this.tick()),
      limits,
      leadSeconds,
      onFacts: (entry) => listeners.onFacts(entry.track, entry.facts, entry === this.#current),
      onWork: () => this.tick(),
      onSwitched: (entry, fromSeconds) => {
        if (entry === this.#current) listeners.onSwitched(fromSeconds);
      },
      onFailed: (entry, error) => {
        if (entry === this.#current) this.#fail(error);
      },
    };
  }

  /** A track was started. */
  get hasTrack(): boolean {
    return this.#current !== null;
  }

  /** In the track that is heard; the target while a seek is on its way. */
  get positionSeconds(): number {
    return this.#current?.positionSeconds ?? 0;
  }

  /** How long there is sound of the track from the playhead on; Infinity: to its end. */
  get aheadSeconds(): number {
    return this.#current?.aheadSeconds ?? 0;
  }

  /** What the browser holds; media time. */
  get mediaRanges(): TimeRange[] {
    return this.#sink.buffered;
  }

  /** What of the track can be played at once under the current settings. */
  get bufferedRanges(): TimeRange[] {
    return this.#current?.bufferedRanges ?? [];
  }

  /** At the playhead; null where there is no sound. */
  get stageGainsDb(): readonly number[] | null {
    return this.#current?.stageGainsDb ?? null;
  }

  get appendedBytes(): number {
    return this.#entries.reduce((sum, entry) => sum + entry.appendedBytes, 0);
  }

  /** Held in the SourceBuffer now. */
  get bufferedBytes(): number {
    return this.#entries.reduce((sum, entry) => sum + entry.bufferedBytes, 0);
  }

  /** Goes to a track at once; what was prepared of it is used. Returns what is known of it. */
  start(source: TrackSource): TrackFacts {
    const old = this.#entries;
    const prepared = this.#takePrepared(source);
    // First, for the worker has few places, and this takes nothing from what is heard.
    for (const other of old) if (other !== prepared && !other.isPlaced) other.close();
    const entry = prepared ?? new TimelineEntry(this.#stage, source, 'heard');
    entry.setRank('heard');
    this.#current = entry;
    this.#next = null;
    this.#aside.clear();
    this.#past = null;
    const others = old.filter((other) => other !== entry);
    for (const other of others) if (other.isPlaced) this.#reserve(other);
    if (!entry.isPlaced) this.#place(entry, source.startSeconds);
    else if (this.#sink.isEnded) this.#moveTo(entry.place.toMedia(source.startSeconds));
    else entry.seek(source.startSeconds);
    // Behind the append of what is heard first.
    for (const other of others) other.close();
    this.tick();
    return entry.facts;
  }

  /** What follows the track that is heard; null: nothing. */
  prepareNext(source: TrackSource | null): void {
    if (this.#closed || source?.track.id === this.#next?.track.id) return;
    this.#next?.close();
    this.#next = source && this.#prepare(source, 'next');
    this.tick();
  }

  /** What may be wanted soon; null: nothing. */
  prepareAside(role: AsideRole, source: TrackSource | null): void {
    const known = this.#aside.get(role);
    if (this.#closed || source?.track.id === known?.track.id) return;
    known?.close();
    this.#aside.delete(role);
    if (source === null || source.track.id === this.#next?.track.id) return;
    this.#aside.set(role, this.#prepare(source, 'hint'));
  }

  /** Goes to a place of the track; costs nothing where the sound is there already. */
  seek(targetSeconds: number): void {
    if (this.#closed) return;
    this.#current?.seek(targetSeconds);
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
    const current = this.#current;
    if (!current) return;
    const { limits } = this.#options;
    const wantedSeconds = this.#playhead.isPaused ? limits.aheadPausedSeconds : limits.aheadSeconds;
    if (current.work(wantedSeconds, true)) this.#continueBehind(current, wantedSeconds);
    if (current.aheadSeconds >= CALM_AHEAD_SECONDS) {
      current.improve();
      this.#next?.prepare();
      this.#improveNext();
    }
    this.#retire();
  }

  /** No track is heard or prepared any more. */
  stop(): void {
    for (const entry of this.#entries) {
      if (entry.isPlaced) this.#reserve(entry);
      entry.close();
    }
    this.#past = null;
    this.#current = null;
    this.#next = null;
    this.#aside.clear();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gate.close();
    this.#sink.dispose();
    for (const entry of this.#entries) entry.abandon();
  }

  get #entries(): readonly TimelineEntry[] {
    return [this.#past, this.#current, this.#next, ...this.#aside.values()].filter(
      (entry) => entry !== null,
    );
  }

  #prepare(source: TrackSource, rank: Rank): TimelineEntry {
    const entry = this.#takePrepared(source) ?? new TimelineEntry(this.#stage, source, rank);
    entry.setRank(rank);
    return entry;
  }

  /** The same beginning of the same track, whatever it was prepared for. */
  #takePrepared({ track, firstChunk, settings }: TrackSource): TimelineEntry | null {
    // One that is asking for its place behind another track is of no use elsewhere.
    const isWanted = (entry: TimelineEntry | null): entry is TimelineEntry =>
      entry?.track.id === track.id &&
      entry.firstChunk === firstChunk &&
      !entry.error &&
      (entry.isPlaced || entry !== this.#carrying);
    const [role, aside = null] = [...this.#aside].find(([, entry]) => isWanted(entry)) ?? [];
    if (role !== undefined) this.#aside.delete(role);
    const next = isWanted(this.#next) ? this.#next : null;
    if (next) {
      aside?.close();
      this.#next = null;
    }
    const found = next ?? aside;
    found?.configure(settings, false);
    return found;
  }

  /** Far behind everything that is there. */
  #place(entry: TimelineEntry, startSeconds: number): void {
    const headUs = Math.max(this.#highestUs, this.#playhead.seconds * 1e6);
    const beginUs = headUs === 0 ? 0 : Math.ceil(headUs / 1e6) * 1e6 + JUMP_GAP_US;
    this.#highestUs = beginUs;
    const target = beginUs / 1e6 + startSeconds;
    // Before the append: WebKit misses it in the other order.
    if (target > 0) this.#moveTo(target);
    entry.placeAt(beginUs);
  }

  /** To any place, also where the stream has ended: then nothing behind its end can be sought. */
  #moveTo(mediaSeconds: number): void {
    if (!this.#sink.isEnded) {
      this.#playhead.moveTo(mediaSeconds);
      return;
    }
    this.#sink.reopen();
    this.#playhead.headForClosed(mediaSeconds);
    void this.#sink.settled().then(
      () => {
        this.#playhead.sourceOpened();
        this.tick();
      },
      () => undefined, // Closed.
    );
  }

  /** The sound of the track is complete to its end. */
  #continueBehind(current: TimelineEntry, wantedSeconds: number): void {
    const next = this.#next?.error ? null : this.#next;
    // Behind an end that the browser has read already nothing can be joined any more.
    const isLate = this.#remainsSeconds(current) < END_RESERVE_SECONDS;
    if (next && !next.isPlaced && !isLate) this.#join(current, next);
    if (next?.isPlaced === true) {
      next.work(wantedSeconds, !current.isRendering);
    } else if (!next || isLate) {
      // Or browsers would keep back the last tenth of a second.
      this.#sink.endOfStream();
    }
  }

  /** Not shortly before it is heard: then its final plan takes over slowly, while it plays. */
  #improveNext(): void {
    const next = this.#next;
    if (next && (!next.isPlaced || next.positionSeconds < -CALM_AHEAD_SECONDS)) next.improve();
  }

  #join(current: TimelineEntry, next: TimelineEntry): void {
    const { mode } = this.#stage.joins;
    next.prepare();
    if (!next.isPrepared || this.#carrying === next) return;
    if (mode === 'lead') {
      next.placeAt(current.endUs);
    } else if (mode === 'carry') {
      this.#carrying = next;
      next.carryFrom(current).catch((error: unknown) => {
        // Rendered with other settings meanwhile, or closed: the next look tries again.
        if (asPlayerFault(error).code !== 'aborted') this.#carrying = null;
      });
    }
  }

  #drop(entry: TimelineEntry): void {
    this.#reserve(entry);
    entry.close();
  }

  /** No other track is to lie where this one does. */
  #reserve(entry: TimelineEntry): void {
    this.#highestUs = Math.max(this.#highestUs, entry.endUs);
  }

  #remainsSeconds(entry: TimelineEntry): number {
    return entry.facts.durationSeconds - entry.positionSeconds;
  }

  /** The playhead has crossed a join. */
  #enterNext(): void {
    const next = this.#next;
    if (!this.#current || next?.isPlaced !== true || next.positionSeconds < 0) return;
    if (this.#past) this.#drop(this.#past);
    this.#past = this.#current;
    this.#current = next;
    this.#next = null;
    next.setRank('heard');
    this.#options.listeners.onEntered(next.track, next.facts);
    if (next.error) this.#fail(next.error);
  }

  #retire(): void {
    const past = this.#past;
    if (!past || this.#playhead.seconds - past.endUs / 1e6 <= RETIRE_SECONDS) return;
    this.#past = null;
    this.#drop(past);
  }

  #evict(byteLength: number): TimeRange | null {
    for (const entry of this.#entries) {
      const range = entry.isPlaced ? entry.evict(byteLength) : null;
      if (range) return range;
    }
    return null;
  }

  /** To begin the chunk anew when little is ahead might leave the listener without sound. */
  #mayBeginAnew(): boolean {
    const current = this.#current;
    if (!current?.isRendering || !this.#playhead.isHeard) return true;
    const ahead = current.aheadSeconds;
    return ahead <= 0 || ahead >= SWITCH_RESERVE_SECONDS;
  }

  #switchAll(): void {
    const { settingsOf, listeners } = this.#options;
    for (const entry of this.#entries) {
      const isCurrent = entry === this.#current;
      const isChanged = entry.configure(settingsOf(entry.track), isCurrent);
      if (isChanged && isCurrent) listeners.onSwitching(this.positionSeconds);
    }
  }

  #fail(error: PlayerError): void {
    if (!this.#closed) this.#options.listeners.onFailed(error);
  }
}
