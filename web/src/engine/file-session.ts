/**
 * A whole track as one file, in the worker: drives an engine's FileRenderer, a piece for each pull.
 * Between two pulls nothing is made, so whoever takes the pieces slowly holds no more than one.
 */
import type {
  EngineFileRenderer,
  EngineFileStep,
  EngineModule,
} from '../../../wasm-bindings/engine-module';
import type { ByteSource } from '../net/byte-source';
import { assertNever, PlayerError } from '../shared/errors';
import { joinBytes } from '../shared/join-bytes';
import type { Frames } from '../shared/units';
import { canonicalSettings } from './canonical-settings';
import { asPlayerError, engineCalls, engineError, type EngineCalls } from './engine-errors';
import { ownBuffer, trackInfo } from './engine-messages';
import { EngineNeeds } from './engine-needs';
import { RANKS } from './engine-protocol';
import type { FileCommand, FilePiece } from './file-protocol';
import type { Voice } from './render-queue';
import { SessionReads } from './session-reads';

export type OpenFileCommand = Extract<FileCommand, { readonly type: 'openFile' }>;
type FileStep<Type extends EngineFileStep['type']> = Extract<
  EngineFileStep,
  { readonly type: Type }
>;

export type FileSessionOptions = {
  readonly command: OpenFileCommand;
  /** Id of the command. */
  readonly openId: number;
  readonly source: ByteSource;
  readonly voice: Pick<Voice, 'answer' | 'refuse'>;
  /** There may be something to do. */
  readonly wake: () => void;
  /** The module itself broke, with everything in it. */
  readonly onCrash: (error: PlayerError) => void;
};

/** A piece is handed out when it has so many bytes: 5 s of sound. */
export const PIECE_BYTES_MIN = 128 * 1024;

export class FileSession {
  readonly #options: FileSessionOptions;
  readonly #call: EngineCalls;
  readonly #life = new AbortController();
  readonly #reads: SessionReads;
  readonly #needs = new EngineNeeds();
  #engine: EngineFileRenderer | null = null;
  /** Answered when the headers are parsed; null: it is. */
  #openId: number | null;
  /** Of the pull that waits for its piece. */
  #pullId: number | null = null;
  #awaitsBytes = false;
  #failure: PlayerError | null = null;
  /** Made, and not handed out. */
  #parts: Uint8Array[] = [];
  #framesDone = 0 as Frames;
  #framesTotal = 0 as Frames;
  #isDone = false;
  #isTruncated = false;

  constructor(options: FileSessionOptions) {
    this.#options = options;
    this.#call = engineCalls(options.onCrash);
    this.#openId = options.openId;
    this.#reads = new SessionReads({
      source: options.source,
      supply: (offset, bytes) => this.#call(() => this.#engine?.supply(offset, bytes)),
      onFailure: (error) => this.fail(asPlayerError(error)),
    });
  }

  get isRunnable(): boolean {
    const isWanted = this.#openId !== null || this.#pullId !== null;
    return this.#engine !== null && isWanted && !this.#awaitsBytes && !this.#isDone;
  }

  /** Behind all that is heard, or will be soon. */
  get urgency(): number {
    return RANKS.indexOf('measuring');
  }

  get isAlive(): boolean {
    return this.#failure === null;
  }

  async start(loading: Promise<EngineModule>): Promise<void> {
    const { command, source, wake } = this.#options;
    try {
      const size = source.size(this.#life.signal);
      const [module, sizeBytes] = await Promise.all([loading, size]);
      if (this.#life.signal.aborted) return;
      this.#call(() => {
        const engine = new module.FileRenderer();
        this.#engine = engine;
        engine.setSourceSize(sizeBytes);
        const canonical = canonicalSettings(command.settings);
        if (canonical === null) engine.setOriginal();
        else engine.setEnhancement(...canonical);
      });
      wake();
    } catch (error) {
      this.fail(asPlayerError(error));
    }
  }

  /** Asks for the next piece; one at a time. */
  pull(id: number): void {
    const { voice, wake } = this.#options;
    if (this.#failure !== null) {
      voice.refuse(id, this.#failure);
    } else if (this.#pullId !== null || this.#isDone) {
      const words = this.#isDone ? 'the file is complete' : 'a piece is asked for already';
      voice.refuse(id, new PlayerError('internal', words));
    } else {
      this.#pullId = id;
      wake();
    }
  }

  step(): boolean {
    const engine = this.#engine;
    if (engine === null) return false;
    const step = this.#call(() => engine.advance());
    if (step === null) return false;
    if (step.type === 'needBytes') {
      this.#read(step);
      return false;
    }
    this.#needs.reset();
    this.#perform(step);
    return true;
  }

  close(): void {
    const error = new PlayerError('aborted', 'the file was given up');
    this.#refuseAll(error);
    this.#release();
  }

  /** Final. */
  fail(error: PlayerError): void {
    if (this.#failure !== null || this.#life.signal.aborted) return;
    this.#failure = error;
    this.#release();
    this.#refuseAll(error);
  }

  #perform(step: Exclude<EngineFileStep, FileStep<'needBytes'>>): void {
    switch (step.type) {
      case 'working':
      case 'planReady':
        break;
      case 'trackReady':
        if (this.#openId !== null) this.#options.voice.answer(this.#openId, trackInfo(step));
        this.#openId = null;
        break;
      case 'fileBytes':
        this.#framesDone = step.framesDone as Frames;
        this.#framesTotal = step.framesTotal as Frames;
        this.#add(step.bytes);
        break;
      case 'fileDone':
        this.#finish(step);
        break;
      case 'error':
        this.fail(engineError(step));
        break;
      default:
        assertNever(step);
    }
  }

  #add(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#parts.push(bytes);
    const held = this.#parts.reduce((sum, part) => sum + part.length, 0);
    if (held >= PIECE_BYTES_MIN) this.#handOut(null);
  }

  #finish({ bytes, patches, frameCount, truncated }: FileStep<'fileDone'>): void {
    this.#parts.push(bytes);
    this.#framesDone = frameCount as Frames;
    if (!truncated) this.#framesTotal = this.#framesDone;
    this.#isTruncated = truncated;
    this.#isDone = true;
    this.#handOut(patches.map((patch) => ({ ...patch, bytes: ownBuffer(patch.bytes) })));
  }

  #handOut(patches: FilePiece['patches']): void {
    // Steps are made for a pull only.
    if (this.#pullId === null) return;
    const bytes = joinBytes(this.#parts).buffer;
    this.#parts = [];
    const piece: FilePiece = {
      bytes,
      framesDone: this.#framesDone,
      framesTotal: this.#framesTotal,
      isTruncated: this.#isTruncated,
      patches,
    };
    this.#options.voice.answer(this.#pullId, piece, [bytes]);
    this.#pullId = null;
  }

  #read({ ranges }: FileStep<'needBytes'>): void {
    const tooOften = this.#needs.ask(ranges);
    if (tooOften !== null) {
      this.fail(tooOften);
      return;
    }
    const { signal } = this.#life;
    this.#awaitsBytes = true;
    this.#reads.fetch(ranges, signal).then(
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

  #refuseAll(error: PlayerError): void {
    for (const id of [this.#openId, this.#pullId]) {
      if (id !== null) this.#options.voice.refuse(id, error);
    }
    this.#openId = null;
    this.#pullId = null;
  }

  #release(): void {
    this.#life.abort();
    this.#reads.forget();
    this.#options.source.close();
    this.#parts = [];
    const engine = this.#engine;
    this.#engine = null;
    if (engine !== null) this.#call(() => engine.delete());
  }
}
