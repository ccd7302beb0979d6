/**
 * One track on the timeline: its books, its dialogue with the engine, and its place in media time.
 * Until it has a place it keeps what was rendered first, so that it can be heard at once.
 *
 * Everything that goes out is track time; only here it is mapped to media time.
 */
import type { EngineClient } from '../engine/engine-client';
import type {
  Cluster,
  EnhancementSettings,
  PlanSummary,
  Rank,
  TrackInfo,
} from '../engine/engine-protocol';
import { PlayerError, asPlayerFault } from '../shared/errors';
import { framesToSeconds, OUTPUT_RATE_HZ, type ChunkIndex, type Frames } from '../shared/units';
import { CALM_AHEAD_SECONDS, type BufferLimits } from './limits';
import { ClusterFeed } from './cluster-feed';
import type { JoinTest } from './join-mode';
import { Jump } from './jump';
import { MediaPlace, PACKET_US } from './media-place';
import type { MediaSourceSink } from './media-source-sink';
import type { Playhead } from './playhead';
import type { PlayerTrack } from './player-types';
import type { TimeRange } from './source-buffer-queue';
import { TrackBooks } from './track-books';
import { factsOfLibrary, type TrackFacts } from './track-facts';
import { TrackRenderer } from './track-renderer';

export type TrackSource = {
  readonly track: PlayerTrack;
  readonly settings: EnhancementSettings;
  /** As in the `open` command. */
  readonly profile: string | null;
  readonly firstPlan: 'quick' | 'final';
  readonly startSeconds: number;
  /** The chunk that holds `startSeconds`, as far as is known; rendered together with opening. */
  readonly firstChunk: ChunkIndex;
};

/** What an entry works with, and whom it tells. */
export type EntryStage = {
  readonly engine: EngineClient;
  readonly sink: MediaSourceSink;
  readonly playhead: Playhead;
  readonly joins: JoinTest;
  readonly limits: BufferLimits;
  /** How far ahead of the playhead the browser has decoded already. */
  readonly leadSeconds: number;
  readonly onFacts: (entry: TimelineEntry) => void;
  /** There may be something to do. */
  readonly onWork: () => void;
  /** The first cluster under new settings was queued. */
  readonly onSwitched: (entry: TimelineEntry, appendedFromSeconds: number) => void;
  /** Final. */
  readonly onFailed: (entry: TimelineEntry, error: PlayerError) => void;
};

const isSame = (a: EnhancementSettings, b: EnhancementSettings): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

export class TimelineEntry {
  readonly track: PlayerTrack;
  readonly #stage: EntryStage;
  readonly #books = new TrackBooks();
  readonly #renderer: TrackRenderer;
  readonly #feed: ClusterFeed;
  readonly #jumps: Jump;
  readonly #firstChunk: ChunkIndex;
  #settings: EnhancementSettings;
  #facts: TrackFacts;
  #error: PlayerError | null = null;
  /** null: it has none yet. */
  #place: MediaPlace | null = null;
  /** Of a provisional plan: where the measuring of the rest is. */
  #measuring: 'not asked' | 'asked' | 'measured' = 'not asked';
  #closed = false;

  constructor(stage: EntryStage, source: TrackSource, rank: Rank) {
    this.#stage = stage;
    this.track = source.track;
    this.#settings = source.settings;
    this.#firstChunk = source.firstChunk;
    this.#facts = factsOfLibrary(source.track.durationSeconds);
    this.#feed = new ClusterFeed({
      sink: stage.sink,
      playhead: stage.playhead,
      books: this.#books,
      joins: stage.joins,
      onAppended: stage.onWork,
      onSwitched: (fromSeconds) => stage.onSwitched(this, fromSeconds),
      onFull: () => this.#renderer.forgetRepeats(),
      onFailed: (error) => this.#fail(error),
    });
    this.#jumps = new Jump({
      sink: stage.sink,
      playhead: stage.playhead,
      onArrived: stage.onWork,
    });
    this.#renderer = new TrackRenderer({
      engine: stage.engine,
      url: source.track.url,
      settings: source.settings,
      profile: source.profile,
      firstPlan: source.firstPlan,
      firstChunk: source.firstChunk,
      rank,
      listeners: {
        onOpened: (info, initSegment) => this.#onOpened(info, initSegment),
        onCluster: (cluster) => this.#onCluster(cluster),
        onChunkDone: (chunk, ended) => this.#onChunkDone(chunk, ended),
        onPlan: (plan, isProvisional) => this.#onPlan(plan, isProvisional),
        onMeasured: () => {
          this.#measuring = 'measured';
          this.#stage.onWork();
        },
        onNoticed: (warnings) => this.#learn({ warnings }),
        onNetwork: (attempt, message) =>
          this.#learn({ reconnecting: attempt > 0 ? { attempt, message } : null }),
        onTruncated: (frameCount) => this.#truncate(frameCount),
        onFailed: (error) => this.#fail(error),
      },
    });
  }

  get facts(): TrackFacts {
    return this.#facts;
  }

  /** Why it cannot go on; null: it can. */
  get error(): PlayerError | null {
    return this.#error;
  }

  get firstChunk(): ChunkIndex {
    return this.#firstChunk;
  }

  get isPlaced(): boolean {
    return this.#place !== null;
  }

  /** Whether it would sound at once if it were given a place. */
  get isPrepared(): boolean {
    return this.#feed.isPrepared;
  }

  get isRendering(): boolean {
    return this.#renderer.renderingChunk !== null;
  }

  get appendedBytes(): number {
    return this.#feed.appendedBytes;
  }

  /** Held in the SourceBuffer now. */
  get bufferedBytes(): number {
    return this.#books.byteLength;
  }

  /** Precondition of all that has to do with media time: it has a place. */
  get place(): MediaPlace {
    if (!this.#place) throw new PlayerError('internal', 'The track has no place.');
    return this.#place;
  }

  /** Media time of the frame behind the last one. */
  get endUs(): number {
    return this.place.endUs(this.#books.seconds);
  }

  /** Where the playhead is in this track; negative: ahead of it. */
  get positionSeconds(): number {
    return this.place.toTrack(this.#stage.playhead.seconds);
  }

  get aheadSeconds(): number {
    return this.#books.aheadSeconds(this.positionSeconds);
  }

  get bufferedRanges(): TimeRange[] {
    return this.#books.currentRanges;
  }

  get stageGainsDb(): readonly number[] | null {
    return this.#books.stageGainsAt(this.positionSeconds);
  }

  setRank(rank: Rank): void {
    this.#renderer.setRank(rank);
  }

  /** Gives it a place: what it has kept goes to the browser. */
  placeAt(beginUs: number): void {
    this.#place = new MediaPlace(beginUs);
    this.#feed.open(this.#place);
  }

  /**
   * Gives it a place behind another track whose sound is complete, in whole packets: its first ones
   * begin with what is left of that track. Its sound has to be rendered anew.
   */
  async carryFrom(before: TimelineEntry): Promise<void> {
    this.#feed.drop();
    const carry = await this.#renderer.carryFrom(before.#renderer);
    if (this.#closed || this.isPlaced) return;
    const { packetCount, frameCount } = carry;
    const packetsUs = before.place.packetsUs + packetCount * PACKET_US;
    this.#books.carry(frameCount);
    before.place.cutAt(packetsUs);
    this.#place = new MediaPlace(packetsUs + (frameCount / OUTPUT_RATE_HZ) * 1e6, packetsUs);
    this.#feed.open(this.#place);
    this.#stage.onWork();
  }

  /** The current track goes to another place of itself; free where the sound is there already. */
  seek(targetSeconds: number): void {
    const { playhead } = this.#stage;
    if (!this.#books.isOpen) {
      playhead.moveTo(this.place.toMedia(Math.max(0, targetSeconds)));
      return;
    }
    const target = this.#books.clamp(targetSeconds);
    this.#books.acceptNothingStale();
    if (this.#books.stateAt(target) === 'current') {
      playhead.moveTo(this.place.toMedia(target));
    } else {
      this.#supersedeElsewhere(target);
      this.#jump(target);
    }
  }

  /**
   * Renders anew from a little ahead of the playhead; until then the old sound plays on. While
   * nothing is heard (paused, seeking) the change takes effect at the playhead itself. False: these
   * are the settings that it has.
   */
  configure(settings: EnhancementSettings, isCurrent: boolean): boolean {
    if (isSame(settings, this.#settings)) return false;
    const { playhead } = this.#stage;
    this.#settings = settings;
    this.#books.nextGeneration();
    this.#feed.drop();
    this.#renderer.configure(settings);
    if (!this.#books.isOpen || !isCurrent) return true;
    this.#feed.awaitSwitch();
    // After the end there is nothing to hear: playing it again will render it anew.
    if (!playhead.isHeard && !playhead.hasEnded) {
      this.#jump(this.#books.clamp(this.positionSeconds));
    }
    return true;
  }

  /** Without a place: has its beginning rendered. */
  prepare(): void {
    const isIdle = this.#books.isOpen && !this.isRendering && !this.#error;
    if (isIdle && !this.isPlaced && !this.isPrepared) this.#renderer.render(this.#firstChunk);
  }

  /**
   * With a place: looks at the playhead and does what is due. Returns whether everything from the
   * playhead to the end of the track is there.
   */
  work(wantedSeconds: number, mayRender: boolean): boolean {
    const { playhead, sink, limits, leadSeconds } = this.#stage;
    if (!this.#books.isOpen) return false;
    const held = sink.buffered.map((range) => this.place.toTrackRange(range));
    this.#books.reconcile(held, this.place.cutSeconds);
    const { heardSeconds } = playhead;
    if (heardSeconds !== null) {
      this.#books.acceptLate(this.place.toTrack(heardSeconds), leadSeconds);
    }
    const decision = this.#books.decide(this.positionSeconds, wantedSeconds, limits);
    if (decision.remove) void this.#remove(this.#books.drop(decision.remove));
    // A browser that wants no more data has enough, but perhaps of older settings or elsewhere.
    const newAheadSeconds = this.#books.startOf(decision.cursor) - this.positionSeconds;
    const isWanted = sink.wantsData || newAheadSeconds < CALM_AHEAD_SECONDS;
    if (decision.render !== null && mayRender && isWanted) {
      this.#renderer.render(decision.render as ChunkIndex);
    }
    return decision.complete;
  }

  /**
   * With sound enough for a while: has the rest of a track measured whose plan is provisional, and
   * lets the final plan take over. Cheap.
   */
  improve(): void {
    if (!this.#facts.isProvisional || this.#error) return;
    if (this.#measuring === 'not asked') {
      this.#measuring = 'asked';
      this.#renderer.measure();
    } else if (this.#measuring === 'measured') {
      this.#measuring = 'not asked';
      this.#takeOver();
    }
  }

  /** While it is heard, slowly from a little ahead of the playhead on; else everywhere at once. */
  #takeOver(): void {
    const { playhead, leadSeconds } = this.#stage;
    const { heardSeconds } = playhead;
    const position = this.#place && heardSeconds !== null ? this.#place.toTrack(heardSeconds) : -1;
    const isHeard = playhead.isHeard && position >= 0;
    const fromFrame = isHeard ? this.#books.switchAt(position + leadSeconds) : null;
    if (fromFrame === null) this.#books.nextGeneration();
    this.#feed.drop();
    this.#renderer.takeOver(fromFrame);
    if (!isHeard && position >= 0 && !playhead.hasEnded) this.#jump(this.#books.clamp(position));
    this.#stage.onWork();
  }

  /** The oldest sound before the playhead that frees so many bytes; null: there is none. */
  evict(byteLength: number): TimeRange | null {
    const range = this.#books.dropOldest(byteLength, this.positionSeconds);
    return range && this.place.toMediaRange(range);
  }

  /** Is not heard any more, and takes back what it has appended. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#renderer.close();
    this.#jumps.close();
    this.#feed.drop();
    const all = this.#books.dropAll();
    if (all && this.isPlaced) void this.#remove(all);
  }

  /** As close(), where the browser's buffer goes as well. */
  abandon(): void {
    this.#closed = true;
    this.#jumps.close();
    this.#renderer.close();
  }

  #onOpened(info: TrackInfo, initSegment: ArrayBuffer): void {
    this.#books.open(info);
    this.#stage.joins.learnInit(initSegment);
    this.#stage.sink.begin(initSegment);
    this.#learn({
      info,
      durationSeconds: framesToSeconds(info.frameCount),
      warnings: info.warnings,
      reconnecting: null,
    });
    if (this.#place) this.#settle();
    this.#stage.onWork();
  }

  /** Its length is known: where the playhead is headed for is a place of the track. */
  #settle(): void {
    const target = this.#books.clamp(this.positionSeconds);
    if (target !== this.positionSeconds) {
      this.#stage.playhead.moveTo(this.place.toMedia(target));
    }
    this.#supersedeElsewhere(target);
  }

  #supersedeElsewhere(targetSeconds: number): void {
    if (this.#renderer.renderingChunk === this.#books.chunkAt(targetSeconds)) return;
    this.#renderer.supersede();
    this.#feed.drop();
  }

  #onPlan(plan: PlanSummary, isProvisional: boolean): void {
    this.#learn({ plan, isProvisional });
  }

  #onCluster(cluster: Cluster): void {
    // Before the append: the new end also cuts the padding off this cluster.
    if (cluster.lastOfTrack) this.#truncate((cluster.start + cluster.frameCount) as Frames);
    this.#feed.take(cluster);
    this.#stage.onWork();
  }

  #onChunkDone(chunk: ChunkIndex, ended: boolean): void {
    if (ended) this.#truncate(this.#books.startOfChunk(chunk));
    this.#stage.onWork();
  }

  #jump(targetSeconds: number): void {
    const removals = this.#books.dropStale().map((range) => this.#remove(range));
    this.#jumps.to(this.place.toMedia(targetSeconds), removals);
  }

  #remove(range: TimeRange): Promise<void> {
    const removed = this.#stage.sink.remove(this.place.toMediaRange(range));
    removed.then(
      () => this.#stage.onWork(),
      (error: unknown) => this.#fail(error),
    );
    return removed;
  }

  #truncate(frameCount: Frames): void {
    const beyond = this.#books.truncate(frameCount);
    if (beyond === undefined) return;
    if (beyond !== null) void this.#remove(beyond);
    // A seek to what turned out not to be there must not end in the track behind it.
    if (this.#place && this.positionSeconds > this.#books.seconds) {
      const target = this.#books.clamp(this.positionSeconds);
      this.#stage.playhead.moveTo(this.place.toMedia(target));
    }
    this.#learn({ durationSeconds: this.#books.seconds });
    this.#stage.onWork();
  }

  #learn(news: Partial<TrackFacts>): void {
    this.#facts = { ...this.#facts, ...news };
    this.#stage.onFacts(this);
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    const known = asPlayerFault(error);
    if (known.code === 'aborted') return;
    this.#error ??= known;
    this.#stage.onFailed(this, known);
  }
}
