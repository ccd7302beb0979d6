/**
 * One track on the timeline: puts its books, its dialogue with the engine, its way into the buffer
 * and its playhead together, and tells what becomes of it. Until it has a place it keeps what was
 * rendered first, so that it can be heard at once. Knows no other tracks.
 *
 * Everything that goes out is track time; media time is the affair of its place alone.
 */
import type { Cluster, EnhancementSettings, Rank, TrackInfo } from '../engine/engine-protocol';
import { asPlayerFault, type PlayerError } from '../shared/errors';
import type { ChunkIndex, Frames } from '../shared/units';
import { BufferUpkeep } from './buffer-upkeep';
import { ClusterFeed } from './cluster-feed';
import type { EntryStage } from './entry-stage';
import { MediaPlace } from './media-place';
import type { PlayerTrack } from './player-types';
import { SoundSwitch } from './sound-switch';
import type { TimeRange } from './source-buffer-queue';
import { TrackBooks } from './track-books';
import { factsOfHeaders, factsOfLibrary, type TrackFacts } from './track-facts';
import { TrackPlayhead } from './track-playhead';
import { TrackRenderer } from './track-renderer';
import type { TrackSource } from './track-source';

export class TimelineEntry {
  readonly track: PlayerTrack;
  /** With which it was opened. */
  readonly firstChunk: ChunkIndex;
  readonly #stage: EntryStage;
  readonly #books = new TrackBooks();
  readonly #renderer: TrackRenderer;
  readonly #feed: ClusterFeed;
  readonly #playhead: TrackPlayhead;
  readonly #upkeep: BufferUpkeep;
  readonly #switch: SoundSwitch;
  #facts: TrackFacts;
  #error: PlayerError | null = null;
  #closed = false;

  constructor(stage: EntryStage, source: TrackSource, rank: Rank) {
    this.#stage = stage;
    this.track = source.track;
    this.firstChunk = source.firstChunk;
    this.#facts = factsOfLibrary(source.track.durationSeconds);
    this.#feed = new ClusterFeed({
      sink: stage.sink,
      playhead: stage.playhead,
      books: this.#books,
      joins: stage.joins,
      onAppended: stage.onWork,
      onSwitched: (fromSeconds) => stage.onSwitched(this, fromSeconds),
      onFull: () => this.#renderer.forgetRepeats(),
      onStarved: (cluster, byteLength) => this.#upkeep.removeFarthest(byteLength, cluster),
      onFailed: (error) => this.#fail(error),
    });
    this.#playhead = new TrackPlayhead({
      sink: stage.sink,
      playhead: stage.playhead,
      books: this.#books,
      renderingChunk: () => this.#renderer.renderingChunk,
      supersede: () => {
        this.#renderer.supersede();
        this.#feed.drop();
      },
      remove: (range) => this.#upkeep.remove(range),
      onArrived: stage.onWork,
    });
    this.#upkeep = new BufferUpkeep({
      ...stage,
      books: this.#books,
      playhead: this.#playhead,
      onRemoved: stage.onWork,
      onFailed: (error) => this.#fail(error),
    });
    this.#renderer = new TrackRenderer({
      ...source,
      engine: stage.engine,
      url: source.track.url,
      rank,
      listeners: {
        onOpened: (info, initSegment) => this.#onOpened(info, initSegment),
        onCluster: (cluster) => this.#onCluster(cluster),
        onChunkDone: (chunk, ended) => this.#onChunkDone(chunk, ended),
        onPlan: (plan, isProvisional) => this.#learn({ plan, isProvisional }),
        onMeasured: () => this.#switch.measured(),
        onNoticed: (warnings) => this.#learn({ warnings }),
        onNetwork: (attempt, message) =>
          this.#learn({ reconnecting: attempt > 0 ? { attempt, message } : null }),
        onTruncated: (frameCount) => this.#truncate(frameCount),
        onFailed: (error) => this.#fail(error),
      },
    });
    this.#switch = new SoundSwitch({
      settings: source.settings,
      renderer: this.#renderer,
      books: this.#books,
      feed: this.#feed,
      playhead: this.#playhead,
      leadSeconds: stage.leadSeconds,
      onWork: stage.onWork,
    });
  }

  get facts(): TrackFacts {
    return this.#facts;
  }

  /** Why it cannot go on; null: it can. */
  get error(): PlayerError | null {
    return this.#error;
  }

  get isPlaced(): boolean {
    return this.#playhead.isPlaced;
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

  /** Precondition of all that has to do with time: it has a place. */
  get place(): MediaPlace {
    return this.#playhead.place;
  }

  /** Media time of the frame behind the last one. */
  get endUs(): number {
    return this.place.endUs(this.#books.seconds);
  }

  /** Where the playhead is in this track; negative: ahead of it. */
  get positionSeconds(): number {
    return this.#playhead.seconds;
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

  /** How far the engine is with what was asked for last. */
  askProgress(): ReturnType<TrackRenderer['askProgress']> {
    return this.#renderer.askProgress();
  }

  setRank(rank: Rank): void {
    this.#renderer.setRank(rank);
  }

  /** Gives it a place: what it has kept goes to the browser. */
  placeAt(beginUs: number): void {
    this.#playhead.place = new MediaPlace(beginUs);
    this.#feed.open(this.place);
  }

  /**
   * Gives it a place behind another track whose sound is complete, in whole packets: its first ones
   * begin with what is left of that track. Its sound has to be rendered anew.
   */
  async carryFrom(before: TimelineEntry): Promise<void> {
    this.#feed.drop();
    const carry = await this.#renderer.carryFrom(before.#renderer);
    if (this.#closed || this.isPlaced) return;
    this.#books.carry(carry.frameCount);
    this.#playhead.place = before.place.continueWith(carry);
    this.#feed.open(this.place);
    this.#stage.onWork();
  }

  /** Goes to another place of the track; free where the sound is there already. */
  seek(targetSeconds: number): void {
    this.#playhead.seek(targetSeconds);
  }

  /** Renders anew from a little ahead of the playhead on. False: these settings it has. */
  configure(settings: EnhancementSettings, isCurrent: boolean): boolean {
    return this.#switch.configure(settings, isCurrent);
  }

  /** Without a place: has its beginning rendered. */
  prepare(): void {
    const isIdle = this.#books.isOpen && !this.isRendering && !this.#error;
    if (isIdle && !this.isPlaced && !this.isPrepared) this.#renderer.render(this.firstChunk);
  }

  /**
   * With a place: looks at the playhead and does what is due. Returns whether everything from the
   * playhead to the end of the track is there.
   */
  work(wantedSeconds: number, mayRender: boolean): boolean {
    if (!this.#books.isOpen) return false;
    const { render, isComplete } = this.#upkeep.look(this.#switch.aheadSeconds(wantedSeconds));
    if (render !== null && mayRender) this.#renderer.render(render);
    return isComplete && !this.#feed.holdsLast;
  }

  /**
   * With sound enough for a while: has the rest of a track measured whose plan is provisional, and
   * lets the final plan take over. Cheap.
   */
  improve(): void {
    if (!this.#error) this.#switch.improve(this.#facts.isProvisional);
  }

  /** The oldest sound before the playhead that frees so many bytes; null: there is none. */
  evict(byteLength: number): TimeRange | null {
    return this.#upkeep.evict(byteLength);
  }

  /** Whether an append of this owner is one of its own. */
  isOwner(owner: object): boolean {
    return owner === this.#feed;
  }

  /** As evict(), of its end: for a track that is heard before it. */
  evictEnd(byteLength: number): TimeRange | null {
    return this.#upkeep.evictEnd(byteLength);
  }

  /** Is not heard any more, and takes back what it has appended. */
  close(): void {
    if (this.#closed) return;
    this.abandon();
    this.#feed.drop();
    const all = this.#books.dropAll();
    if (all && this.isPlaced) void this.#upkeep.remove(all);
  }

  /** As close(), where the browser's buffer goes as well. */
  abandon(): void {
    this.#closed = true;
    this.#playhead.close();
    this.#renderer.close();
  }

  #onOpened(info: TrackInfo, initSegment: ArrayBuffer): void {
    this.#books.open(info);
    this.#stage.joins.learnInit(initSegment);
    this.#stage.sink.begin(initSegment);
    this.#learn(factsOfHeaders(info));
    if (this.isPlaced) this.#playhead.settle();
    this.#stage.onWork();
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

  #truncate(frameCount: Frames): void {
    const beyond = this.#books.truncate(frameCount);
    if (beyond === undefined) return;
    if (beyond !== null) void this.#upkeep.remove(beyond);
    if (this.isPlaced) this.#playhead.retreat();
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
