/**
 * What plays the track: the engine's sound on a timeline, or the original file where that cannot be
 * had, or nothing. One of them at a time has the audio element.
 */
import type { Progress } from '../engine/engine-protocol';
import { PlayerError } from '../shared/errors';
import type { ElementVolume } from './element-volume';
import { BUFFER_LIMITS } from './limits';
import type { AsideRole } from './lineup';
import { MediaSourceSink } from './media-source-sink';
import { OriginalFile, type FindElementUrl } from './original-file';
import type { PlayerOptions, PlayerTrack } from './player-types';
import type { TimeRange } from './source-buffer-queue';
import { Timeline, type TimelineOptions } from './timeline';
import type { TrackFacts } from './track-facts';
import type { TrackSource } from './track-source';

export type PlaybackOptions = Pick<TimelineOptions, 'settingsOf' | 'listeners'> & {
  readonly volume: ElementVolume;
  /** What the track's file is turned down by with the settings of now, <= 0. */
  readonly originalGainDb: (track: PlayerTrack) => number;
};

/** What is on a server. */
const itself: FindElementUrl = (url) => ({ url, release: () => undefined });

export class Playback {
  readonly #options: PlayerOptions;
  readonly #own: PlaybackOptions;
  #timeline: Timeline | null = null;
  #original: OriginalFile | null = null;

  constructor(options: PlayerOptions, own: PlaybackOptions) {
    this.#options = options;
    this.#own = own;
  }

  /** Whether the engine's sound can be had in this browser. */
  get canEnhance(): boolean {
    return MediaSourceSink.isSupported(this.#options.platform);
  }

  /** The engine works on the track. */
  get isEnhanced(): boolean {
    return this.#timeline?.hasTrack === true;
  }

  /** In the track; the target while a seek is on its way. */
  get positionSeconds(): number {
    const playing = this.#timeline ?? this.#original;
    return playing ? playing.positionSeconds : this.#options.audio.currentTime;
  }

  /** The element has: told to play it would begin anew, at the earliest place that it knows. */
  get hasEnded(): boolean {
    return this.#options.audio.ended;
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
    return this.#timeline?.stageGainsDb ?? null;
  }

  get appendedBytes(): number {
    return this.#timeline?.appendedBytes ?? 0;
  }

  get bufferedBytes(): number {
    return this.#timeline?.bufferedBytes ?? 0;
  }

  /** How far the engine is with the track; null: it does not work on one. */
  askProgress(): Promise<Progress> | null {
    return this.#timeline?.askProgress() ?? null;
  }

  /** Goes on with the track on the timeline that is there. Returns what is known of it. */
  openEnhanced(source: TrackSource): TrackFacts {
    if (this.#original) this.close();
    this.#timeline ??= this.#makeTimeline();
    return this.#timeline.start(source);
  }

  /** Opens the MediaSource before the first click; it takes a browser some tens of milliseconds. */
  warmUp(): void {
    if (this.canEnhance && !this.#original) this.#timeline ??= this.#makeTimeline();
  }

  /** What may be wanted soon; null: nothing. */
  prepareAside(role: AsideRole, source: TrackSource | null): void {
    this.warmUp();
    this.#timeline?.prepareAside(role, source);
  }

  /** Of the engine's sound: what follows the track; null: nothing. */
  prepareNext(source: TrackSource | null): void {
    this.#timeline?.prepareNext(source);
  }

  /** `cause`: the engine's failure, where it has tried. */
  openOriginal(track: PlayerTrack, startSeconds: number, cause: PlayerError | null): void {
    this.close();
    const { audio, clock, findPresence, findElementUrl = itself } = this.#options;
    this.#original = new OriginalFile({
      audio,
      clock,
      findPresence,
      findElementUrl,
      url: track.url,
      startSeconds,
      cause,
      volume: this.#own.volume,
      gainDb: () => this.#own.originalGainDb(track),
      onFailed: (error) => this.#own.listeners.onFailed(error),
    });
  }

  seek(targetSeconds: number): void {
    if (this.#timeline) this.#timeline.seek(targetSeconds);
    else if (this.#original) this.#options.audio.currentTime = Math.max(0, targetSeconds);
  }

  /** The settings are others now. */
  configure(): void {
    this.#timeline?.configure();
    this.#original?.configure();
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
      this.#own.listeners.onFailed(new PlayerError('internal', words));
    }
  }

  /** Nothing plays any more; what opening takes is kept for the next track. */
  stop(): void {
    if (this.#original) this.close();
    else this.#timeline?.stop();
  }

  close(): void {
    this.#timeline?.close();
    this.#timeline = null;
    this.#original?.close();
    this.#original = null;
  }

  #makeTimeline(): Timeline {
    const { audio, engine, platform, clock, limits = BUFFER_LIMITS } = this.#options;
    if (!MediaSourceSink.isSupported(platform)) {
      throw new PlayerError('unsupported', 'This browser has no Media Source Extensions.');
    }
    const { leadSeconds = 0.35, cutsInsidePackets, wholePacketJoins = 'none' } = this.#options;
    const joins = { cutsInsidePackets, wholePacketJoins };
    const given = { audio, engine, platform, clock, limits, leadSeconds };
    const { settingsOf, listeners } = this.#own;
    return new Timeline({ ...given, ...joins, settingsOf, listeners });
  }
}
