/**
 * One opened track in the worker, in front of its HostSession: what is kept is answered from the
 * store, without engine and file. The engine is asked for the rest, and opened a while before.
 *
 * While sound comes from the store the file is looked at once, behind the first sound: where it was
 * replaced, nothing of the old one is handed out any more, and the page is told to open it anew.
 */
import type { EngineCarry } from '../../../wasm-bindings/engine-module';
import { FileChangedError } from '../net/range-response';
import { PlayerError } from '../shared/errors';
import type { ChunkIndex, Frames } from '../shared/units';
import type { ChunkKey } from '../store/keys';
import type { TrackRecorder } from '../store/track-recorder';
import type { EnhancementSettings, Progress, Rank } from './engine-protocol';
import type { FileCheck } from './file-check';
import type { KeptAnswers } from './kept-answers';
import { keptParts, type KeptSessionOptions } from './kept-options';
import type { KeptSound } from './kept-sound';
import { LazySession } from './lazy-session';
import { lookUp } from './look-up';
import type { RenderQueue, Job } from './render-queue';

export class KeptSession {
  readonly #options: KeptSessionOptions;
  readonly #recorder: TrackRecorder;
  readonly #engine: LazySession;
  readonly #answers: KeptAnswers;
  readonly #check: FileCheck;
  readonly #sound: KeptSound;
  /** Those that are begun the engine works on. */
  readonly #jobs: RenderQueue;
  /** The engine's, of the first job. */
  #renderId: number | null = null;
  readonly #isMeasuring: boolean;
  #epoch: number;
  #settings: EnhancementSettings;
  #rank: Rank;
  #isLooking = true;
  #isReading = false;
  /** Opened while nobody needed it, the engine failed: it is left alone until somebody does. */
  #hasFailedAhead = false;
  /** Sound of an earlier opening may be handed out. */
  #isAdopted = false;

  constructor(options: KeptSessionOptions) {
    this.#options = options;
    const { command } = options;
    this.#isMeasuring = command.purpose === 'measure';
    ({ epoch: this.#epoch, settings: this.#settings, rank: this.#rank } = command);
    ({
      answers: this.#answers,
      check: this.#check,
      jobs: this.#jobs,
      recorder: this.#recorder,
      sound: this.#sound,
    } = keptParts(options, () => this.#replaced()));
    this.#engine = new LazySession(
      { ...options, recorder: this.#recorder },
      {
        onOpened: () => this.#answers.opened(),
        onRendered: (id, result) => {
          if (id !== this.#renderId) return;
          if (result.superseded) this.#jobs.supersede();
          else this.#jobs.finish(result.ended);
          this.#pump();
        },
        onCluster: (cluster, planKey) => this.#sound.rendered(cluster, planKey),
        onPlan: (isProvisional) => this.#sound.planned(isProvisional, this.#settings),
        onNetwork: (attempt, message) => {
          // While kept sound plays, nobody waits for the network.
          if (attempt === 0 || this.#isEngineAwaited) this.#answers.network(attempt, message);
        },
        onFailed: (error) => {
          if (error instanceof FileChangedError && this.#isAdopted) this.#replaced();
          else this.#onEngineFailed(error);
        },
      },
    );
  }

  get isRunnable(): boolean {
    return this.#engine.isRunnable;
  }

  get progress(): Progress {
    return this.#engine.progress;
  }

  get urgency(): number {
    return this.#engine.urgency;
  }

  get isAlive(): boolean {
    return !this.#answers.isEnded;
  }

  /** Looks into the store; whatever is not there the engine makes. */
  async start(): Promise<void> {
    this.#isAdopted = await lookUp(this.#options, this.#recorder, () => this.#foundLate());
    this.#isLooking = false;
    this.#pump();
  }

  step(): boolean {
    return this.#engine.step();
  }

  setRank(id: number, rank: Rank): void {
    this.#rank = rank;
    this.#engine.setRank(rank);
    this.#answers.done(id);
    this.#openAhead();
  }

  render(id: number, epoch: number, chunk: ChunkIndex): void {
    if (this.#answers.refuses(id)) return;
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
    if (this.#answers.refuses(id)) return;
    if (epoch >= this.#epoch) {
      this.#supersede(epoch);
      this.#settings = settings;
      this.#recorder.settings = settings;
      this.#engine.configure(epoch, settings);
    }
    this.#answers.done(id);
    this.#pump();
  }

  /** Where the end did not come from the engine, it leaves nothing to the next track. */
  carryOver(): EngineCarry | null {
    return this.#engine.carryOver();
  }

  carry(id: number, epoch: number, carry: EngineCarry | null): void {
    if (this.#answers.isEnded) carry?.delete();
    if (this.#answers.refuses(id)) return;
    if (epoch >= this.#epoch) {
      this.#supersede(epoch);
      this.#recorder.isCarried = carry !== null;
    }
    if (!this.#engine.isOpen) this.#openEngine(null);
    this.#engine.carry(id, epoch, carry);
  }

  measure(id: number): void {
    if (this.#engine.isOpen) this.#engine.measure(id);
    else if (!this.#answers.refuses(id)) this.#answers.done(id);
  }

  takeOver(id: number, epoch: number, fromFrame: Frames | null): void {
    if (this.#answers.refuses(id)) return;
    if (epoch >= this.#epoch) this.#supersede(epoch);
    this.#sound.takenOver(fromFrame);
    if (this.#engine.isOpen) this.#engine.takeOver(id, epoch, fromFrame);
    else this.#answers.done(id);
  }

  /** Frees everything; commands that still wait are answered. */
  close(): void {
    this.#check.close();
    this.#engine.close();
    this.#answers.end(new PlayerError('aborted', 'the track was closed'));
  }

  /** The engine broke. What is kept plays on; for the rest it is opened anew. */
  fail(error: PlayerError): void {
    this.#engine.fail(error);
  }

  /** What the store has found is known, and the engine has begun without it. */
  #foundLate(): void {
    if (this.#answers.isEnded || this.#recorder.record === null) return;
    // From here on sound of an earlier opening may be handed out.
    this.#isAdopted = true;
    const job = this.#jobs.first;
    if (this.#answers.openId === null || !this.#sound.has(job, this.#isMeasuring)) return;
    this.#engine.close();
    this.#check.resume();
    if (job !== null) job.begun = false;
    this.#pump();
  }

  /** Looks for work: the first job is served, or handed to the engine. */
  #pump(): void {
    if (this.#isLooking || this.#isReading || this.#answers.isEnded) return;
    const job = this.#jobs.first;
    if (job === null) {
      // A change came before it was open: the page asks again when it is.
      const { record } = this.#recorder;
      if (this.#answers.openId === null || this.#engine.isOpen) return;
      if (record === null) this.#openEngine(null);
      else this.#answers.open(record);
      return;
    }
    if (job.begun) return;
    if (this.#isMeasuring && this.#mayServe && this.#sound.hasPlan) {
      void this.#servePlan();
      return;
    }
    const key = this.#mayServe ? this.#sound.keyOf(job.chunk) : null;
    if (key !== null) {
      void this.#serve(job, key);
      return;
    }
    job.begun = true;
    if (!this.#engine.isOpen) this.#openEngine(job.chunk);
    this.#renderId = this.#engine.render(this.#epoch, job.chunk);
  }

  /** An engine that is opening answers `open`: nothing may come before that. */
  get #mayServe(): boolean {
    return this.#answers.openId === null || !this.#engine.isOpen;
  }

  /** A number that others remember is not told before the file was looked at. */
  async #servePlan(): Promise<void> {
    this.#isReading = true;
    const isServed = await this.#sound.servePlan(this.#jobs, () => this.#settings);
    this.#isReading = false;
    if (!isServed) this.#pump();
  }

  async #serve(job: Job, key: ChunkKey): Promise<void> {
    this.#isReading = true;
    const clusters = await this.#sound.read(key);
    this.#isReading = false;
    // Another place may be wanted by now, or another sound.
    if (clusters !== null && this.#jobs.first === job && !this.#answers.isEnded) {
      this.#sound.serve(job.chunk, this.#epoch, this.#settings, clusters);
      this.#jobs.finish(false);
      this.#openAhead();
    }
    this.#pump();
  }

  /** The end of what is kept is near, and somebody listens. */
  #openAhead(): void {
    const isHeard = this.#rank === 'heard' && !this.#isMeasuring && !this.#hasFailedAhead;
    if (isHeard && this.#sound.runsOut && !this.#engine.isOpen) this.#openEngine(null);
  }

  #openEngine(firstChunk: ChunkIndex | null): void {
    const { command, store, track } = this.#options;
    // What it reads is compared with what is kept from here on.
    this.#check.skip();
    this.#hasFailedAhead = false;
    this.#engine.open({
      epoch: this.#epoch,
      settings: this.#settings,
      rank: this.#rank,
      openId: this.#answers.openId,
      firstChunk,
      // It was measured at some time on whatever was at this address.
      profile: store.wasReplaced(track) ? null : command.profile,
    });
  }

  get #isEngineAwaited(): boolean {
    return this.#answers.openId !== null || this.#jobs.first?.begun === true;
  }

  #onEngineFailed(error: PlayerError): void {
    if (error instanceof FileChangedError) this.#recorder.refute();
    // Opened ahead: when it is needed it is tried again. A measuring or a fade would be lost.
    this.#hasFailedAhead = !this.#isEngineAwaited && this.#sound.isFinal;
    if (!this.#hasFailedAhead) this.#answers.failed(error);
  }

  /** The file is another one than what is kept was made of. */
  #replaced(): void {
    this.#isAdopted = false;
    this.#recorder.refute();
    this.#engine.close();
    if (this.#answers.openId !== null) {
      // The page knows nothing of the old one yet.
      if (this.#jobs.first !== null) this.#jobs.first.begun = false;
      this.#pump();
      return;
    }
    this.#answers.replaced();
  }

  #supersede(epoch: number): void {
    this.#epoch = epoch;
    this.#renderId = null;
    this.#jobs.supersede();
  }
}
