/**
 * One opened track in the worker: drives its engine session step by step, fetches what the session
 * asks for, and answers the page. Renders come one after another; a newer epoch supersedes them
 * all. Knows nothing of media: bytes in, clusters out.
 *
 * It never runs by itself: the host calls step() while isRunnable, and is woken when that changes.
 */
import type {
  EngineCarry,
  EngineModule,
  EngineSession,
  EngineStep,
} from '../../../wasm-bindings/engine-module';
import type { ByteSource } from '../net/byte-source';
import type { LinkMeter } from '../net/link-meter';
import { assertNever, PlayerError } from '../shared/errors';
import type { ChunkIndex, Frames } from '../shared/units';
import { canonicalSettings } from './canonical-settings';
import { asPlayerError, engineCalls, engineError, type EngineCalls } from './engine-errors';
import {
  carryOf,
  clusterOf,
  ownBuffer,
  planSummary,
  trackInfo,
  type Step,
} from './engine-messages';
import { EngineNeeds } from './engine-needs';
import {
  NO_PROGRESS,
  RANKS,
  type Carry,
  type Command,
  type EnhancementSettings,
  type Progress,
  type Rank,
} from './engine-protocol';
import { GradualMeasuring } from './gradual-measuring';
import type { ProbeCosts } from './probe-budget';
import { RenderQueue, type Voice } from './render-queue';
import { SessionReads } from './session-reads';
import type { SessionWitness } from './session-witness';

export type OpenCommand = Extract<Command, { readonly type: 'open' }>;

export type HostSessionOptions = OpenCommand & {
  /** Id of the command. */
  readonly openId: number;
  /** Of the track before; deleted here. */
  readonly carry: EngineCarry | null;
  readonly source: ByteSource;
  /** How fast the source is; null: fast enough for everything. */
  readonly link: LinkMeter | null;
  readonly voice: Voice;
  readonly witness?: SessionWitness;
  /** There may be something to do. */
  readonly wake: () => void;
  /** The module itself broke, with everything in it. */
  readonly onCrash: (error: PlayerError) => void;
};

export class HostSession {
  readonly #options: HostSessionOptions;
  readonly #call: EngineCalls;
  readonly #life = new AbortController();
  readonly #renders: RenderQueue;
  #epoch: number;
  #settings: EnhancementSettings;
  #rank: Rank;
  #engine: EngineSession | null = null;
  /** Not handed to the engine yet. */
  #carry: EngineCarry | null;
  readonly #openCarry: Carry | null;
  /** Answered when the headers are parsed, or have failed. */
  #openId: number | null;
  /** Raised when what was asked for on behalf of the current epoch is no longer wanted. */
  #reading = new AbortController();
  readonly #reads: SessionReads;
  #awaitsBytes = false;
  readonly #needs = new EngineNeeds();
  #failure: PlayerError | null = null;
  #truncationTold = false;
  readonly #measuring: GradualMeasuring;
  /** No profile was given: how many probes come first follows the link. */
  #hasBudget = false;

  constructor(options: HostSessionOptions) {
    this.#options = options;
    this.#call = engineCalls(options.onCrash);
    this.#epoch = options.epoch;
    this.#settings = options.settings;
    this.#rank = options.rank;
    this.#openId = options.openId;
    this.#carry = options.carry;
    this.#openCarry = options.carry === null ? null : carryOf(options.carry);
    this.#renders = new RenderQueue(options.voice, options.firstChunk);
    this.#reads = new SessionReads({
      source: options.source,
      supply: (offset, bytes) => this.#call(() => this.#engine?.supply(offset, bytes)),
      onFailure: (error) => this.fail(asPlayerError(error)),
    });
    this.#measuring = new GradualMeasuring({
      source: options.source,
      link: options.link,
      call: (run) => this.#call(run),
      wake: options.wake,
      onFailure: (error) => this.fail(asPlayerError(error)),
    });
  }

  /** Whether step() has something to do right now. */
  get isRunnable(): boolean {
    if (this.#engine === null) return false;
    return this.#rendersNothing ? this.#measuring.isRunnable : !this.#awaitsBytes;
  }

  /** What the sound that is wished for waits for. */
  get progress(): Progress {
    // The size of the file and the module come before all.
    if (this.#engine === null) return NO_PROGRESS;
    return { isFetching: this.#awaitsBytes, ...this.#reads.progress };
  }

  /** All that it may do is to measure. */
  get #rendersNothing(): boolean {
    return this.#openId === null && this.#renders.isEmpty;
  }

  /** What it would do now, in RANKS: less is more urgent. */
  get urgency(): number {
    return RANKS.indexOf(this.#rendersNothing ? 'measuring' : this.#rank);
  }

  setRank(id: number, rank: Rank): void {
    this.#rank = rank;
    this.#options.voice.answer(id, null);
  }

  /** False after a failure; the page still has to close it. */
  get isAlive(): boolean {
    return this.#failure === null;
  }

  /** Begins as soon as the module and the size of the source are there. */
  async start(loading: Promise<EngineModule>): Promise<void> {
    try {
      const size = this.#options.source.size(this.#life.signal);
      const [module, sizeBytes] = await Promise.all([loading, size]);
      if (this.#life.signal.aborted) return;
      this.#call(() => {
        this.#engine = new module.Session();
        this.#engine.setSourceSize(sizeBytes);
        const { profile, probes, purpose } = this.#options;
        // One of another version (the worker was renewed since) is not taken: then it measures.
        const isKnown = profile !== null && this.#engine.setProfile(profile);
        this.#hasBudget = !isKnown && probes !== 'all' && purpose === 'play';
        this.#applySettings(this.#engine);
        if (this.#carry !== null) this.#applyCarry(this.#engine, this.#carry);
      });
      this.#options.wake();
    } catch (error) {
      this.fail(asPlayerError(error));
    }
  }

  render(id: number, epoch: number, chunk: ChunkIndex): void {
    if (this.#refuseAfterFailure(id)) return;
    if (epoch < this.#epoch) {
      this.#options.voice.answer(id, { ended: false, superseded: true });
      return;
    }
    if (epoch > this.#epoch) this.#supersede(epoch);
    this.#renders.add(id, chunk);
    this.#options.wake();
  }

  /** What was asked for in epochs before is not wanted any more. */
  giveUp(epoch: number): void {
    if (this.#failure === null && epoch > this.#epoch) this.#supersede(epoch);
  }

  configure(id: number, epoch: number, settings: EnhancementSettings): void {
    if (this.#refuseAfterFailure(id)) return;
    if (epoch >= this.#epoch) {
      this.#supersede(epoch);
      this.#settings = settings;
      const engine = this.#engine;
      if (engine !== null) this.#call(() => this.#applySettings(engine));
    }
    this.#options.voice.answer(id, null);
    this.#options.wake();
  }

  /** What this track leaves to the next one, for its taker to delete; null: not known yet. */
  carryOver(): EngineCarry | null {
    const engine = this.#engine;
    return engine === null ? null : this.#call(() => engine.carryOver());
  }

  /** Puts `carry` in front of the track and deletes it. */
  carry(id: number, epoch: number, carry: EngineCarry | null): void {
    const carried = carry === null ? null : carryOf(carry);
    if (this.#failure !== null || epoch < this.#epoch) {
      carry?.delete();
    } else {
      this.#supersede(epoch);
      this.#carry?.delete();
      this.#carry = carry;
      const engine = this.#engine;
      if (engine !== null) this.#call(() => this.#applyCarry(engine, carry));
    }
    if (this.#refuseAfterFailure(id)) return;
    this.#options.voice.answer(id, carried);
    this.#options.wake();
  }

  measure(id: number): void {
    if (this.#refuseAfterFailure(id)) return;
    this.#measuring.request(this.#engine);
    this.#options.voice.answer(id, null);
  }

  takeOver(id: number, epoch: number, fromFrame: Frames | null): void {
    if (this.#refuseAfterFailure(id)) return;
    const refusal = this.#measuring.refusal();
    if (refusal !== null) {
      this.#options.voice.refuse(id, refusal);
      return;
    }
    if (epoch >= this.#epoch && this.#measuring.takeOver(this.#engine, fromFrame)) {
      this.#supersede(epoch);
    }
    this.#options.voice.answer(id, null);
    this.#options.wake();
  }

  /** Frees everything; commands that still wait are answered. */
  close(): void {
    const { voice } = this.#options;
    if (this.#openId !== null) voice.refuse(this.#openId, closed());
    this.#openId = null;
    this.#release();
    this.#renders.supersede();
  }

  /** Final: answers what waits with `error` and tells the page. */
  fail(error: PlayerError): void {
    if (this.#failure !== null || this.#life.signal.aborted) return;
    this.#failure = error;
    this.#release();
    this.#options.witness?.failed(error);
    const { voice, session } = this.#options;
    const opened = this.#openId === null;
    if (this.#openId !== null) voice.refuse(this.#openId, error);
    this.#openId = null;
    this.#renders.refuseAll(error);
    // Before the answer to `open` the refusal above says it all.
    const { code, detail, message } = error;
    if (opened) voice.tell({ event: 'failed', session, code, detail, message });
  }

  /** One bounded piece of work. Returns whether it took time, so that messages want a look. */
  step(): boolean {
    const engine = this.#engine;
    if (engine === null) return false;
    const step = this.#call(() => {
      this.#renders.begin(engine);
      return engine.advance();
    });
    if (step === null) return false;
    if (step.type === 'needBytes' || step.type === 'needBytesBeside') {
      const tooOften = this.#needs.ask(step.ranges);
      if (tooOften !== null) {
        this.fail(tooOften);
        return false;
      }
      const { signal } = this.#reading;
      if (step.type === 'needBytes') this.#await(this.#reads.fetch(step.ranges, signal));
      else this.#measuring.read(engine, step.ranges);
      return false;
    }
    this.#needs.reset();
    this.#perform(step);
    return true;
  }

  #perform(step: Exclude<EngineStep, Step<'needBytes' | 'needBytesBeside'>>): void {
    const { voice, witness, session } = this.#options;
    switch (step.type) {
      case 'working':
        break;
      case 'trackReady':
        this.#answerOpen(step);
        this.#chooseBudget(step);
        break;
      case 'noticed':
        witness?.noticed(step.warnings);
        voice.tell({ event: 'noticed', session, warnings: step.warnings });
        break;
      case 'planReady':
        this.#planned(step);
        break;
      case 'profileReady':
        this.#measuring.measured();
        voice.tell({ event: 'measured', session });
        break;
      case 'clusterReady':
        this.#sendCluster(step);
        break;
      case 'endOfTrack':
        this.#endTrack(step);
        break;
      case 'idle':
        this.#checkIdle();
        break;
      case 'error':
        this.fail(engineError(step));
        break;
      default:
        assertNever(step);
    }
  }

  #applySettings(engine: EngineSession): void {
    const canonical = canonicalSettings(this.#settings);
    if (canonical === null) engine.setOriginal();
    else engine.setEnhancement(...canonical);
  }

  #applyCarry(engine: EngineSession, carry: EngineCarry | null): void {
    if (carry === null) {
      engine.clearCarry();
      return;
    }
    engine.setCarry(carry);
    carry.delete();
    this.#carry = null;
  }

  #chooseBudget(costs: ProbeCosts): void {
    const engine = this.#engine;
    if (engine === null || !this.#hasBudget) return;
    // What is not heard yet, nor pressed, is prepared in good time.
    const isAwaited = this.#rank === 'heard' || this.#options.probes === 'few';
    const { signal } = this.#reading;
    const chosen = this.#measuring.chooseBudget(engine, costs, isAwaited, signal);
    if (chosen !== null) this.#await(chosen);
  }

  #await(supplied: Promise<void>): void {
    const { signal } = this.#reading;
    this.#awaitsBytes = true;
    supplied.then(
      () => {
        if (signal.aborted) return;
        this.#awaitsBytes = false;
        this.#options.wake();
      },
      (error: unknown) => {
        if (!signal.aborted) this.fail(asPlayerError(error));
      },
    );
  }

  #answerOpen(step: Step<'trackReady'>): void {
    if (this.#openId === null) return;
    const initSegment = ownBuffer(step.initSegment);
    const track = trackInfo(step);
    this.#options.witness?.opened(track, initSegment);
    // It may have refused the file.
    if (!this.isAlive) return;
    this.#options.voice.answer(this.#openId, { track, initSegment, carry: this.#openCarry }, [
      initSegment,
    ]);
    this.#openId = null;
  }

  #planned(step: Step<'planReady'>): void {
    const { voice, witness, session, purpose } = this.#options;
    const { provisional, planKey } = step;
    const plan = planSummary(step, this.#settings.compare);
    this.#measuring.planned(provisional);
    witness?.planned(planKey, plan, provisional);
    voice.tell({ event: 'plan', session, provisional, plan });
    if (purpose === 'measure') this.#renders.supersede();
  }

  #sendCluster(step: Step<'clusterReady'>): void {
    const { voice, witness, session } = this.#options;
    const cluster = clusterOf(step);
    witness?.rendered(cluster, step.planKey);
    const { bytes, lead } = cluster;
    const transfer = lead === null ? [bytes] : [bytes, lead];
    voice.tell({ event: 'cluster', session, epoch: this.#epoch, cluster }, transfer);
    if (step.lastOfChunk) this.#renders.finish(false);
  }

  #endTrack({ frameCount, truncated }: Step<'endOfTrack'>): void {
    const { voice, session } = this.#options;
    if (truncated && !this.#truncationTold) {
      this.#truncationTold = true;
      voice.tell({ event: 'truncated', session, frameCount: frameCount as Frames });
    }
    this.#renders.finish(true);
  }

  /** An engine that has nothing to do while a chunk is wished for would hang the page. */
  #checkIdle(): void {
    if (this.#renders.isEmpty) {
      this.#measuring.idle();
      return;
    }
    const words = 'the engine stopped in the middle of a chunk; please report this';
    this.fail(new PlayerError('internal', words));
  }

  /** From here on only `epoch` counts. What was fetched for an older one stays in the cache. */
  #supersede(epoch: number): void {
    this.#epoch = epoch;
    this.#renders.supersede();
    const engine = this.#engine;
    // It may go on to measure now, but not to render.
    if (engine !== null) this.#call(() => engine.cancel());
    // Headers are wanted by every epoch.
    if (this.#openId === null) this.#stopFetching();
    this.#needs.reset();
  }

  #stopFetching(): void {
    this.#reading.abort();
    this.#reading = new AbortController();
    this.#measuring.giveWay();
    this.#reads.forget();
    this.#awaitsBytes = false;
  }

  #refuseAfterFailure(id: number): boolean {
    if (this.#failure === null) return false;
    this.#options.voice.refuse(id, this.#failure);
    return true;
  }

  #release(): void {
    this.#life.abort();
    this.#stopFetching();
    this.#options.source.close();
    const engine = this.#engine;
    this.#engine = null;
    const carry = this.#carry;
    this.#carry = null;
    if (engine !== null) this.#call(() => engine.delete());
    if (carry !== null) this.#call(() => carry.delete());
  }
}

const closed = (): PlayerError => new PlayerError('aborted', 'the track was closed');
