/**
 * What the player is given, and what it shows of itself: plain, immutable values, which React
 * compares by identity.
 */
import type { EngineClient } from '../engine/engine-client';
import type {
  EnhancementSettings,
  Failure,
  PlanSummary,
  Progress,
  TrackInfo,
} from '../engine/engine-protocol';
import type { TrackWarning } from '../shared/vocabulary';
import type { CutsInsidePackets, JoinMode } from './join-mode';
import type { BufferLimits } from './limits';
import type { MediaPlatform } from './media-source-sink';
import type { FindElementUrl, FindPresence } from './original-file';
import type { Clock } from './playback-monitor';
import type { QueueSnapshot } from './queue-types';

export type PlayerOptions = {
  readonly audio: HTMLAudioElement;
  readonly engine: EngineClient;
  /** null: this browser has no Media Source Extensions. */
  readonly platform: MediaPlatform | null;
  readonly clock: Clock;
  /** Asked once, with the first media there are. */
  readonly cutsInsidePackets: CutsInsidePackets;
  /** How tracks follow each other in a browser that cuts whole packets only. */
  readonly wholePacketJoins?: JoinMode;
  /** Asked when the browser cannot play an original, and does not say why. */
  readonly findPresence: FindPresence;
  /** Absent: all tracks are on servers. */
  readonly findElementUrl?: FindElementUrl;
  readonly settings: EnhancementSettings;
  /** Any whole number: with the same one tracks are shuffled in the same way. */
  readonly shuffleSeed: number;
  /** `final`: no sound before the whole plan is there, however slow the link. */
  readonly firstPlan?: 'quick' | 'final';
  /** How far ahead the browser decodes: 0.35 s in Chrome, 1.2 s in Firefox (measured). */
  readonly leadSeconds?: number;
  readonly limits?: BufferLimits;
};

/** What the player needs to know of a track of the library. */
export type PlayerTrack = {
  readonly id: string;
  /** Where the original lies; it must honour Range requests. */
  readonly url: string;
  readonly title: string;
  readonly artist: string;
  readonly album: string;
  /** May be empty. */
  readonly albumArtist: string;
  /** Of the library's album; null: it stands in none. */
  readonly albumId: string | null;
  /** 0 when it is not known. */
  readonly durationSeconds: number;
  readonly artworkUrl: string | null;
};

export type PlayerState =
  | 'idle'
  | 'loading'
  | 'playing'
  | 'paused'
  | 'buffering'
  | 'ended'
  /** The browser wants a click before it plays. */
  | 'blocked'
  | 'error';

/** `original`: the file itself plays, because the engine's sound cannot be had. */
export type PlayerMode = 'enhanced' | 'original';

/** Where the measuring of the album is; only a measured album has its own level. */
export type AlbumProgress = {
  readonly state: 'measuring' | 'measured' | 'too-many';
  readonly doneCount: number;
  readonly count: number;
};

export type PlayerFailure = Failure;

/** A track that could not be played, so that the player went on with another one. */
export type SkippedTrack = { readonly track: PlayerTrack; readonly failure: PlayerFailure };

export type PlayerSnapshot = {
  readonly state: PlayerState;
  readonly mode: PlayerMode;
  /** Why the original plays instead; null in the mode `enhanced`. */
  readonly modeReason: string | null;
  readonly track: PlayerTrack | null;
  readonly queue: QueueSnapshot;
  readonly info: TrackInfo | null;
  readonly durationSeconds: number;
  readonly settings: EnhancementSettings;
  readonly plan: PlanSummary | null;
  /** The plan is made of little, and becomes better soon. */
  readonly isProvisional: boolean;
  /** What the engine noticed of the track so far; it plays all the same. */
  readonly warnings: readonly TrackWarning[];
  /** null unless the level is that of the album. */
  readonly album: AlbumProgress | null;
  readonly error: PlayerFailure | null;
  /** The error is the last of too many in a row: there are tracks to go on with, but it stops. */
  readonly gaveUp: boolean;
  /** On the way to this track; a few at most (see skip-run.ts). */
  readonly skipped: readonly SkippedTrack[];
  /** Nothing was heard for two seconds: what is waited for; else null. */
  readonly wait: Progress | null;
  /** The network is being retried; null when it works. */
  readonly reconnecting: { readonly attempt: number; readonly message: string } | null;
  /** [0, 1]. */
  readonly volume: number;
  readonly muted: boolean;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
};

export type SwitchRecord = {
  /** In the track: the playhead when the change began, and where the new sound begins. */
  readonly requestedAtSeconds: number;
  readonly appendedFromSeconds: number;
  /** By the player's clock: the listener's wish, and its sound; null: not heard yet. */
  readonly requestedAtMs: number;
  readonly heardAtMs: number | null;
};

export type PlayerStats = {
  /** From play() to a position that moves; null until then. */
  readonly timeToFirstSoundMs: number | null;
  readonly appendedBytes: number;
  readonly bufferedBytes: number;
  readonly switches: readonly SwitchRecord[];
  readonly stalls: number;
};

export type PlayerEvents = {
  readonly change: PlayerSnapshot;
  /** The position jumped to this media time. It moves on by itself without an event. */
  readonly seek: number;
  readonly error: PlayerFailure;
};
