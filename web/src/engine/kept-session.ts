/**
 * One opened track in the worker, in front of its HostSession: what is kept is answered from the
 * store, without the engine and without the file. The engine is asked when something is not kept,
 * and opened a while before where that can be foreseen.
 *
 * While sound comes from the store the file is looked at once, behind the first sound: where it was
 * replaced, nothing of the old one is handed out any more, and the page is told to open it anew.
 */
import type { EngineCarry } from '../../../wasm-bindings/engine-module';
import type { Clock } from '../net/clock';
import { FileChangedError, type SourceFacts } from '../net/range-response';
import { PlayerError } from '../shared/errors';
import type { ChunkIndex, Frames } from '../shared/units';
import { isSameVersion, settingsKey, type ChunkKey } from '../store/keys';
import { TrackRecorder } from '../store/track-recorder';
import type { TrackStore } from '../store/track-store';
import type { Cluster, EnhancementSettings, Rank } from './engine-protocol';
import type { OpenCommand } from './host-session';
import { LazySession, type EngineDoor } from './lazy-session';
import { RenderQueue, type Job } from './render-queue';

export type KeptSessionOptions = {
  readonly command: OpenCommand;
  /** Id of the command. */
  readonly openId: number;
  /** Of the track before; deleted here. */
  readonly carry: EngineCarry | null;
  readonly store: TrackStore;
  readonly track: string;
  readonly engineBuild: string;
  readonly clock: Clock;
  /** What the server says of the file now. */
  readonly checkSource: (signal: AbortSignal) => Promise<SourceFacts>;
  readonly door: EngineDoor;
};

/** The store is waited for as long as the engine could not begin anyway, and so long at least. */
export const LOOK_UP_MS_MIN = 50;
/** With no more kept than this behind what was asked for, the engine is opened: 8 s. */
export const OPEN_AHEAD_CHUNKS = 4;

export class KeptSession {
  readonly #options: KeptSessionOptions;
  readonly #life = new AbortController();
  readonly #recorder: TrackRecorder;
  readonly #engine: LazySession;
  /** Those that are begun the engine works on. */
  readonly #jobs: RenderQueue;
  /** The engine's, of the first job. */
  #renderId: number | null = null;
  #epoch: number;
  #settings: EnhancementSettings;
  #rank: Rank;
  readonly #openId: number;
  /** The page waits for the answer to `open`; from the engine, once that is open. */
  #isOpening = true;
  #carry: EngineCarry | null;
  #isLooking = true;
  #isReading = false;
  /** The engine's plan is of few probes, or it fades from such a one. */
  #isProvisional = false;
  #isFading = false;
  /** settingsKey() of the plan that the page was told last. */
  #toldPlan: string | null = null;
  /** Sound of an earlier opening may be handed out. */
  #isAdopted = false;
  /** The file is being looked at, or was. */
  #isChecked = false;
  #lastServed: ChunkIndex | null = null;
  #failure: PlayerError | null = null;

  constructor(options: KeptSessionOptions) {
    this.#options = options;
    const { command, openId, carry, store, track, engineBuild, door } = options;
    const { epoch, settings, rank, firstChunk } = command;
    this.#epoch = epoch;
    this.#settings = settings;
    this.#rank = rank;
    this.#openId = openId;
    this.#carry = carry;
    this.#jobs = new RenderQueue(door.voice, firstChunk);
    this.#recorder = new TrackRecorder({ store, track, engineBuild, settings });
    this.#recorder.isCarried = carry !== null;
    this.#engine = new LazySession(command, door, this.#recorder, {
      onOpened: () => (this.#isOpening = false),
      onRendered: (id, { ended, superseded }) => {
        if (id !== this.#renderId) return;
        if (superseded) this.#jobs.supersede();
        else this.#jobs.finish(ended);
        this.#pump();
      },
      onPlan: (isProvisional) => {
        this.#isProvisional = isProvisional;
        this.#toldPlan = settingsKey(this.#settings);
      },
      onNetwork: (attempt, message) => this.#onNetwork(attempt, message),
      onFailed: (error) => this.#onEngineFailed(error),
    });
  }

  get isRunnable(): boolean {
    return this.#engine.isRunnable;
  }

  get urgency(): number {
    return this.#engine.urgency;
  }

  get isAlive(): boolean {
    return this.#failure === null;
  }

  /** Looks into the store; whatever is not there the engine makes. */
  async start(): Promise<void> {
    const { store, track, engineBuild } = this.#options;
    const isCarried = this.#carry !== null;
    const lookedUp = isCarried ? null : store.open(track, engineBuild);
    const kept = await Promise.race([lookedUp, this.#whenEngineWaits()]);
    if (kept !== null) this.#recorder.adopt(kept);
    this.#isAdopted = kept !== null;
    this.#isLooking = false;
    this.#pump();
  }

  step(): boolean {
    return this.#engine.step();
  }

  setRank(id: number, rank: Rank): void {
    this.#rank = rank;
    this.#engine.setRank(rank);
    this.#options.door.voice.answer(id, null);
    this.#openAhead();
  }

  render(id: number, epoch: number, chunk: ChunkIndex): void {
    if (this.#refuseAfterFailure(id)) return;
    if (epoch < this.#epoch) {
      this.#options.door.voice.answer(id, { ended: false, superseded: true });
      return;
    }
    if (epoch > this.#epoch) {
      this.#supersede(epoch);
      this.#engine.giveUp(epoch);
    }
    this.#jobs.add(id, chunk);
    this.#pump();
  }

  configure(id: number, epoch: number, settings: EnhancementSettings): void {
    if (this.#refuseAfterFailure(id)) return;
    if (epoch >= this.#epoch) {
      this.#supersede(epoch);
      this.#settings = settings;
      this.#recorder.settings = settings;
      this.#engine.configure(epoch, settings);
    }
    this.#options.door.voice.answer(id, null);
    this.#pump();
  }

  /** Where the end did not come from the engine, it leaves nothing to the next track. */
  carryOver(): EngineCarry | null {
    return this.#engine.carryOver();
  }

  carry(id: number, epoch: number, carry: EngineCarry | null): void {
    if (this.#failure !== null) carry?.delete();
    if (this.#refuseAfterFailure(id)) return;
    if (epoch >= this.#epoch) {
      this.#supersede(epoch);
      this.#recorder.isCarried = carry !== null;
    }
    if (!this.#engine.isOpen) this.#openEngine(null);
    this.#engine.carry(id, epoch, carry);
  }

  measure(id: number): void {
    if (this.#engine.isOpen) this.#engine.measure(id);
    else if (!this.#refuseAfterFailure(id)) this.#options.door.voice.answer(id, null);
  }

  takeOver(id: number, epoch: number, fromFrame: Frames | null): void {
    if (this.#refuseAfterFailure(id)) return;
    if (epoch >= this.#epoch) this.#supersede(epoch);
    this.#isFading = this.#isProvisional && fromFrame !== null;
    if (this.#engine.isOpen) this.#engine.takeOver(id, epoch, fromFrame);
    else this.#options.door.voice.answer(id, null);
  }

  /** Frees everything; commands that still wait are answered. */
  close(): void {
    this.#life.abort();
    this.#engine.close();
    this.#carry?.delete();
    this.#carry = null;
    this.#end(new PlayerError('aborted', 'the track was closed'));
  }

  /** The engine broke. What is kept plays on; for the rest it is opened anew. */
  fail(error: PlayerError): void {
    this.#engine.fail(error);
  }

  /** Looks for work: the first job is served, or handed to the engine. */
  #pump(): void {
    if (this.#isLooking || this.#isReading || this.#failure !== null) return;
    const job = this.#jobs.first;
    if (job === null) {
      // A change came before it was open: the page asks again when it is.
      if (this.#isOpening && !this.#engine.isOpen && !this.#answerOpen()) this.#openEngine(null);
      return;
    }
    if (job.begun) return;
    if (this.#mayServe && this.#options.command.purpose === 'measure' && this.#servePlan()) return;
    const key = this.#mayServe ? this.#recorder.keyOf(job.chunk) : null;
    if (key !== null) {
      void this.#read(job, key);
      return;
    }
    job.begun = true;
    if (!this.#engine.isOpen) this.#openEngine(job.chunk);
    this.#renderId = this.#engine.render(this.#epoch, job.chunk);
  }

  get #mayServe(): boolean {
    const isOpeningEngine = this.#isOpening && this.#engine.isOpen;
    return !isOpeningEngine && !this.#isProvisional && !this.#isFading;
  }

  async #read(job: Job, key: ChunkKey): Promise<void> {
    this.#isReading = true;
    const clusters = await this.#options.store.readChunk(key);
    this.#isReading = false;
    if (clusters === null) this.#recorder.lost(key);
    // Another place may be wanted by now, or another sound.
    else if (this.#jobs.first === job && this.#failure === null) this.#serve(job, clusters);
    this.#pump();
  }

  #serve(job: Job, clusters: readonly Cluster[]): void {
    const { door, command } = this.#options;
    this.#answerOpen();
    this.#tellPlan();
    for (const cluster of clusters) {
      const { bytes, lead } = cluster;
      const event = { event: 'cluster', session: command.session, epoch: this.#epoch } as const;
      door.voice.tell({ ...event, cluster }, lead === null ? [bytes] : [bytes, lead]);
    }
    this.#lastServed = job.chunk;
    this.#jobs.finish(false);
    this.#check();
    this.#openAhead();
  }

  /** For a measuring: whether the plan was known. */
  #servePlan(): boolean {
    if ((this.#recorder.plan?.summary ?? null) === null) return false;
    this.#answerOpen();
    this.#tellPlan();
    this.#jobs.supersede();
    this.#check();
    return true;
  }

  /** From what is kept; false: nothing is. */
  #answerOpen(): boolean {
    const { record } = this.#recorder;
    if (record === null) return false;
    if (!this.#isOpening) return true;
    this.#isOpening = false;
    const initSegment = record.initSegment.slice(0);
    const result = { track: record.info, initSegment, carry: null };
    this.#options.door.voice.answer(this.#openId, result, [initSegment]);
    return true;
  }

  #tellPlan(): void {
    const summary = this.#recorder.plan?.summary ?? null;
    const settings = settingsKey(this.#settings);
    if (summary === null || this.#toldPlan === settings) return;
    this.#toldPlan = settings;
    const { door, command } = this.#options;
    const { session } = command;
    door.voice.tell({ event: 'plan', session, provisional: false, plan: summary });
  }

  /** The end of what is kept is near, and somebody listens. */
  #openAhead(): void {
    const { record } = this.#recorder;
    const isHeard = this.#rank === 'heard' && this.#options.command.purpose === 'play';
    if (!isHeard || record === null || this.#lastServed === null || this.#engine.isOpen) return;
    const end = Math.min(record.info.chunkCount, this.#lastServed + 1 + OPEN_AHEAD_CHUNKS);
    for (let chunk = this.#lastServed + 1; chunk < end; chunk += 1) {
      if (this.#recorder.keyOf(chunk as ChunkIndex) !== null) continue;
      this.#openEngine(null);
      return;
    }
  }

  #openEngine(firstChunk: ChunkIndex | null): void {
    const { command, store, track } = this.#options;
    const carry = this.#carry;
    this.#carry = null;
    // What it reads is compared with what is kept from here on.
    this.#isChecked = true;
    this.#engine.open({
      epoch: this.#epoch,
      settings: this.#settings,
      rank: this.#rank,
      openId: this.#isOpening ? this.#openId : null,
      firstChunk,
      carry,
      // It was measured at some time on whatever was at this address.
      profile: store.wasReplaced(track) ? null : command.profile,
    });
  }

  /** While kept sound plays, nobody waits for the network. */
  #onNetwork(attempt: number, message: string): void {
    if (attempt > 0 && !this.#isEngineAwaited) return;
    const { door, command } = this.#options;
    door.voice.tell({ event: 'network', session: command.session, attempt, message });
  }

  get #isEngineAwaited(): boolean {
    return this.#isOpening || this.#jobs.first?.begun === true;
  }

  /** Once, behind the first sound from the store. */
  #check(): void {
    const { record } = this.#recorder;
    if (this.#isChecked || record === null) return;
    this.#isChecked = true;
    const { signal } = this.#life;
    this.#options.checkSource(signal).then(
      (facts) => {
        if (this.#failure === null && !isSameVersion(record.source, facts)) this.#replaced();
      },
      // Without an answer there is no evidence: without a network, what is kept plays.
      () => undefined,
    );
  }

  #onEngineFailed(error: PlayerError): void {
    const isChange = error instanceof FileChangedError;
    if (isChange && this.#isAdopted) {
      this.#replaced();
      return;
    }
    if (isChange) this.#refute();
    // Opened ahead: when it is needed it is tried again.
    if (!this.#isEngineAwaited) return;
    const { door, command } = this.#options;
    const { code, detail, message } = error;
    const wasOpen = !this.#isOpening;
    this.#end(error);
    // Else the refusal of `open` says it all.
    if (wasOpen)
      door.voice.tell({ event: 'failed', session: command.session, code, detail, message });
  }

  /** The file is another one than what is kept was made of. */
  #replaced(): void {
    this.#isAdopted = false;
    this.#refute();
    this.#engine.close();
    if (this.#isOpening) {
      // The page knows nothing of the old one yet.
      if (this.#jobs.first !== null) this.#jobs.first.begun = false;
      this.#pump();
      return;
    }
    const { door, command } = this.#options;
    this.#jobs.supersede();
    this.#end(new FileChangedError());
    door.voice.tell({ event: 'replaced', session: command.session });
  }

  #refute(): void {
    const { store, track } = this.#options;
    const { record } = this.#recorder;
    if (record !== null) store.refute(track, record.version);
    this.#recorder.forget();
  }

  /** Final: answers what waits. */
  #end(error: PlayerError): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    const { voice } = this.#options.door;
    if (this.#isOpening) voice.refuse(this.#openId, error);
    this.#isOpening = false;
    if (error.code === 'aborted') this.#jobs.supersede();
    else this.#jobs.refuseAll(error);
  }

  #supersede(epoch: number): void {
    this.#epoch = epoch;
    this.#renderId = null;
    this.#jobs.supersede();
  }

  #refuseAfterFailure(id: number): boolean {
    if (this.#failure === null) return false;
    this.#options.door.voice.refuse(id, this.#failure);
    return true;
  }

  /** Null, when the engine could begin and the store has had its time. */
  async #whenEngineWaits(): Promise<null> {
    const { clock, door } = this.#options;
    const patience = new Promise<void>((resolve) => void clock.after(LOOK_UP_MS_MIN, resolve));
    try {
      await door.loadModule();
    } catch {
      // Then the store is all that there is.
      return new Promise(() => undefined);
    }
    await patience;
    return null;
  }
}
