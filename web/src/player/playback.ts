/**
 * What plays the track: the engine's sound on a timeline, or the original file where that cannot be
 * had, or nothing. One of them at a time has the audio element.
 */
import { PlayerError } from '../shared/errors';
import type { ChunkIndex } from '../shared/units';
import { BUFFER_LIMITS } from './limits';
import { MediaSourceSink } from './media-source-sink';
import { OriginalFile } from './original-file';
import type { PlayerOptions, PlayerTrack } from './player-types';
import type { TimeRange } from './source-buffer-queue';
import { Timeline, type TimelineListeners } from './timeline';
import type { EnhancementSettings } from '../engine/engine-protocol';

export type PlaybackStart = {
  readonly track: PlayerTrack;
  readonly startSeconds: number;
};

export type EnhancedStart = PlaybackStart & {
  /** The chunk that holds `startSeconds`, as far as is known. */
  readonly firstChunk: ChunkIndex;
  readonly settings: EnhancementSettings;
  readonly profile: string | null;
};

export class Playback {
  readonly #options: PlayerOptions;
  readonly #listeners: TimelineListeners;
  #timeline: Timeline | null = null;
  #original: OriginalFile | null = null;

  constructor(options: PlayerOptions, listeners: TimelineListeners) {
    this.#options = options;
    this.#listeners = listeners;
  }

  /** Whether the engine's sound can be had in this browser. */
  get canEnhance(): boolean {
    return MediaSourceSink.isSupported(this.#options.platform);
  }

  /** The engine works on the track. */
  get isEnhanced(): boolean {
    return this.#timeline !== null;
  }

  /** The target while a seek is on its way. */
  get positionSeconds(): number {
    return this.#timeline?.positionSeconds ?? this.#options.audio.currentTime;
  }

  /** See Timeline; 0 for an original. */
  get aheadSeconds(): number {
    return this.#timeline?.aheadSeconds ?? 0;
  }

  get bufferedRanges(): TimeRange[] {
    return this.#timeline?.bufferedRanges ?? [];
  }

  get mediaRanges(): TimeRange[] {
    return this.#timeline?.mediaRanges ?? [];
  }

  get stageGainsDb(): readonly number[] | null {
    return this.#timeline?.stageGainsAt(this.#options.audio.currentTime) ?? null;
  }

  get appendedBytes(): number {
    return this.#timeline?.appendedBytes ?? 0;
  }

  get bufferedBytes(): number {
    return this.#timeline?.bufferedBytes ?? 0;
  }

  openEnhanced({ track, startSeconds, firstChunk, settings, profile }: EnhancedStart): void {
    this.close();
    const { audio, engine, platform, clock, limits = BUFFER_LIMITS } = this.#options;
    if (!MediaSourceSink.isSupported(platform)) {
      throw new PlayerError('unsupported', 'This browser has no Media Source Extensions.');
    }
    this.#timeline = new Timeline({
      audio,
      engine,
      platform,
      clock,
      url: track.url,
      settings,
      profile,
      startSeconds,
      firstChunk,
      limits,
      leadSeconds: this.#options.leadSeconds ?? 0.35,
      listeners: this.#listeners,
    });
  }

  /** `cause`: the engine's failure, where it has tried. */
  openOriginal({ track, startSeconds }: PlaybackStart, cause: PlayerError | null): void {
    this.close();
    const { audio, clock, findPresence } = this.#options;
    this.#original = new OriginalFile({
      audio,
      clock,
      findPresence,
      url: track.url,
      startSeconds,
      cause,
      onFailed: (error) => this.#listeners.onFailed(error),
    });
  }

  seek(targetSeconds: number): void {
    if (this.#timeline) this.#timeline.seek(targetSeconds);
    else if (this.#original) this.#options.audio.currentTime = Math.max(0, targetSeconds);
  }

  /** Nothing to do for an original. */
  configure(settings: EnhancementSettings): void {
    this.#timeline?.configure(settings);
  }

  /** Looks whether anything is due. Cheap. */
  tick(): void {
    this.#timeline?.tick();
  }

  /** The element has fired `error`. */
  onElementError(message: string): void {
    if (this.#original) {
      this.#original.onElementError();
    } else {
      const words = `The browser stopped playing: ${message}`;
      this.#listeners.onFailed(new PlayerError('internal', words));
    }
  }

  close(): void {
    this.#timeline?.close();
    this.#timeline = null;
    this.#original?.close();
    this.#original = null;
  }
}
