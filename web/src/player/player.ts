/**
 * The one owner of the audio element: tracks, states, seeks, settings, volume. React reads its
 * snapshots and sends intents. What is buffered and rendered is the TrackSession's affair.
 *
 * Where the engine's sound cannot be had (no MSE, or a format that the engine does not know), the
 * element plays the original file, and the snapshot says so and why.
 */
import type { EngineClient } from '../engine/engine-client';
import type { EnhancementSettings, PlanSummary } from '../engine/engine-protocol';
import { PlayerError, errorName } from '../shared/errors';
import { OUTPUT_RATE_HZ, type ChunkIndex } from '../shared/units';
import { AlbumLevel, albumOf } from './album-level';
import { ELEMENT_EVENTS } from './element-events';
import { Emitter } from './emitter';
import { BUFFER_LIMITS, type BufferLimits } from './limits';
import { MediaSourceSink, type MediaPlatform } from './media-source-sink';
import { PlaybackMonitor, type Clock } from './playback-monitor';
import type {
  PlayerEvents,
  PlayerMode,
  PlayerSnapshot,
  PlayerState,
  PlayerStats,
  PlayerTrack,
  SwitchRecord,
} from './player-types';
import type { TimeRange } from './source-buffer-queue';
import { TrackProfiles } from './track-profiles';
import { TrackSession, type TrackSessionListeners } from './track-session';

export type PlayerOptions = {
  readonly audio: HTMLAudioElement;
  readonly engine: EngineClient;
  /** null: this browser has no Media Source Extensions. */
  readonly platform: MediaPlatform | null;
  readonly clock: Clock;
  readonly settings: EnhancementSettings;
  /** How far ahead the browser decodes: 0.35 s in Chrome, 1.2 s in Firefox (measured). */
  readonly leadSeconds?: number;
  readonly limits?: BufferLimits;
};

/** previous() goes back to the start of the track when more than this was played. */
const RESTART_AFTER_SECONDS = 3;
/** Changes of settings go to the engine at most this often; the last one always does. */
const SETTINGS_INTERVAL_MS = 120;
/** The album is measured while there is this much sound ahead. */
const CALM_AHEAD_SECONDS = 5;
const NO_MSE = 'This browser cannot take sound from the enhancer (no Media Source Extensions).';

export class Player extends Emitter<PlayerEvents> {
  readonly #options: PlayerOptions;
  readonly #audio: HTMLAudioElement;
  readonly #monitor: PlaybackMonitor;
  readonly #profiles = new TrackProfiles();
  readonly #album: AlbumLevel;
  #snapshot: PlayerSnapshot;
  #session: TrackSession | null = null;
  #queue: readonly PlayerTrack[] = [];
  #wantsPlay = false;
  #isBlocked = false;
  #hasStarted = false;
  #settingsTimer: number | null = null;
  #switches: SwitchRecord[] = [];
  #switchRequestedAt = 0;
  /** Where an error met the listener, also when that was on the way to another place. */
  #stoppedAtSeconds = 0;

  constructor(options: PlayerOptions) {
    super();
    this.#options = options;
    this.#audio = options.audio;
    this.#snapshot = {
      state: 'idle',
      mode: 'enhanced',
      modeReason: null,
      track: null,
      info: null,
      durationSeconds: 0,
      settings: options.settings,
      plan: null,
      warnings: [],
      album: null,
      error: null,
      reconnecting: null,
      volume: options.audio.volume,
      muted: options.audio.muted,
      hasNext: false,
      hasPrevious: false,
    };
    this.#album = new AlbumLevel({
      engine: options.engine,
      profiles: this.#profiles,
      hasTime: () => (this.#session?.aheadSeconds ?? 0) >= CALM_AHEAD_SECONDS,
      onChange: () => this.#onAlbum(),
    });
    this.#monitor = new PlaybackMonitor(options.audio, options.clock, {
      onProgress: () => this.#onProgress(),
      buffered: () => this.#session?.mediaRanges ?? [],
    });
    for (const name of ELEMENT_EVENTS) this.#audio.addEventListener(name, this.#onElementEvent);
  }

  /** Whether this browser can play what the engine makes. */
  static isSupported(platform: MediaPlatform | null): boolean {
    return MediaSourceSink.isSupported(platform);
  }

  readonly subscribe = (listener: () => void): (() => void) => this.on('change', listener);
  readonly getSnapshot = (): PlayerSnapshot => this.#snapshot;

  /** Media time; the target while a seek is on its way. */
  get positionSeconds(): number {
    return this.#session?.positionSeconds ?? this.#audio.currentTime;
  }

  /** What can be played at once. */
  get bufferedRanges(): TimeRange[] {
    return this.#session?.bufferedRanges ?? [];
  }

  /** What each of STAGES does at the playhead, dB; null where the engine has made no sound. */
  get stageGainsDb(): readonly number[] | null {
    return this.#session?.stageGainsAt(this.#audio.currentTime) ?? null;
  }

  /** The library: what next() and previous() walk through, and albums are found in. */
  setQueue(tracks: readonly PlayerTrack[]): void {
    this.#queue = tracks;
    this.#withAlbum(this.#snapshot.settings);
    this.#onAlbum();
  }

  /** Opens a track. Call play() in the same click: it keeps the permission to make sound. */
  load(track: PlayerTrack): void {
    this.#load(track, 0, 0 as ChunkIndex);
  }

  #load(track: PlayerTrack, startSeconds: number, firstChunk: ChunkIndex): void {
    this.#reset();
    const settings = this.#withAlbum({ ...this.#snapshot.settings, compare: 'off' }, track);
    this.#update({
      track,
      settings,
      info: null,
      plan: null,
      warnings: [],
      album: this.#album.progress,
      error: null,
      reconnecting: null,
      durationSeconds: track.durationSeconds,
    });
    const { platform } = this.#options;
    if (MediaSourceSink.isSupported(platform)) {
      this.#openEnhanced(track, platform, startSeconds, firstChunk);
    } else {
      this.#openOriginal(track, NO_MSE, startSeconds);
    }
  }

  play(): void {
    const { track, state } = this.#snapshot;
    if (!track) return;
    if (state === 'error') {
      this.retry();
      return;
    }
    if (state === 'ended') this.seek(0);
    this.#wantsPlay = true;
    this.#isBlocked = false;
    this.#monitor.playRequested();
    this.#audio.play().catch((error: unknown) => this.#onPlayRefused(error));
    this.#update({});
  }

  pause(): void {
    this.#wantsPlay = false;
    this.#audio.pause();
    this.#update({});
  }

  toggle(): void {
    if (this.#wantsPlay && this.#snapshot.state !== 'ended' && !this.#isBlocked) this.pause();
    else this.play();
  }

  /** Goes to any place of the track, buffered or not. */
  seek(targetSeconds: number): void {
    if (!Number.isFinite(targetSeconds)) return;
    this.#monitor.reset();
    if (this.#session) this.#session.seek(targetSeconds);
    else if (this.#snapshot.track) this.#audio.currentTime = Math.max(0, targetSeconds);
    this.#update({});
  }

  /** Heard from a little ahead of the playhead on, without a gap. The last call wins. */
  setSettings(change: Partial<EnhancementSettings>): void {
    const settings = this.#withAlbum({ ...this.#snapshot.settings, ...change });
    this.#update({ settings, album: this.#album.progress });
    this.#album.tick();
    if (this.#settingsTimer !== null) return; // The timer will send what is set then.
    this.#configure();
    this.#settingsTimer = this.#options.clock.setTimeout(() => {
      this.#settingsTimer = null;
      if (this.#snapshot.settings !== settings) this.setSettings({});
    }, SETTINGS_INTERVAL_MS);
  }

  /** [0, 1]. */
  setVolume(volume: number): void {
    this.#audio.volume = Math.min(1, Math.max(0, volume));
    this.#audio.muted = false;
  }

  setMuted(muted: boolean): void {
    this.#audio.muted = muted;
  }

  next(): void {
    this.#step(1);
  }

  previous(): void {
    const isEarly = this.positionSeconds <= RESTART_AFTER_SECONDS;
    if (isEarly && this.#snapshot.hasPrevious) this.#step(-1);
    else this.seek(0);
  }

  /** After an error: loads the track again and goes on where it stopped. */
  retry(): void {
    const { track, info } = this.#snapshot;
    if (!track) return;
    const position = this.#resumeSeconds;
    const chunk = info ? Math.floor((position * OUTPUT_RATE_HZ) / info.chunkFrames) : 0;
    this.#load(track, position, chunk as ChunkIndex);
    this.play();
  }

  /** Plays the file itself, not enhanced; the snapshot's mode says so. */
  playOriginal(reason: string): void {
    const { track } = this.#snapshot;
    if (!track) return;
    const position = this.#resumeSeconds;
    this.#closeSession();
    this.#update({ error: null, reconnecting: null, plan: null, warnings: [] });
    this.#openOriginal(track, reason, position);
    this.play();
  }

  getStats(): PlayerStats {
    return {
      timeToFirstSoundMs: this.#monitor.timeToFirstSoundMs,
      appendedBytes: this.#session?.appendedBytes ?? 0,
      bufferedBytes: this.#session?.bufferedBytes ?? 0,
      switches: [...this.#switches],
      stalls: this.#monitor.stalls,
    };
  }

  /** Releases the element and the engine. */
  destroy(): void {
    this.#reset();
    this.#monitor.dispose();
    for (const name of ELEMENT_EVENTS) this.#audio.removeEventListener(name, this.#onElementEvent);
    this.#audio.removeAttribute('src');
    this.#audio.load();
    this.#options.engine.dispose();
    this.removeAllListeners();
  }

  get #resumeSeconds(): number {
    return this.#snapshot.error ? this.#stoppedAtSeconds : this.positionSeconds;
  }

  #openEnhanced(
    track: PlayerTrack,
    platform: MediaPlatform,
    startSeconds: number,
    firstChunk: ChunkIndex,
  ): void {
    const { engine, limits = BUFFER_LIMITS, leadSeconds = 0.35 } = this.#options;
    const { settings } = this.#snapshot;
    this.#setMode('enhanced', null);
    this.#session = new TrackSession({
      audio: this.#audio,
      engine,
      platform,
      url: track.url,
      settings,
      profile: this.#profiles.get(track.url)?.profile ?? null,
      startSeconds,
      firstChunk,
      limits,
      leadSeconds,
      listeners: this.#sessionListeners(),
    });
  }

  #openOriginal(track: PlayerTrack, reason: string, positionSeconds: number): void {
    this.#setMode('original', reason);
    this.#audio.src = track.url;
    if (positionSeconds > 0) this.#audio.currentTime = positionSeconds;
  }

  #sessionListeners(): TrackSessionListeners {
    return {
      onOpened: (info) =>
        this.#update({
          info,
          durationSeconds: info.frameCount / OUTPUT_RATE_HZ,
          warnings: info.warnings,
          reconnecting: null,
        }),
      onPlan: (plan) => this.#onPlan(plan),
      onNoticed: (warnings) => this.#update({ warnings }),
      onDuration: (durationSeconds) => this.#update({ durationSeconds }),
      onNetwork: (attempt, message) =>
        this.#update({ reconnecting: attempt > 0 ? { attempt, message } : null }),
      onSwitched: (appendedFromSeconds) => {
        const requestedAtSeconds = this.#switchRequestedAt;
        this.#switches.push({ requestedAtSeconds, appendedFromSeconds });
      },
      onFailed: (error) => this.#onSessionFailed(error),
    };
  }

  #onSessionFailed(error: PlayerError): void {
    const { track } = this.#snapshot;
    if (error.code === 'unsupported' && track) {
      const wantsPlay = this.#wantsPlay;
      const position = this.positionSeconds;
      this.#closeSession();
      this.#openOriginal(track, error.message, position);
      if (wantsPlay) this.play();
      return;
    }
    this.#fail(error);
  }

  #fail(error: PlayerError): void {
    this.#stoppedAtSeconds = this.positionSeconds;
    this.#closeSession();
    this.#wantsPlay = false;
    this.#audio.pause();
    const failure = { code: error.code, detail: error.detail, message: error.message };
    this.#update({ error: failure, reconnecting: null });
    this.emit('error', failure);
  }

  #onPlan(plan: PlanSummary): void {
    const { track } = this.#snapshot;
    if (track) this.#profiles.set(track.url, plan);
    this.#update({ plan });
    this.#onAlbum();
  }

  /** With the loudness of the album that plays, where it is wanted and known. */
  #withAlbum(
    settings: EnhancementSettings,
    track: PlayerTrack | null = this.#snapshot.track,
  ): EnhancementSettings {
    this.#album.follow(settings.level === 'album' && track ? albumOf(track, this.#queue) : []);
    return { ...settings, albumLoudnessLufs: this.#album.loudnessLufs };
  }

  #onAlbum(): void {
    const { loudnessLufs, progress } = this.#album;
    this.#update({ album: progress });
    if (loudnessLufs !== this.#snapshot.settings.albumLoudnessLufs) this.setSettings({});
  }

  #configure(): void {
    this.#switchRequestedAt = this.positionSeconds;
    this.#session?.configure(this.#snapshot.settings);
  }

  #onPlayRefused(error: unknown): void {
    if (errorName(error) === 'NotAllowedError') {
      this.#isBlocked = true;
      this.#wantsPlay = false;
      this.#update({});
    }
    // AbortError: another source or a pause came first. NotSupportedError: `error` follows.
  }

  readonly #onElementEvent = ({ type }: Event): void => {
    if (type === 'playing') this.#hasStarted = true;
    if (type === 'volumechange') {
      this.#update({ volume: this.#audio.volume, muted: this.#audio.muted });
      return;
    }
    // Headphones pulled out, or a media key: the element stops on its own account.
    if (type === 'pause' && this.#audio.paused && !this.#audio.ended) this.#wantsPlay = false;
    if (type === 'play') this.#wantsPlay = true;
    if (type === 'durationchange') this.#onDurationChange();
    if (type === 'error') this.#onElementError();
    this.#session?.tick();
    this.#update({});
    if (type === 'ended') this.#onEnded();
  };

  /** An element that has ended is paused: whoever seeks then has to press play to hear more. */
  #onEnded(): void {
    if (!this.#audio.ended) return; // Another track or place was chosen meanwhile.
    const goesOn = this.#wantsPlay && this.#snapshot.hasNext;
    this.#wantsPlay = false;
    if (goesOn) this.next();
  }

  #onDurationChange(): void {
    const { duration } = this.#audio;
    if (!this.#session && Number.isFinite(duration)) this.#update({ durationSeconds: duration });
  }

  #onElementError(): void {
    const { error } = this.#audio;
    if (!error || this.#snapshot.error) return;
    if (error.code === 2) {
      // MEDIA_ERR_NETWORK: only while the original plays; the engine's network is its own affair.
      this.#fail(new PlayerError('network', 'The browser lost the connection to the file.'));
    } else if (this.#session) {
      this.#fail(new PlayerError('internal', `The browser stopped playing: ${error.message}`));
    } else {
      this.#fail(new PlayerError('unsupported', 'The browser cannot play the original either.'));
    }
  }

  #onProgress(): void {
    this.#session?.tick();
    this.#album.tick();
    this.#update({});
  }

  #step(by: number): void {
    const track = this.#neighbour(by);
    if (!track) return;
    this.load(track);
    this.play();
  }

  #neighbour(by: number): PlayerTrack | null {
    const index = this.#queue.findIndex(({ id }) => id === this.#snapshot.track?.id);
    return index < 0 ? null : (this.#queue[index + by] ?? null);
  }

  #reset(): void {
    this.#closeSession();
    this.#wantsPlay = false;
    this.#isBlocked = false;
    this.#hasStarted = false;
    this.#switches = [];
    this.#monitor.restart();
    if (this.#settingsTimer !== null) this.#options.clock.clearTimeout(this.#settingsTimer);
    this.#settingsTimer = null;
  }

  #closeSession(): void {
    this.#session?.close();
    this.#session = null;
  }

  #setMode(mode: PlayerMode, modeReason: string | null): void {
    this.#update({ mode, modeReason });
  }

  #update(change: Partial<PlayerSnapshot>): void {
    const previous = this.#snapshot;
    const changed: PlayerSnapshot = { ...previous, ...change };
    this.#snapshot = changed; // #deriveState and #neighbour read it.
    const next: PlayerSnapshot = {
      ...changed,
      state: this.#deriveState(),
      hasNext: this.#neighbour(1) !== null,
      hasPrevious: this.#neighbour(-1) !== null,
    };
    const keys = Object.keys(next) as (keyof PlayerSnapshot)[];
    this.#snapshot = keys.every((key) => Object.is(next[key], previous[key])) ? previous : next;
    if (this.#snapshot !== previous) this.emit('change', this.#snapshot);
  }

  #deriveState(): PlayerState {
    const { error, track, info } = this.#snapshot;
    if (error) return 'error';
    if (!track) return 'idle';
    if (this.#isBlocked) return 'blocked';
    if (this.#audio.ended) return 'ended';
    if (!this.#wantsPlay) return info || this.#hasStarted || !this.#session ? 'paused' : 'loading';
    if (!this.#hasStarted) return 'loading';
    return this.#audio.readyState < 3 || this.#monitor.isStalled ? 'buffering' : 'playing';
  }
}
