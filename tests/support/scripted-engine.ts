/**
 * A module whose sessions follow a script, for what the real one cannot be made to do: to break, to
 * hang, to be slow at the right moment. Not for anything about sound.
 */
import type {
  EngineCarry,
  EngineFileRenderer,
  EngineModule,
  EngineSession,
  EngineStep,
  EngineVocabulary,
} from '../../wasm-bindings/engine-module';

/** Every call into a session, in order, as text. */
export type CallLog = string[];

/** What advance() number `count` of a session answers; `chunk` is the current wish. */
export type Script = (count: number, chunk: number | null, log: CallLog) => EngineStep;

export const WHOLE_PLAN_PROBES = 12;

export const TRACK_READY: EngineStep = {
  type: 'trackReady',
  container: 'wav',
  codec: 'pcm',
  sampleRateHz: 48_000,
  channels: 2,
  bitsPerSample: 16,
  frameCount: 480_000,
  chunkCount: 5,
  chunkFrames: 96_000,
  clusterFrames: 24_000,
  title: '',
  artist: '',
  album: '',
  warnings: [],
  initSegment: new Uint8Array([0x1a]),
  probeBytes: 46_080,
  wholePlanProbes: WHOLE_PLAN_PROBES,
};

export const cluster = (chunk: number, lastOfChunk = true): EngineStep => ({
  type: 'clusterReady',
  chunk,
  indexInChunk: 0,
  firstFrame: 0,
  frameCount: 24_000,
  lastOfChunk,
  lastOfTrack: false,
  bytes: new Uint8Array([chunk]),
  lead: chunk === 0 ? new Uint8Array([255]) : null,
  planKey: 'f'.repeat(16),
  stageGainsDb: new Float32Array(7),
});

export class ScriptedEngine implements EngineModule {
  /** One log per session, in the order of their making. */
  readonly logs: CallLog[] = [];
  readonly Session: new () => EngineSession;
  readonly FileRenderer: new () => EngineFileRenderer = class {
    constructor() {
      throw new Error('no script makes files');
    }
  } as unknown as new () => EngineFileRenderer;

  constructor(scriptOf: (session: number) => Script) {
    const { logs } = this;
    this.Session = class implements EngineSession {
      readonly #log: CallLog = [];
      readonly #script: Script;
      #count = 0;
      #chunk: number | null = null;

      constructor() {
        this.#script = scriptOf(logs.push(this.#log) - 1);
      }

      setSourceSize(sizeBytes: number): void {
        this.#log.push(`size ${sizeBytes}`);
      }

      supply(offset: number, bytes: Uint8Array): void {
        this.#log.push(`supply ${offset}+${bytes.length}`);
      }

      requestChunk(index: number): void {
        this.#log.push(`wish ${index}`);
        this.#chunk = index;
      }

      cancel(): void {
        this.#log.push('cancel');
        this.#chunk = null;
      }

      setProbeBudget(probes: number): void {
        this.#log.push(`budget ${probes}`);
      }

      requestProfile(): void {
        this.#log.push('measure the rest');
      }

      takeOver(fromFrame: number): void {
        this.#log.push(`take over from ${fromFrame}`);
      }

      takeOverEverywhere(): void {
        this.#log.push('take over');
      }

      setOriginal(): void {
        this.#log.push('original');
      }

      setEnhancement(...settings: (number | boolean)[]): void {
        this.#log.push(`settings ${settings.join(' ')}`);
      }

      setProfile(json: string): boolean {
        this.#log.push(`profile ${json}`);
        return true;
      }

      carryOver(): EngineCarry | null {
        this.#log.push('carry over');
        return null;
      }

      setCarry(carry: EngineCarry): void {
        this.#log.push(`carry ${carry.packetCount()}+${carry.frameCount()}`);
      }

      clearCarry(): void {
        this.#log.push('no carry');
      }

      advance(): EngineStep {
        this.#log.push('advance');
        return this.#script(this.#count++, this.#chunk, this.#log);
      }

      delete(): void {
        this.#log.push('delete');
      }
    };
  }

  version(): string {
    return 'scripted';
  }

  vocabulary(): EngineVocabulary {
    throw new Error('scripts have no names');
  }
}

/** Opens at once, and then delivers each wished-for chunk after `stepCount` steps of work. */
export const renderingScript = (stepCount: number): Script => {
  let left = stepCount;
  return (count, chunk) => {
    if (count === 0) return TRACK_READY;
    if (chunk === null) return { type: 'idle' };
    if (left-- > 0) return { type: 'working' };
    left = stepCount;
    return cluster(chunk);
  };
};
