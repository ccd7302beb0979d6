/**
 * The one owner of the audio element: tracks, states, seeks, settings, volume. React reads its
 * snapshots and sends intents. What is buffered and rendered is the Timeline's affair.
 *
 * Where the engine's sound cannot be had (no MSE, or a format that the engine does not know), the
 * element plays the original file, and the snapshot says so and why.
 */
import type { EnhancementSettings } from '../engine/engine-protocol';
import type { PlayerError } from '../shared/errors';
import { OUTPUT_RATE_HZ, type ChunkIndex } from '../shared/units';
import { AlbumLevel, albumOf, areOfOneAlbum } from './album-level';
import { ELEMENT_EVENTS } from './element-events';
import { CALM_AHEAD_SECONDS } from './limits';
import { MediaSourceSink, type MediaPlatform } from './media-source-sink';
import { Playback } from './playback';
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
import type { TrackFacts } from './track-facts';
import type { TrackSource } from './track-source';
import { TrackProfiles } from './track-profiles';
import { Transport } from './transport';

/** previous() goes back to the start of the track when more than this was played. */
const RESTART_AFTER_SECONDS = 3;
const NO_MSE = 'This browser cannot take sound from the enhancer (no Media Source Extensions).';

export class Player extends QueueControls {
  readonly #options: PlayerOptions;
  readonly #audio: HTMLAudioElement;
  readonly #transport: Transport;
  readonly #monitor: PlaybackMonitor;
  readonly #profiles = new TrackProfiles();
  readonly #album: AlbumLevel;
  readonly #playback: Playback;
  readonly #skips = new SkipRun();
  readonly #switches = new SwitchLog();
  #snapshot: PlayerSnapshot;
  /** Where a track begins that is shown, but that nobody wanted to hear yet; null: none is. */
  #parkedAtSeconds: number | null = null;
  /** Where an error met the listener, also when that was on the way to another place. */
  #stoppedAtSeconds = 0;

  constructor(options: PlayerOptions) {
    super(options.shuffleSeed);
    const { audio, clock, engine } = options;
    this.#options = options;
    this.#audio = audio;
    this.#snapshot = firstSnapshot(options.settings, audio, this.queue.snapshot);
    this.#transport = new Transport(audio, () => this.#update({}));
    this.#playback = new Playback(options, {
      settingsOf: (track) => this.#settingsOf(track),
      listeners: {
        onFacts: (track, facts, isHeard) => this.#onFacts(track, facts, isHeard),
        onEntered: (track, facts) => this.#onEntered(track, facts),
        onSwitching: (atSeconds) => this.#switches.requested(atSeconds),
        onSwitched: (fromSeconds) => this.#switches.switched(fromSeconds),
        onFailed: (error) => this.#onFailed(error),
      },
    });
    this.#album = new AlbumLevel({
      engine,
      profiles: this.#profiles,
      hasTime: () => this.#playback.aheadSeconds >= CALM_AHEAD_SECONDS,
      onChange: () => this.#onAlbum(),
    });
    this.#monitor = new PlaybackMonitor(audio, clock, {
      onProgress: () => this.#onProgress(),
      positionSeconds: () => this.#playback.positionSeconds,
      buffered: () => this.#playback.mediaRanges,
    });
    for (const name of ELEMENT_EVENTS) audio.addEventListener(name, this.#onElementEvent);
  }

  /** Whether this browser can play what the engine makes. */
  static isSupported(platform: MediaPlatform | null): boolean {
    return MediaSourceSink.isSupported(platform);
  }

  readonly subscribe = (listener: () => void): (() => void) => this.on('change', listener);
  readonly getSnapshot = (): PlayerSnapshot => this.#snapshot;

  /** In the track; the target while a seek is on its way. */
  get positionSeconds(): number {
    return this.#parkedAtSeconds ?? this.#playback.positionSeconds;
  }

  /** What of the track can be played at once. */
  get bufferedRanges(): TimeRange[] {
    return this.#playback.bufferedRanges;
  }

  /** What each of STAGES does at the playhead, dB; null where the engine has made no sound. */
  get stageGainsDb(): readonly number[] | null {
    return this.#playback.stageGainsDb;
  }

  /** Opens what playing needs, before the first click. */
  warmUp(): void {
    this.#playback.warmUp();
  }

  /** Somebody may want this track next: its first sound is made ready. null: not any more. */
  prepare(track: PlayerTrack | null): void {
    const isShown = track?.id === this.#snapshot.track?.id && this.#parkedAtSeconds === null;
    this.#playback.prepareAside('hint', track === null || isShown ? null : this.#sourceOf(track));
  }

  play(): void {
    const { track, state } = this.#snapshot;
    if (!track) return;
    if (state === 'error') {
      this.retry();
      return;
    }
    if (state === 'ended') this.seek(0);
    if (this.#parkedAtSeconds !== null) this.#load(track, this.#parkedAtSeconds);
    this.#monitor.playRequested();
    this.#transport.play();
    this.#update({});
  }

  pause(): void {
    this.#transport.pause();
    this.#update({});
  }

  toggle(): void {
    const { state, hasNext } = this.#snapshot;
    const { wantsPlay, isBlocked } = this.#transport;
    if (wantsPlay && state !== 'ended' && !isBlocked) this.pause();
    // Put there when all was over.
    else if (state === 'ended' && hasNext) this.next();
    else this.play();
  }

  /** Goes to any place of the track, buffered or not. */
  seek(targetSeconds: number): void {
    if (!Number.isFinite(targetSeconds)) return;
    if (this.#parkedAtSeconds !== null) this.#parkedAtSeconds = Math.max(0, targetSeconds);
    else this.#playback.seek(targetSeconds);
    this.#monitor.reset();
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

  previous(): void {
    const isEarly = this.positionSeconds <= RESTART_AFTER_SECONDS;
    if (isEarly && this.#snapshot.hasPrevious) this.step(-1);
    else this.seek(0);
  }

  /** After an error: loads the track again and goes on where it stopped. */
  retry(): void {
    const { track } = this.#snapshot;
    if (!track) return;
    this.#skips.clear();
    this.#load(track, this.#resumeSeconds);
    this.play();
  }

  /** Plays the file itself, not enhanced; the snapshot's mode says so. */
  playOriginal(reason: string): void {
    const { track } = this.#snapshot;
    if (track) this.#goOnWithOriginal(track, reason, null, true);
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
    this.#playback.close();
    this.#monitor.dispose();
    for (const name of ELEMENT_EVENTS) this.#audio.removeEventListener(name, this.#onElementEvent);
    this.#audio.removeAttribute('src');
    this.#audio.load();
    this.#options.engine.dispose();
    this.removeAllListeners();
  }

  protected override open(track: PlayerTrack, direction: 1 | -1): void {
    this.#skips.clear(direction);
    this.#load(track, 0);
  }

  protected override park(track: PlayerTrack, positionSeconds: number): void {
    this.#skips.clear();
    this.#playback.stop();
    this.#transport.pause();
    this.#beginTrack(track, Math.max(0, positionSeconds));
    this.emit('seek', this.positionSeconds);
  }

  /** The playhead may have crossed a join: what is heard counts. */
  protected override beforeQueue(): void {
    this.#playback.tick();
  }

  protected override onQueue(): void {
    this.#prepareNeighbours();
    this.#update({});
  }

  protected override onLibrary(): void {
    const { current } = this.queue;
    const { track } = this.#snapshot;
    this.#update(current && current.track.id === track?.id ? { track: current.track } : {});
    this.#withAlbum(this.#snapshot.settings);
    this.#onAlbum();
  }

  get #resumeSeconds(): number {
    return this.#snapshot.error ? this.#stoppedAtSeconds : this.positionSeconds;
  }

  #load(track: PlayerTrack, startSeconds: number): void {
    const source = this.#sourceOf(track, startSeconds);
    this.#beginTrack(track);
    if (this.#playback.canEnhance) {
      this.#update({ mode: 'enhanced', modeReason: null });
      const { settings } = this.#snapshot;
      this.#showFacts(this.#playback.openEnhanced({ ...source, settings }));
    } else {
      this.#openOriginal(track, NO_MSE, null, startSeconds);
    }
    this.#transport.beginTrack();
    this.#update({});
  }

  /** Nothing is true any more of what was known of the track before. */
  #beginTrack(track: PlayerTrack, parkedAtSeconds: number | null = null): void {
    this.#parkedAtSeconds = parkedAtSeconds;
    this.#switches.clear();
    this.#transport.beginTrack();
    this.#show(track);
    this.#monitor.restart();
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

  /** The chunk that is rendered first is guessed from the track's last opening. */
  #sourceOf(track: PlayerTrack, startSeconds = 0): TrackSource {
    const profile = this.#profiles.get(track.url)?.profile ?? null;
    const { info, track: shown } = this.#snapshot;
    const isKnown = info !== null && shown?.id === track.id;
    const chunk = isKnown ? Math.floor((startSeconds * OUTPUT_RATE_HZ) / info.chunkFrames) : 0;
    const settings = this.#settingsOf(track);
    const { firstPlan = 'quick' } = this.#options;
    const firstChunk = chunk as ChunkIndex;
    return { track, startSeconds, firstChunk, profile, firstPlan, settings };
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
    this.#transport.beginTrack();
    if (wantsPlay) this.play();
    else this.#update({});
  }

  #onFacts(track: PlayerTrack, facts: TrackFacts, isHeard: boolean): void {
    if (isHeard) this.#showFacts(facts);
    const { plan, isProvisional } = facts;
    if (!plan || isProvisional || plan.profile === this.#profiles.get(track.url)?.profile) return;
    this.#profiles.set(track.url, plan);
    this.#onAlbum();
  }

  #showFacts(facts: TrackFacts): void {
    this.#update(facts);
  }

  /** The track before was played to its end, and this one follows it without a gap. */
  #onEntered(track: PlayerTrack, facts: TrackFacts): void {
    const item = this.queue.advance('ended');
    this.#skips.clear();
    this.#switches.clear();
    this.#show(item?.track.id === track.id ? item.track : track);
    this.#showFacts(facts);
    // It was prepared while another one was heard.
    this.#playback.configure();
    this.emit('seek', this.positionSeconds);
  }

  /** What the engine cannot play the browser may; what is gone neither can. */
  #onFailed(error: PlayerError): void {
    const { track } = this.#snapshot;
    const isFormat = error.code === 'unsupported' || error.code === 'corrupt';
    if (!track || !isFormat || !this.#playback.isEnhanced) {
      this.#fail(error);
      return;
    }
    this.#goOnWithOriginal(track, error.message, error, this.#transport.wantsPlay);
  }

  #fail(error: PlayerError): void {
    const failure = { code: error.code, detail: error.detail, message: error.message };
    const { wantsPlay } = this.#transport;
    this.#stoppedAtSeconds = this.positionSeconds;
    this.#playback.close();
    this.#transport.pause();
    const { direction } = this.#skips;
    const hasOther = wantsPlay && isTracksFault(failure.code) && this.hasOther(direction);
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
    this.#load(next.track, 0);
    this.play();
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

  /** What the track that is heard is rendered with, or another one would be. */
  #settingsOf(track: PlayerTrack): EnhancementSettings {
    const { settings, track: heard } = this.#snapshot;
    if (track.id === heard?.id) return settings;
    const isOfAlbum = heard !== null && areOfOneAlbum(track, heard);
    const albumLoudnessLufs = isOfAlbum ? settings.albumLoudnessLufs : null;
    return { ...settings, compare: 'off', albumLoudnessLufs };
  }

  readonly #onElementEvent = ({ type }: Event): void => {
    if (type === 'volumechange') {
      this.#update({ volume: this.#audio.volume, muted: this.#audio.muted });
      return;
    }
    this.#transport.note(type);
    if (type === 'durationchange') this.#onDurationChange();
    if (type === 'error' && this.#audio.error && !this.#snapshot.error) {
      this.#playback.onElementError(this.#audio.error.message);
    }
    this.#playback.tick();
    this.#update({});
    if (type === 'seeked') this.emit('seek', this.positionSeconds);
    if (type === 'ended') this.#onEnded();
  };

  /** An element that has ended is paused: whoever seeks then has to press play to hear more. */
  #onEnded(): void {
    if (!this.#audio.ended) return; // Another track or place was chosen meanwhile.
    const goesOn = this.#transport.wantsPlay;
    this.#transport.ended();
    if (goesOn) this.goOn();
  }

  #onDurationChange(): void {
    const { duration } = this.#audio;
    const isOriginal = this.#snapshot.mode === 'original';
    if (isOriginal && Number.isFinite(duration)) this.#update({ durationSeconds: duration });
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
    const next = this.queue.peekNext('ended');
    // Later previous() goes to the start of this one.
    const isEarly = this.positionSeconds <= RESTART_AFTER_SECONDS;
    const previous = isEarly ? this.queue.peekPrevious() : null;
    this.#playback.prepareNext(next && this.#sourceOf(next.track));
    this.#playback.prepareAside('previous', previous && this.#sourceOf(previous.track));
  }

  #update(change: Partial<PlayerSnapshot>): void {
    const previous = this.#snapshot;
    this.#snapshot = nextSnapshot(previous, change, {
      audio: this.#audio,
      queue: this.queue,
      wantsPlay: this.#transport.wantsPlay,
      isBlocked: this.#transport.isBlocked,
      hasStarted: this.#transport.hasStarted,
      hasSession: this.#playback.isEnhanced,
      isStalled: this.#monitor.isStalled,
    });
    if (this.#snapshot !== previous) this.emit('change', this.#snapshot);
  }
}
