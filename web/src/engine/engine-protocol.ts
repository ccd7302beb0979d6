/**
 * Messages between the page (engine-client.ts) and the worker (engine-host.ts).
 *
 * Every command carries an id and is answered exactly once, by a response with the same id. Events
 * are unsolicited. Everything here survives structured clone; ArrayBuffers change their owner.
 *
 * A *session* is one opened track; the page numbers sessions, so that the next track can be opened
 * while one is playing. An *epoch* belongs to a session: the page raises it with every seek or
 * settings change; what is of an older one is dropped, by the host, and on arrival by the page.
 */
import type { ErrorCode } from '../shared/errors';
import type { ChunkIndex, Frames } from '../shared/units';
import type {
  Codec,
  Compare,
  Container,
  ErrorDetail,
  GainLimit,
  Level,
  Preset,
  TrackWarning,
} from '../shared/vocabulary';
import type { FileAnswers, FileCommand } from './file-protocol';
import type { StoreAnswers } from './store-questions';

export { COMPARES, LEVELS, PRESETS, STAGES } from '../shared/vocabulary';
export type { Compare, Level, Preset, Stage } from '../shared/vocabulary';

export type EnhancementSettings = {
  /** false: the original through the same path; where there is a level, turned down to where the
   *  other settings would bring it enhanced, if that is lower. */
  readonly enhanced: boolean;
  readonly preset: Preset;
  /** [0, 1], used in steps of 1/100. 0: the track unchanged; 1: the full preset. */
  readonly intensity: number;
  /** What the loudness is brought to: nothing, the preset's target track by track, or the same with
   *  the loudness of the whole album, so that its tracks keep their distances. */
  readonly level: Level;
  /** Of the album's loudest track; null while it is not known: `album` then works as `track`. */
  readonly albumLoudnessLufs: number | null;
  /** For a comparison by ear, of what is enhanced: one of the two, both as loud as the quieter. */
  readonly compare: Compare;
};

/** Facts of the opened track. Frames are at 48 kHz on the gapless timeline. */
export type TrackInfo = {
  readonly container: Container;
  readonly codec: Codec;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** 0 for lossy codecs. */
  readonly bitsPerSample: number;
  readonly frameCount: Frames;
  readonly chunkCount: number;
  readonly chunkFrames: Frames;
  readonly clusterFrames: Frames;
  readonly title: string;
  readonly artist: string;
  readonly album: string;
  /** Noticed while the headers were read. */
  readonly warnings: readonly TrackWarning[];
};

/** What is appended at once: one WebM Cluster with an absolute timecode. */
export type Cluster = {
  readonly chunk: ChunkIndex;
  readonly indexInChunk: number;
  /** Negative where frames of the track before come first (Carry). */
  readonly start: Frames;
  readonly frameCount: Frames;
  readonly lastOfChunk: boolean;
  readonly lastOfTrack: boolean;
  /** Transferred. */
  readonly bytes: ArrayBuffer;
  /**
   * With the first cluster of a track that carries nothing, else null: the same with the 20 ms in
   * front of the track before all others, from timecode 0 on. Where the track begins at media time
   * T, it is appended instead, with timestampOffset T - 0.020 and appendWindowStart T: the decoder
   * runs the lead, nobody hears it, and the join is as clean as any other place. Transferred.
   */
  readonly lead: ArrayBuffer | null;
  /** The deepest gain of each of STAGES, packet of 20 ms after packet; dB. */
  readonly stageGainsDb: Float32Array;
};

/**
 * How a track follows another one in whole packets, for browsers that cannot cut inside one. The
 * chunks and clusters of the track then count packets that begin `frameCount` frames early: chunk n
 * starts at frame n * chunkFrames - frameCount, and its bytes depend on how the one before ends.
 */
export type Carry = {
  /** The track before is cut behind so many packets of 20 ms, counted from its own first. This
   *  track's first cluster comes there, with its timecode 0. */
  readonly packetCount: number;
  /** Frames of the track before that this track's packets begin with. */
  readonly frameCount: Frames;
};

/** What the engine measured and decided for the current settings; dB, LUFS. */
export type PlanSummary = {
  readonly loudnessLufs: number;
  readonly truePeakDbtp: number;
  readonly targetLufs: number; // Of an original: what is reached enhanced.
  /** What is heard, as the engine expects it. */
  readonly reachedLufs: number;
  /** LU by which the plan stays below its target on purpose; 0 when it does not. */
  readonly shortfallLu: number;
  /** Why. */
  readonly limitedBy: GainLimit;
  /** >= 0; the limiter takes more than that in the loudest hundredth of the time only. */
  readonly limiterReductionDb: number;
  /** A loud master: little tone, no compression. */
  readonly restrained: boolean;
  /** Gain of each third of an octave from 25 Hz to 16 kHz: 29 values. */
  readonly toneDb: readonly number[];
  /** All that was measured, as JSON that means something to the engine alone: handed back with
   *  the next `open` of the track, it saves the measuring. Empty for a provisional plan, whose few
   *  probes are no profile of the track. */
  readonly profile: string;
};

/** Who goes first in the worker, the most urgent in front. */
export const RANKS = ['heard', 'next', 'hint', 'measuring'] as const;
export type Rank = (typeof RANKS)[number];

export type Command =
  /**
   * Opens `url`, and renders `firstChunk` right away without another command; null: it waits. With
   * the purpose `measure` it goes on to the plan and no further: renders of chunks are answered as
   * superseded then. Of the sessions of the first rank, the one that was asked last works.
   */
  | {
      readonly type: 'open';
      readonly session: number;
      readonly epoch: number;
      readonly url: string;
      /** Of a `url` of this device; put in on the way to the worker. Absent: it is not open. */
      readonly file?: Blob;
      readonly settings: EnhancementSettings;
      readonly firstChunk: ChunkIndex | null;
      readonly purpose: 'play' | 'measure';
      readonly rank: Rank;
      /** Of an earlier PlanSummary of the same track; null: measure it. */
      readonly profile: string | null;
      /** The session of the track before, rendered to its end with its settings of now: this track
       *  carries on where its whole packets end. Absent: it begins by itself. */
      readonly carryFrom?: number;
      /**
       * `all`: measured in full before the first chunk. `few`: in so few places as a first plan
       * needs, which is provisional then, see the event `plan`; so is one of rank `heard`. Without:
       * in as many as the link allows.
       */
      readonly probes?: 'all' | 'few';
    }
  /** Renders one chunk: its clusters arrive as events, then the answer. */
  | {
      readonly type: 'render';
      readonly session: number;
      readonly epoch: number;
      readonly chunk: ChunkIndex;
    }
  /** New settings; rendering of older epochs stops. */
  | {
      readonly type: 'configure';
      readonly session: number;
      readonly epoch: number;
      readonly settings: EnhancementSettings;
    }
  | { readonly type: 'rank'; readonly session: number; readonly rank: Rank }
  /** Another track before this one, or with another end (null: none); rendering of older epochs
   *  stops. Refused where `from` was not rendered to its end with its settings of now. */
  | {
      readonly type: 'carry';
      readonly session: number;
      readonly epoch: number;
      readonly from: number | null;
    }
  /**
   * For a provisional plan: measures the rest while no chunk is to be rendered; `measured` comes
   * when it is done. Send it when there is sound for a while: it takes its part of the link.
   * Without effect where the plan is final.
   */
  | { readonly type: 'measure'; readonly session: number }
  /**
   * After `measured`: chunks of `epoch` are of the final plan from `fromFrame` (of the track) on,
   * into which the provisional one is faded at 1 dB a second; null: everywhere, at once (for a
   * seek). Rendering of older epochs stops. Without effect where the plan is final.
   */
  | {
      readonly type: 'takeOver';
      readonly session: number;
      readonly epoch: number;
      readonly fromFrame: Frames | null;
    }
  | FileCommand
  /** Asks how far it is with what is wished for. */
  | { readonly type: 'progress'; readonly session: number }
  | { readonly type: 'close'; readonly session: number };

/** What the sound that is wished for waits for. */
export type Progress = {
  /** Bytes of the file; else the engine is at work. */
  readonly isFetching: boolean;
  /** Of what was asked for together; 0: nothing yet. */
  readonly neededBytes: number;
  /** Of those. */
  readonly receivedBytes: number;
};

/** The file has not answered yet. */
export const NO_PROGRESS: Progress = { isFetching: true, neededBytes: 0, receivedBytes: 0 };
/** Nothing of the file is asked for: what is kept is looked for or read. */
export const NOTHING_FETCHED: Progress = { ...NO_PROGRESS, isFetching: false };

/** The answer to each command, by its type. */
export type ResultOf = StoreAnswers &
  FileAnswers & {
    /** Sent as soon as the headers are parsed; clusters of firstChunk follow as events. */
    open: {
      readonly track: TrackInfo;
      readonly initSegment: ArrayBuffer;
      /** Where it was opened with `carryFrom`. */
      readonly carry: Carry | null;
    };
    /** `ended`: the chunk lies at or past the end of the track (or of a truncated file). */
    render: { readonly ended: boolean; readonly superseded: boolean };
    configure: null;
    rank: null;
    carry: Carry | null;
    measure: null;
    takeOver: null;
    progress: Progress;
    close: null;
  };

/** Comes once, before all requests. */
export type Setup = {
  /** Whether what was rendered is kept, and played from there. */
  readonly isKeeping: boolean;
};

export type Request = { readonly id: number; readonly command: Command };

export type Response =
  | { readonly id: number; readonly ok: true; readonly result: ResultOf[keyof ResultOf] }
  | ({ readonly id: number; readonly ok: false } & Failure);

/** A PlayerError, on its way to the page. */
export type Failure = {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail | null;
  readonly message: string;
};

export type EngineEvent =
  /** The module is compiled and warm. */
  | { readonly event: 'ready'; readonly version: string }
  | {
      readonly event: 'cluster';
      readonly session: number;
      readonly epoch: number;
      readonly cluster: Cluster;
    }
  /** All that was noticed of the track so far; comes whenever there is more. */
  | {
      readonly event: 'noticed';
      readonly session: number;
      readonly warnings: readonly TrackWarning[];
    }
  /**
   * What is rendered from now on follows this plan. A provisional one is made of few probes or of
   * none, since the link is slow or somebody waits: `measure` brings the rest, `takeOver` the final
   * plan.
   */
  | {
      readonly event: 'plan';
      readonly session: number;
      readonly provisional: boolean;
      readonly plan: PlanSummary;
    }
  /** The rest was measured: the final plan can take over. */
  | { readonly event: 'measured'; readonly session: number }
  /**
   * The file is another one than the sound that was handed out was made of: nothing more comes from
   * this session. To be opened anew, without a profile.
   */
  | { readonly event: 'replaced'; readonly session: number }
  /** Bytes of the source end before the headers said; the track ends at `frameCount`. */
  | { readonly event: 'truncated'; readonly session: number; readonly frameCount: Frames }
  /** The network is being retried (attempt >= 1), or works again (attempt 0). */
  | {
      readonly event: 'network';
      readonly session: number;
      readonly attempt: number;
      readonly message: string;
    }
  /** Rendering of this session cannot go on; commands for it fail from now on. */
  | ({ readonly event: 'failed'; readonly session: number } & Failure);

export type WorkerMessage = Response | EngineEvent;
