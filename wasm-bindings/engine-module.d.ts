/**
 * What wasm-bindings/session_bindings.cc exports. Byte offsets are numbers (exact to 2^53).
 *
 * A Session has one owner, who calls delete(). Every Uint8Array that comes out is a copy of its own
 * outside the WASM heap. Ranges are half-open.
 */
import type {
  Codec,
  Container,
  EngineErrorCode,
  ErrorDetail,
  GainLimit,
  TrackWarning,
} from '../web/src/shared/vocabulary';

export type EngineByteRange = { readonly begin: number; readonly end: number };

export type EngineStep =
  /** Supply all of these (in any order, they may be fetched in parallel), then advance again. */
  | { readonly type: 'needBytes'; readonly ranges: readonly EngineByteRange[] }
  /** The same for requestProfile() alone: a wish does not wait for these. */
  | { readonly type: 'needBytesBeside'; readonly ranges: readonly EngineByteRange[] }
  | {
      readonly type: 'trackReady';
      readonly container: Container;
      readonly codec: Codec;
      readonly sampleRateHz: number;
      readonly channels: number;
      readonly bitsPerSample: number;
      /** At 48 kHz, gapless. */
      readonly frameCount: number;
      readonly chunkCount: number;
      readonly chunkFrames: number;
      readonly clusterFrames: number;
      readonly title: string;
      readonly artist: string;
      readonly album: string;
      readonly warnings: readonly TrackWarning[];
      readonly initSegment: Uint8Array;
      /** About what one probe costs, see setProbeBudget(). */
      readonly probeBytes: number;
      /** With so many probes the first plan has all stages. */
      readonly wholePlanProbes: number;
    }
  /** All that was noticed of the track so far, between any other steps. */
  | { readonly type: 'noticed'; readonly warnings: readonly TrackWarning[] }
  /** The profile is measured and the plan for the current settings made. */
  | {
      readonly type: 'planReady';
      /** Made of a part of the probes, or of none. */
      readonly provisional: boolean;
      /** As in clusterReady. */
      readonly planKey: string;
      /** JSON, for setProfile(), unless the plan is provisional. */
      readonly profile: string;
      /** Of the source. */
      readonly loudnessLufs: number;
      readonly truePeakDbtp: number;
      readonly targetLufs: number;
      /** What the stages make of it, before the trim. */
      readonly expectedLufs: number;
      readonly gainDb: number;
      /** Attenuation behind everything, <= 0; below 0 only where two versions are compared, or an
       *  original has a level. */
      readonly trimDb: number;
      readonly shortfallLu: number;
      readonly limitedBy: GainLimit;
      /** >= 0, for all but the loudest hundredth of the time. */
      readonly limiterReductionDb: number;
      /** A loud master: little tone, no compression. */
      readonly restrained: boolean;
      /** Gain of each third of an octave from 25 Hz to 16 kHz: 29 values. */
      readonly toneMidDb: Float64Array;
      readonly toneSideDb: Float64Array;
    }
  /** What requestProfile() has asked for is there; it counts from takeOver() on. */
  | { readonly type: 'profileReady' }
  | {
      readonly type: 'clusterReady';
      readonly chunk: number;
      readonly indexInChunk: number;
      readonly firstFrame: number;
      readonly frameCount: number;
      readonly lastOfChunk: boolean;
      readonly lastOfTrack: boolean;
      readonly bytes: Uint8Array;
      /** With the track's first cluster, else null: the same with the packet in front of the track
       *  before all others, from timecode 0 on, which hides the join to another one. */
      readonly lead: Uint8Array | null;
      /** Names the one plan that the whole chunk follows: 16 hexadecimal digits, the same for all
       *  settings that come to the same sound. With source, chunk and carry it tells the bytes.
       *  Null within a take-over, where two plans count. */
      readonly planKey: string | null;
      /** Seven values for each packet of 20 ms: the deepest gain, in dB, of the compressors of
       *  bass, middle and treble, the de-esser, the transient shaper (a boost), the soft clipper
       *  and the limiter. All zeros for an original. */
      readonly stageGainsDb: Float32Array;
    }
  /** A bounded piece of work is done: look at your own queue, then advance again. */
  | { readonly type: 'working' }
  /** Nothing is wished for. */
  | { readonly type: 'idle' }
  /** The wished-for chunk lies past the end; frameCount is the real length (48 kHz). */
  | { readonly type: 'endOfTrack'; readonly frameCount: number; readonly truncated: boolean }
  /** Final: the session only repeats it. `message` is for a person. */
  | {
      readonly type: 'error';
      readonly code: EngineErrorCode;
      readonly detail: ErrorDetail;
      readonly byteOffset: number;
      readonly message: string;
    };

/** What a FileRenderer answers: the steps of a Session that make no chunk, and these. */
export type EngineFileStep =
  | Extract<EngineStep, { readonly type: 'needBytes' | 'trackReady' | 'planReady' }>
  | Extract<EngineStep, { readonly type: 'working' | 'error' }>
  /** The next bytes of the file; may be empty. Frames are at 48 kHz. */
  | {
      readonly type: 'fileBytes';
      readonly bytes: Uint8Array;
      readonly framesDone: number;
      readonly framesTotal: number;
    }
  /** The last bytes. With the patches the file is one that can be sought in; without, it is what a
   *  program writes into a pipe. No step follows. */
  | {
      readonly type: 'fileDone';
      readonly bytes: Uint8Array;
      readonly patches: readonly EngineFilePatch[];
      readonly frameCount: number;
      readonly truncated: boolean;
    };

/** These bytes stand at `offset` of the whole file instead of those that were written there. */
export type EngineFilePatch = { readonly offset: number; readonly bytes: Uint8Array };

/** The whole track as one WebM file. Has one owner, who calls delete(). */
export type EngineFileRenderer = Pick<
  EngineSession,
  'setSourceSize' | 'supply' | 'setOriginal' | 'setEnhancement' | 'delete'
> & { advance(): EngineFileStep };

/** What a track leaves to the one that follows it. Has one owner, who calls delete(). */
export type EngineCarry = {
  /** Packets of 20 ms that the track before plays itself: it is cut behind them. */
  packetCount(): number;
  /** Its frames behind these packets. */
  frameCount(): number;
  delete(): void;
};

export type EngineSession = {
  /** Before the first advance(). */
  setSourceSize(sizeBytes: number): void;
  /** Copies `bytes`, found at `offset` of the source. Repeats are harmless. */
  supply(offset: number, bytes: Uint8Array): void;
  /** Wishes for one chunk; replaces the wish before it. */
  requestChunk(index: number): void;
  /** Takes the wish back. */
  cancel(): void;
  /** The original, untouched. Takes effect at once, as does setEnhancement(): the chunk under
   *  way is begun anew. */
  setOriginal(): void;
  /** `preset`, `level` and `compare` are indices into PRESETS, LEVELS and COMPARES of
   *  engine-protocol.ts; intensityPercent [0, 100]; albumLoudnessMlufs, in thousandths of a LUFS,
   *  counts with the level `album` only, else 0. Not `enhanced`: the original, turned down to the
   *  loudness that the rest would give it, if that is lower; `compare` does not count then. */
  setEnhancement(
    preset: number,
    intensityPercent: number,
    level: number,
    albumLoudnessMlufs: number,
    compare: number,
    enhanced: boolean,
  ): void;
  /** Instead of measuring one. False: `json` is no profile of this version, nothing happens. */
  setProfile(json: string): boolean;
  /** Null until the last chunk was rendered with the settings, profile and carry of now. */
  carryOver(): EngineCarry | null;
  /** Copies it in front of this track: packet k holds the frames from 960 k - frameCount() on then.
   *  Takes effect at once, as does clearCarry(): the chunk under way is begun anew. */
  setCarry(carry: EngineCarry): void;
  clearCarry(): void;
  /** How many probes may be measured before the first plan; where the track has more, that plan is
   *  provisional. Below 3: the start of what is played, which costs no byte; 0: nothing. */
  setProbeBudget(probes: number): void;
  /** Measures the rest for a provisional plan whenever no chunk is wished for. */
  requestProfile(): void;
  /** From this frame (48 kHz, >= 0) on the final plan takes over, slowly. After profileReady; an
   *  error before. Without effect where the plan is final. */
  takeOver(fromFrame: number): void;
  /** The final plan holds everywhere, at once. */
  takeOverEverywhere(): void;
  advance(): EngineStep;
  delete(): void;
};

export type EngineVocabulary = {
  readonly containers: readonly string[];
  readonly codecs: readonly string[];
  readonly presets: readonly string[];
  readonly levels: readonly string[];
  readonly compares: readonly string[];
  readonly stages: readonly string[];
  readonly gainLimits: readonly string[];
  readonly engineErrorCodes: readonly string[];
  readonly trackWarnings: readonly string[];
  /** Name of the detail to name of the code. */
  readonly errorDetails: Readonly<Record<string, string>>;
};

export type EngineModule = {
  Session: new () => EngineSession;
  FileRenderer: new () => EngineFileRenderer;
  version(): string;
  /** The names that vocabulary.ts was generated from. */
  vocabulary(): EngineVocabulary;
};

export type EngineModuleOptions = {
  wasmBinary?: ArrayBuffer | Uint8Array;
  instantiateWasm?: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module?: WebAssembly.Module) => void,
  ) => unknown;
  locateFile?: (path: string) => string;
};

export default function createEngine(options?: EngineModuleOptions): Promise<EngineModule>;
