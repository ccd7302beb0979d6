/**
 * The dialogue with the engine for one track: opens it, asks for its chunks one at a time, and
 * changes its settings. Knows neither MSE nor other tracks.
 *
 * A seek and a change of settings raise the epoch; whatever belongs to an older one is dropped.
 */
import type { EngineClient, SessionEvent } from '../engine/engine-client';
import type {
  Carry,
  Cluster,
  EnhancementSettings,
  PlanSummary,
  Progress,
  Rank,
  TrackInfo,
} from '../engine/engine-protocol';
import { PlayerError, asPlayerFault, assertNever } from '../shared/errors';
import type { ChunkIndex, Frames } from '../shared/units';
import type { TrackWarning } from '../shared/vocabulary';

export type RendererListeners = {
  /** Once, before any cluster. */
  readonly onOpened: (track: TrackInfo, initSegment: ArrayBuffer) => void;
  /** In order, of the newest epoch. */
  readonly onCluster: (cluster: Cluster) => void;
  /** Nothing is in the works any more. `ended`: the chunk lies at or past the track's end. */
  readonly onChunkDone: (chunk: ChunkIndex, ended: boolean) => void;
  /** What is rendered from now on follows it. Provisional: measure() makes it better. */
  readonly onPlan: (plan: PlanSummary, isProvisional: boolean) => void;
  /** What measure() has asked for is there: takeOver() may be called. */
  readonly onMeasured: () => void;
  /** All that was noticed of the track so far. */
  readonly onNoticed: (warnings: readonly TrackWarning[]) => void;
  /** The file ends before its headers say. */
  readonly onTruncated: (frameCount: Frames) => void;
  readonly onNetwork: (attempt: number, message: string) => void;
  /** Final. */
  readonly onFailed: (error: PlayerError) => void;
};

export type TrackRendererOptions = {
  readonly engine: EngineClient;
  readonly url: string;
  readonly settings: EnhancementSettings;
  /** As in the `open` command. */
  readonly profile: string | null;
  /** `final`: measured in full before the first chunk. */
  readonly firstPlan: 'quick' | 'final';
  /** It is about to be heard; otherwise that is told by its rank. */
  readonly isPressed?: boolean;
  /** Rendered together with opening. */
  readonly firstChunk: ChunkIndex;
  readonly rank: Rank;
  readonly listeners: RendererListeners;
};

/** The same chunk is not asked for more often than this without a seek or change in between. */
const MAX_REPEATS = 4;

const NO_REPEATS = { chunk: -1, epoch: -1, count: 0 };

export class TrackRenderer {
  readonly #engine: EngineClient;
  readonly #listeners: RendererListeners;
  readonly #session: number;
  #isOpen = false;
  #closed = false;
  #epoch = 0;
  /** The chunk in the works. The one that comes with `open` has no answer of its own. */
  #rendering: { readonly chunk: ChunkIndex; readonly withOpen: boolean } | null;
  #repeats = NO_REPEATS;
  #rank: Rank;

  constructor(options: TrackRendererOptions) {
    const { engine, url, settings, profile, firstPlan, firstChunk, rank, listeners } = options;
    const hurried = options.isPressed === true ? ({ probes: 'few' } as const) : {};
    this.#engine = engine;
    this.#listeners = listeners;
    this.#rank = rank;
    this.#session = engine.createSession((event) => this.#onEvent(event));
    this.#rendering = { chunk: firstChunk, withOpen: true };
    engine
      .call<'open'>({
        type: 'open',
        session: this.#session,
        epoch: this.#epoch,
        url,
        settings,
        firstChunk,
        purpose: 'play',
        rank,
        profile,
        ...(firstPlan === 'final' ? { probes: 'all' } : hurried),
      })
      .then(
        ({ track, initSegment }) => this.#onOpened(track, initSegment),
        (error: unknown) => this.#fail(error),
      );
  }

  /** The chunk in the works; null: none. */
  get renderingChunk(): ChunkIndex | null {
    return this.#rendering?.chunk ?? null;
  }

  /** Asks for a chunk, unless one is in the works. */
  render(chunk: ChunkIndex): void {
    if (this.#rendering || this.#closed) return;
    const epoch = this.#epoch;
    if (!this.#mayAskFor(chunk)) {
      this.#fail(new PlayerError('internal', 'The browser does not keep the audio it is given.'));
      return;
    }
    const rendering = { chunk, withOpen: false };
    this.#rendering = rendering;
    this.#engine.call<'render'>({ type: 'render', session: this.#session, epoch, chunk }).then(
      ({ ended }) => {
        if (this.#rendering === rendering) this.#done(ended);
      },
      (error: unknown) => {
        if (this.#rendering === rendering) this.#rendering = null;
        this.#fail(error);
      },
    );
  }

  /** What is in the works is not wanted any more: another place is. */
  supersede(): void {
    this.#epoch += 1;
    this.#rendering = null;
  }

  /** From now on with these settings; what is in the works is given up. */
  configure(settings: EnhancementSettings): void {
    this.supersede();
    this.#send({ type: 'configure', session: this.#session, epoch: this.#epoch, settings });
  }

  /** Who goes first in the worker. */
  setRank(rank: Rank): void {
    if (this.#closed || rank === this.#rank) return;
    this.#rank = rank;
    this.#send({ type: 'rank', session: this.#session, rank });
  }

  /** How far the engine is with what it was asked for. */
  askProgress(): Promise<Progress> {
    return this.#engine.call<'progress'>({ type: 'progress', session: this.#session });
  }

  /** Of a provisional plan: measures the rest beside the rendering. */
  measure(): void {
    if (!this.#closed) this.#send({ type: 'measure', session: this.#session });
  }

  /**
   * The final plan takes over from this frame of the track on, slowly; null: everywhere, at once.
   * What is in the works is given up.
   */
  takeOver(fromFrame: Frames | null): void {
    this.supersede();
    this.#send({ type: 'takeOver', session: this.#session, epoch: this.#epoch, fromFrame });
  }

  /**
   * From now on this track goes on where the whole packets of another one end. What is in the works
   * is given up. Rejects where the other one was not rendered to its end.
   */
  carryFrom(other: TrackRenderer): Promise<Carry> {
    this.supersede();
    const place = { session: this.#session, epoch: this.#epoch, from: other.#session };
    return this.#engine.call<'carry'>({ type: 'carry', ...place }).then((carry) => {
      if (!carry) throw new PlayerError('internal', 'The engine tells nothing of the join.');
      return carry;
    });
  }

  /** The browser may take a chunk now that it did not keep before. */
  forgetRepeats(): void {
    this.#repeats = NO_REPEATS;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#send({ type: 'close', session: this.#session });
  }

  #mayAskFor(chunk: ChunkIndex): boolean {
    const epoch = this.#epoch;
    const isSame = this.#repeats.chunk === chunk && this.#repeats.epoch === epoch;
    this.#repeats = { chunk, epoch, count: isSame ? this.#repeats.count + 1 : 1 };
    return this.#repeats.count <= MAX_REPEATS;
  }

  #onOpened(track: TrackInfo, initSegment: ArrayBuffer): void {
    if (this.#closed) return;
    this.#isOpen = true;
    this.#listeners.onOpened(track, initSegment);
  }

  #onEvent(event: SessionEvent): void {
    if (this.#closed) return;
    switch (event.event) {
      case 'cluster':
        if (this.#isOpen && event.epoch === this.#epoch) this.#onCluster(event.cluster);
        return;
      case 'plan':
        this.#listeners.onPlan(event.plan, event.provisional);
        return;
      case 'measured':
        this.#listeners.onMeasured();
        return;
      case 'noticed':
        this.#listeners.onNoticed(event.warnings);
        return;
      case 'truncated':
        this.#listeners.onTruncated(event.frameCount);
        // The chunk that came with `open` lies behind the end: nothing else tells of it.
        if (this.#rendering?.withOpen === true) this.#done(true);
        return;
      case 'network':
        this.#listeners.onNetwork(event.attempt, event.message);
        return;
      case 'replaced':
        this.#fail(new PlayerError('replaced', 'The track was replaced on the server.'));
        return;
      case 'failed':
        this.#fail(new PlayerError(event.code, event.message, event));
        return;
      default:
        assertNever(event);
    }
  }

  #onCluster(cluster: Cluster): void {
    const rendering = this.#rendering;
    this.#listeners.onCluster(cluster);
    const isLast = cluster.lastOfChunk || cluster.lastOfTrack;
    // Nothing else tells the end of the chunk that came with `open`.
    if (isLast && rendering?.withOpen === true && rendering === this.#rendering) this.#done(false);
  }

  #done(ended: boolean): void {
    const chunk = this.#rendering?.chunk;
    this.#rendering = null;
    if (chunk !== undefined && !this.#closed) this.#listeners.onChunkDone(chunk, ended);
  }

  #send(command: Parameters<EngineClient['call']>[0]): void {
    this.#engine.call(command).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    const known = asPlayerFault(error);
    if (known.code !== 'aborted') this.#listeners.onFailed(known);
  }
}
