/**
 * The one owner of the audio element: tracks, states, seeks, settings, volume. React reads its
 * snapshots and sends intents. What is buffered and rendered is the Timeline's affair.
 *
 * Where the engine's sound cannot be had (no MSE, or a format that the engine does not know), the
 * element plays the original file, and the snapshot says so and why.
 */
import type { EnhancementSettings } from '../engine/engine-protocol';
import { errorName, type PlayerError } from '../shared/errors';
import { OUTPUT_RATE_HZ, type ChunkIndex } from '../shared/units';
import { AlbumLevel, albumOf, areOfOneAlbum } from './album-level';
import { ELEMENT_EVENTS } from './element-events';
import { Emitter } from './emitter';
import { CALM_AHEAD_SECONDS } from './limits';
import { MediaSourceSink, type MediaPlatform } from './media-source-sink';
import { Playback } from './playback';
import { PlaybackMonitor } from './playback-monitor';
import { firstSnapshot, nextSnapshot, NOTHING_KNOWN } from './player-state';
import type {
  PlayerEvents,
  PlayerFailure,
  PlayerOptions,
  PlayerSnapshot,
  PlayerStats,
  PlayerTrack,
} from './player-types';
import { Queue } from './queue';
import { isTracksFault, SkipRun } from './skip-run';
import type { TimeRange } from './source-buffer-queue';
import { SwitchLog } from './switch-log';
import { TrackProfiles } from './track-profiles';
import type { TimelineListeners } from './timeline';
import type { TrackSource } from './timeline-entry';
import type { TrackFacts } from './track-facts';

/** previous() goes back to the start of the track when more than this was played. */
const RESTART_AFTER_SECONDS = 3;
const NO_MSE = 'This browser cannot take sound from the enhancer (no Media Source Extensions).';

export class Player extends Emitter<PlayerEvents> {
  readonly #options: PlayerOptions;
  readonly #audio: HTMLAudioElement;
  readonly #monitor: PlaybackMonitor;
  readonly #profiles = new TrackProfiles();
  readonly #album: AlbumLevel;
  #snapshot: PlayerSnapshot;
  readonly #playback: Playback;
  readonly #queue = new Queue();
  readonly #skips = new SkipRun();
  #wantsPlay = false;
  #isBlocked = false;
  #hasStarted = false;
  readonly #switches = new SwitchLog();
  /** Where an error met the listener, also when that was on the way to another place. */
  #stoppedAtSeconds = 0;

  constructor(options: PlayerOptions) {
    super();
    this.#options = options;
    this.#audio = options.audio;
    this.#snapshot = firstSnapshot(options.settings, options.audio);
    this.#playback = new Playback(options, {
      settingsOf: (track) => this.#settingsOf(track),
      listeners: this.#listeners(),
    });
    this.#album = new AlbumLevel({
      engine: options.engine,
      profiles: this.#profiles,
      hasTime: () => this.#playback.aheadSeconds >= CALM_AHEAD_SECONDS,
      onChange: () => this.#onAlbum(),
    });
    this.#monitor = new PlaybackMonitor(options.audio, options.clock, {
      onProgress: () => this.#onProgress(),
      positionSeconds: () => this.#playback.positionSeconds,
      buffered: () => this.#playback.mediaRanges,
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
    return this.#playback.positionSeconds;
  }

  /** What can be played at once. */
  get bufferedRanges(): TimeRange[] {
    return this.#playback.bufferedRanges;
  }

  /** What each of STAGES does at the playhead, dB; null where the engine has made no sound. */
  get stageGainsDb(): readonly number[] | null {
    return this.#playback.stageGainsDb;
  }

  /** The library: what next() and previous() walk through, and albums are found in. */
  setQueue(tracks: readonly PlayerTrack[]): void {
    this.#queue.set(tracks);
    this.#withAlbum(this.#snapshot.settings);
    this.#onAlbum();
  }

  /**
   * Opens a track; an element that plays goes on with it. Call play() in the same click: it keeps
   * the permission to make sound.
   */
  load(track: PlayerTrack): void {
    this.#choose(track, 1);
  }

  #choose(track: PlayerTrack, direction: 1 | -1): void {
    this.#skips.clear(direction);
    this.#load(track, 0, 0 as ChunkIndex);
  }

  #load(track: PlayerTrack, startSeconds: number, firstChunk: ChunkIndex): void {
    this.#reset();
    this.#show(track);
    if (this.#playback.canEnhance) {
      this.#openEnhanced(track, startSeconds, firstChunk);
    } else {
      this.#openOriginal(track, NO_MSE, null, startSeconds);
    }
    // Another source pauses the element.
    this.#wantsPlay &&= !this.#audio.paused;
    this.#update({});
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

  /** Somebody may want this track next: its first sound is made ready. null: not any more. */
  prepare(track: PlayerTrack | null): void {
    const isHeard = track?.id === this.#snapshot.track?.id;
    this.#playback.prepareAside('hint', track === null || isHeard ? null : this.#sourceOf(track));
  }

  /** Opens what playing needs, before the first click. */
  warmUp(): void {
    this.#playback.warmUp();
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
    this.#playback.seek(targetSeconds);
    this.#update({});
    this.emit('seek', this.positionSeconds);
  }

  /** Heard from a little ahead of the playhead on, without a gap. The last call wins. */
  setSettings(change: Partial<EnhancementSettings>): void {
    const settings = this.#withAlbum({ ...this.#snapshot.settings, ...change });
    this.#update({ settings, album: this.#album.progress });
    this.#album.tick();
    this.#playback.configure();
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
      appendedBytes: this.#playback.appendedBytes,
      bufferedBytes: this.#playback.bufferedBytes,
      switches: this.#switches.records,
      stalls: this.#monitor.stalls,
    };
  }

  /** Releases the element and the engine. */
  destroy(): void {
    this.#reset();
    this.#playback.close();
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

  #openEnhanced(track: PlayerTrack, startSeconds: number, firstChunk: ChunkIndex): void {
    this.#update({ mode: 'enhanced', modeReason: null });
    this.#showFacts(this.#playback.openEnhanced(this.#sourceOf(track, startSeconds, firstChunk)));
  }

  #sourceOf(track: PlayerTrack, startSeconds = 0, firstChunk = 0 as ChunkIndex): TrackSource {
    const profile = this.#profiles.get(track.url)?.profile ?? null;
    return { track, startSeconds, firstChunk, profile, settings: this.#settingsOf(track) };
  }

  /** `cause`: the engine's failure, where it has tried. */
  #openOriginal(
    track: PlayerTrack,
    reason: string,
    cause: PlayerError | null,
    startSeconds: number,
  ): void {
    this.#update({ mode: 'original', modeReason: reason });
    this.#playback.openOriginal(track, startSeconds, cause);
  }

  /** From where the engine's sound stopped; nothing of what the engine does is true any more. */
  #goOnWithOriginal(
    track: PlayerTrack,
    reason: string,
    cause: PlayerError | null,
    wantsPlay: boolean,
  ): void {
    const position = this.#resumeSeconds;
    this.#playback.close();
    this.#update(NOTHING_KNOWN);
    this.#openOriginal(track, reason, cause, position);
    if (wantsPlay) this.play();
  }

  #listeners(): TimelineListeners {
    return {
      onFacts: (track, facts, isHeard) => this.#onFacts(track, facts, isHeard),
      onEntered: (track, facts) => this.#onEntered(track, facts),
      onSwitching: (atSeconds) => this.#switches.requested(atSeconds),
      onSwitched: (fromSeconds) => this.#switches.switched(fromSeconds),
      onFailed: (error) => this.#onFailed(error),
    };
  }

  /** What the engine cannot play the browser may; what is gone neither can. */
  #onFailed(error: PlayerError): void {
    const { track } = this.#snapshot;
    const isFormat = error.code === 'unsupported' || error.code === 'corrupt';
    if (!track || !isFormat || !this.#playback.isEnhanced) {
      this.#fail(error);
      return;
    }
    this.#goOnWithOriginal(track, error.message, error, this.#wantsPlay);
  }

  #fail(error: PlayerError): void {
    const failure = { code: error.code, detail: error.detail, message: error.message };
    const wantedPlay = this.#wantsPlay;
    this.#stoppedAtSeconds = this.positionSeconds;
    this.#playback.close();
    this.#wantsPlay = false;
    this.#audio.pause();
    const next = wantedPlay ? this.#nextAfter(failure) : null;
    const gaveUp = next !== null && !this.#skips.mayGoOn;
    if (next && !gaveUp) this.#skip(failure, next);
    else this.#update({ error: failure, gaveUp, reconnecting: null });
    this.emit('error', failure);
  }

  /** What is there to go on with, where this track alone is to blame. */
  #nextAfter({ code }: PlayerFailure): PlayerTrack | null {
    return isTracksFault(code)
      ? this.#queue.neighbour(this.#snapshot.track, this.#skips.direction)
      : null;
  }

  #skip(failure: PlayerFailure, next: PlayerTrack): void {
    const { track } = this.#snapshot;
    if (track) this.#skips.add({ track, failure });
    this.#load(next, 0, 0 as ChunkIndex);
    this.play();
  }

  #onFacts(track: PlayerTrack, facts: TrackFacts, isHeard: boolean): void {
    if (isHeard) this.#showFacts(facts);
    const { plan } = facts;
    if (!plan || plan.profile === this.#profiles.get(track.url)?.profile) return;
    this.#profiles.set(track.url, plan);
    this.#onAlbum();
  }

  #showFacts({ info, plan, durationSeconds, warnings, reconnecting }: TrackFacts): void {
    this.#update({ info, plan, durationSeconds, warnings, reconnecting });
  }

  /** The track before was played to its end, and this one follows it without a gap. */
  #onEntered(track: PlayerTrack, facts: TrackFacts): void {
    this.#skips.clear();
    this.#switches.clear();
    this.#show(track);
    this.#showFacts(facts);
    this.emit('seek', this.positionSeconds);
  }

  /** What the track that is heard is rendered with, or another one would be. */
  #settingsOf(track: PlayerTrack): EnhancementSettings {
    const { settings, track: heard } = this.#snapshot;
    if (track.id === heard?.id) return settings;
    const isOfAlbum = heard !== null && areOfOneAlbum(track, heard);
    const albumLoudnessLufs = isOfAlbum ? settings.albumLoudnessLufs : null;
    return { ...settings, compare: 'off', albumLoudnessLufs };
  }

  /** With the loudness of the album that plays, where it is wanted and known. */
  #withAlbum(
    settings: EnhancementSettings,
    track: PlayerTrack | null = this.#snapshot.track,
  ): EnhancementSettings {
    this.#album.follow(
      settings.level === 'album' && track ? albumOf(track, this.#queue.tracks) : [],
    );
    return { ...settings, albumLoudnessLufs: this.#album.loudnessLufs };
  }

  #onAlbum(): void {
    const { loudnessLufs, progress } = this.#album;
    this.#update({ album: progress });
    if (loudnessLufs !== this.#snapshot.settings.albumLoudnessLufs) this.setSettings({});
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
    if (type === 'playing' || (type === 'timeupdate' && this.#isMoving)) this.#hasStarted = true;
    if (type === 'volumechange') {
      this.#update({ volume: this.#audio.volume, muted: this.#audio.muted });
      return;
    }
    // Headphones pulled out, or a media key: the element stops on its own account.
    if (type === 'pause' && this.#audio.paused && !this.#audio.ended) this.#wantsPlay = false;
    if (type === 'play') this.#wantsPlay = true;
    if (type === 'durationchange') this.#onDurationChange();
    if (type === 'error') this.#onElementError();
    this.#playback.tick();
    this.#update({});
    if (type === 'seeked') this.emit('seek', this.positionSeconds);
    if (type === 'ended') this.#onEnded();
  };

  get #isMoving(): boolean {
    const { paused, seeking, readyState } = this.#audio;
    return !paused && !seeking && readyState >= 3;
  }

  /** An element that has ended is paused: whoever seeks then has to press play to hear more. */
  #onEnded(): void {
    if (!this.#audio.ended) return; // Another track or place was chosen meanwhile.
    const goesOn = this.#wantsPlay && this.#snapshot.hasNext;
    this.#wantsPlay = false;
    if (goesOn) this.next();
  }

  #onDurationChange(): void {
    const { duration } = this.#audio;
    if (!this.#playback.isEnhanced && Number.isFinite(duration))
      this.#update({ durationSeconds: duration });
  }

  #onElementError(): void {
    const { error } = this.#audio;
    if (!error || this.#snapshot.error) return;
    this.#playback.onElementError(error.message);
  }

  #onProgress(): void {
    this.#skips.progress(this.positionSeconds);
    this.#playback.tick();
    this.#album.tick();
    this.#prepareNeighbours();
    this.#update({});
  }

  /** Early: people press the buttons. */
  #prepareNeighbours(): void {
    if (this.#playback.aheadSeconds < CALM_AHEAD_SECONDS) return;
    const { track } = this.#snapshot;
    const next = this.#queue.neighbour(track, 1);
    // Later previous() goes to the start of this one.
    const isEarly = this.positionSeconds <= RESTART_AFTER_SECONDS;
    const previous = isEarly ? this.#queue.neighbour(track, -1) : null;
    this.#playback.prepareNext(next && this.#sourceOf(next));
    this.#playback.prepareAside('previous', previous && this.#sourceOf(previous));
  }

  #step(by: 1 | -1): void {
    const track = this.#queue.neighbour(this.#snapshot.track, by);
    if (!track) return;
    this.#choose(track, by);
    this.play();
  }

  #reset(): void {
    this.#isBlocked = false;
    this.#hasStarted = false;
    this.#switches.clear();
    this.#monitor.restart();
  }

  #update(change: Partial<PlayerSnapshot>): void {
    const previous = this.#snapshot;
    this.#snapshot = nextSnapshot(previous, change, {
      audio: this.#audio,
      queue: this.#queue,
      wantsPlay: this.#wantsPlay,
      isBlocked: this.#isBlocked,
      hasStarted: this.#hasStarted,
      hasSession: this.#playback.isEnhanced,
      isStalled: this.#monitor.isStalled,
    });
    if (this.#snapshot !== previous) this.emit('change', this.#snapshot);
  }
}
