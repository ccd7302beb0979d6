/**
 * The one owner of the audio element: tracks, states, seeks, settings, volume. React reads its
 * snapshots and sends intents. What is buffered and rendered is the TrackSession's affair.
 *
 * Where the engine's sound cannot be had (no MSE, or a format that the engine does not know), the
 * element plays the original file, and the snapshot says so and why.
 */
import type { EnhancementSettings, PlanSummary } from '../engine/engine-protocol';
import { errorName, PlayerError } from '../shared/errors';
import { OUTPUT_RATE_HZ, type ChunkIndex } from '../shared/units';
import { AlbumLevel, albumOf } from './album-level';
import { ELEMENT_EVENTS } from './element-events';
import { BUFFER_LIMITS } from './limits';
import { MediaSourceSink, type MediaPlatform } from './media-source-sink';
import { OriginalFile } from './original-file';
import { Pacer } from './pacer';
import { PlaybackMonitor } from './playback-monitor';
import { firstSnapshot, nextSnapshot, NOTHING_KNOWN } from './player-state';
import type {
  PlayerFailure,
  PlayerOptions,
  PlayerSnapshot,
  PlayerStats,
  PlayerTrack,
} from './player-types';
import { QueueControls } from './queue-controls';
import { isTracksFault, SkipRun } from './skip-run';
import type { TimeRange } from './source-buffer-queue';
import { SwitchLog } from './switch-log';
import { TrackProfiles } from './track-profiles';
import { TrackSession, type TrackSessionListeners } from './track-session';

/** previous() goes back to the start of the track when more than this was played. */
const RESTART_AFTER_SECONDS = 3;
/** Changes of settings go to the engine at most this often; the last one always does. */
const SETTINGS_INTERVAL_MS = 120;
/** The album is measured while there is this much sound ahead. */
const CALM_AHEAD_SECONDS = 5;
const NO_MSE = 'This browser cannot take sound from the enhancer (no Media Source Extensions).';

export class Player extends QueueControls {
  readonly #options: PlayerOptions;
  readonly #audio: HTMLAudioElement;
  readonly #monitor: PlaybackMonitor;
  readonly #profiles = new TrackProfiles();
  readonly #album: AlbumLevel;
  #snapshot: PlayerSnapshot;
  /** What plays the track: one of the two, or neither after an error. */
  #session: TrackSession | null = null;
  #original: OriginalFile | null = null;
  readonly #skips = new SkipRun();
  #wantsPlay = false;
  #isBlocked = false;
  #hasStarted = false;
  readonly #configurePacer: Pacer;
  readonly #switches = new SwitchLog();
  /** Where a track begins that is shown, but that nobody wanted to hear yet; null: none is. */
  #parkedAtSeconds: number | null = null;
  /** Where an error met the listener, also when that was on the way to another place. */
  #stoppedAtSeconds = 0;

  constructor(options: PlayerOptions) {
    super(options.shuffleSeed);
    this.#options = options;
    this.#audio = options.audio;
    this.#snapshot = firstSnapshot(options.settings, options.audio, this.queue.snapshot);
    this.#configurePacer = new Pacer(options.clock, SETTINGS_INTERVAL_MS, () => this.#configure());
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
    return this.#parkedAtSeconds ?? this.#session?.positionSeconds ?? this.#audio.currentTime;
  }

  /** What can be played at once. */
  get bufferedRanges(): TimeRange[] {
    return this.#session?.bufferedRanges ?? [];
  }

  /** What each of STAGES does at the playhead, dB; null where the engine has made no sound. */
  get stageGainsDb(): readonly number[] | null {
    return this.#session?.stageGainsAt(this.#audio.currentTime) ?? null;
  }

  protected override open(track: PlayerTrack, direction: 1 | -1): void {
    this.#skips.clear(direction);
    this.#load(track, 0, 0 as ChunkIndex);
  }

  protected override park(track: PlayerTrack, positionSeconds: number): void {
    this.#skips.clear();
    this.#reset();
    this.#parkedAtSeconds = Math.max(0, positionSeconds);
    this.#show(track);
  }

  protected override onQueue(): void {
    this.#update({});
  }

  protected override onLibrary(): void {
    const { current } = this.queue;
    const { track } = this.#snapshot;
    this.#update(current && current.track.id === track?.id ? { track: current.track } : {});
    this.#withAlbum(this.#snapshot.settings);
    this.#onAlbum();
  }

  #load(track: PlayerTrack, startSeconds: number, firstChunk: ChunkIndex): void {
    this.#reset();
    this.#show(track);
    const { platform } = this.#options;
    if (MediaSourceSink.isSupported(platform)) {
      this.#openEnhanced(track, platform, startSeconds, firstChunk);
    } else {
      this.#openOriginal(track, NO_MSE, null, startSeconds);
    }
  }

  #show(track: PlayerTrack): void {
    const settings = this.#withAlbum({ ...this.#snapshot.settings, compare: 'off' }, track);
    this.#update({
      ...NOTHING_KNOWN,
      track,
      settings,
      info: null,
      album: this.#album.progress,
      skipped: this.#skips.skipped,
      durationSeconds: track.durationSeconds,
    });
  }

  play(): void {
    const { track, state } = this.#snapshot;
    if (!track) return;
    if (state === 'error') {
      this.retry();
      return;
    }
    if (state === 'ended') this.seek(0);
    if (this.#parkedAtSeconds !== null) this.#load(track, this.#parkedAtSeconds, 0 as ChunkIndex);
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
    const { state, hasNext } = this.#snapshot;
    if (this.#wantsPlay && state !== 'ended' && !this.#isBlocked) this.pause();
    else if (state === 'ended' && hasNext)
      this.next(); // Put there when all was over.
    else this.play();
  }

  /** Goes to any place of the track, buffered or not. */
  seek(targetSeconds: number): void {
    if (!Number.isFinite(targetSeconds)) return;
    this.#monitor.reset();
    if (this.#parkedAtSeconds !== null) this.#parkedAtSeconds = Math.max(0, targetSeconds);
    else if (this.#session) this.#session.seek(targetSeconds);
    else if (this.#snapshot.track) this.#audio.currentTime = Math.max(0, targetSeconds);
    this.#update({});
    this.emit('seek', this.positionSeconds);
  }

  /** Heard from a little ahead of the playhead on, without a gap. The last call wins. */
  setSettings(change: Partial<EnhancementSettings>): void {
    const settings = this.#withAlbum({ ...this.#snapshot.settings, ...change });
    this.#update({ settings, album: this.#album.progress });
    this.#album.tick();
    this.#configurePacer.wish();
  }

  /** [0, 1]. */
  setVolume(volume: number): void {
    this.#audio.volume = Math.min(1, Math.max(0, volume));
    this.#audio.muted = false;
  }

  setMuted(muted: boolean): void {
    this.#audio.muted = muted;
  }

  previous(): void {
    const isEarly = this.positionSeconds <= RESTART_AFTER_SECONDS;
    if (isEarly && this.#snapshot.hasPrevious) this.step(-1);
    else this.seek(0);
  }

  /** After an error: loads the track again and goes on where it stopped. */
  retry(): void {
    const { track, info } = this.#snapshot;
    if (!track) return;
    this.#skips.clear();
    const position = this.#resumeSeconds;
    const chunk = info ? Math.floor((position * OUTPUT_RATE_HZ) / info.chunkFrames) : 0;
    this.#load(track, position, chunk as ChunkIndex);
    this.play();
  }

  /** Plays the file itself, not enhanced; the snapshot's mode says so. */
  playOriginal(reason: string): void {
    const { track } = this.#snapshot;
    if (!track) return;
    this.#goOnWithOriginal(track, reason, null, true);
  }

  /** The words on what was skipped have been read. */
  dismissSkipped(): void {
    this.#skips.dismiss();
    this.#update({ skipped: this.#skips.skipped });
  }

  getStats(): PlayerStats {
    return {
      timeToFirstSoundMs: this.#monitor.timeToFirstSoundMs,
      appendedBytes: this.#session?.appendedBytes ?? 0,
      bufferedBytes: this.#session?.bufferedBytes ?? 0,
      switches: this.#switches.records,
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
    this.#update({ mode: 'enhanced', modeReason: null });
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

  /** `cause`: the engine's failure, where it has tried. */
  #openOriginal(
    { url }: PlayerTrack,
    reason: string,
    cause: PlayerError | null,
    startSeconds: number,
  ): void {
    const { clock, findPresence } = this.#options;
    this.#update({ mode: 'original', modeReason: reason });
    this.#original = new OriginalFile({
      audio: this.#audio,
      clock,
      findPresence,
      url,
      startSeconds,
      cause,
      onFailed: (error) => this.#fail(error),
    });
  }

  /** From where the engine's sound stopped; nothing of what the engine does is true any more. */
  #goOnWithOriginal(
    track: PlayerTrack,
    reason: string,
    cause: PlayerError | null,
    wantsPlay: boolean,
  ): void {
    const position = this.#resumeSeconds;
    this.#close();
    this.#update(NOTHING_KNOWN);
    this.#openOriginal(track, reason, cause, position);
    if (wantsPlay) this.play();
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
      onSwitched: (fromSeconds) => this.#switches.switched(fromSeconds),
      onFailed: (error) => this.#onSessionFailed(error),
    };
  }

  /** What the engine cannot play the browser may; what is gone neither can. */
  #onSessionFailed(error: PlayerError): void {
    const { track } = this.#snapshot;
    if (!track || (error.code !== 'unsupported' && error.code !== 'corrupt')) {
      this.#fail(error);
      return;
    }
    this.#goOnWithOriginal(track, error.message, error, this.#wantsPlay);
  }

  #fail(error: PlayerError): void {
    const failure = { code: error.code, detail: error.detail, message: error.message };
    const wantedPlay = this.#wantsPlay;
    this.#stoppedAtSeconds = this.positionSeconds;
    this.#close();
    this.#wantsPlay = false;
    this.#audio.pause();
    const hasOther =
      wantedPlay && isTracksFault(failure.code) && this.hasOther(this.#skips.direction);
    const gaveUp = hasOther && !this.#skips.mayGoOn;
    if (hasOther && !gaveUp) this.#skip(failure);
    else this.#update({ error: failure, gaveUp, reconnecting: null });
    this.emit('error', failure);
  }

  #skip(failure: PlayerFailure): void {
    const { track } = this.#snapshot;
    const { direction } = this.#skips;
    const next = direction > 0 ? this.queue.advance('asked') : this.queue.goBack();
    if (!track || !next) return;
    this.#skips.add({ track, failure });
    this.#load(next.track, 0, 0 as ChunkIndex);
    this.play();
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
    this.#album.follow(settings.level === 'album' && track ? albumOf(track, this.library) : []);
    return { ...settings, albumLoudnessLufs: this.#album.loudnessLufs };
  }

  #onAlbum(): void {
    const { loudnessLufs, progress } = this.#album;
    this.#update({ album: progress });
    if (loudnessLufs !== this.#snapshot.settings.albumLoudnessLufs) this.setSettings({});
  }

  #configure(): void {
    this.#switches.requested(this.positionSeconds);
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
    if (type === 'seeked') this.emit('seek', this.positionSeconds);
    if (type === 'ended') this.#onEnded();
  };

  /** An element that has ended is paused: whoever seeks then has to press play to hear more. */
  #onEnded(): void {
    if (!this.#audio.ended) return; // Another track or place was chosen meanwhile.
    const goesOn = this.#wantsPlay;
    this.#wantsPlay = false;
    if (goesOn) this.goOn();
  }

  #onDurationChange(): void {
    const { duration } = this.#audio;
    if (!this.#session && Number.isFinite(duration)) this.#update({ durationSeconds: duration });
  }

  #onElementError(): void {
    const { error } = this.#audio;
    if (!error || this.#snapshot.error) return;
    if (this.#original) this.#original.onElementError();
    else this.#fail(new PlayerError('internal', `The browser stopped playing: ${error.message}`));
  }

  #onProgress(): void {
    this.#skips.progress(this.#audio.currentTime);
    this.#session?.tick();
    this.#album.tick();
    this.#update({});
  }

  #reset(): void {
    this.#close();
    this.#parkedAtSeconds = null;
    this.#wantsPlay = false;
    this.#isBlocked = false;
    this.#hasStarted = false;
    this.#switches.clear();
    this.#monitor.restart();
    this.#configurePacer.cancel();
  }

  #close(): void {
    this.#session?.close();
    this.#session = null;
    this.#original?.close();
    this.#original = null;
  }

  #update(change: Partial<PlayerSnapshot>): void {
    const previous = this.#snapshot;
    this.#snapshot = nextSnapshot(previous, change, {
      audio: this.#audio,
      queue: this.queue,
      wantsPlay: this.#wantsPlay,
      isBlocked: this.#isBlocked,
      hasStarted: this.#hasStarted,
      hasSession: this.#session !== null,
      isStalled: this.#monitor.isStalled,
    });
    if (this.#snapshot !== previous) this.emit('change', this.#snapshot);
  }
}
