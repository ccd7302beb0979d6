/**
 * What the page talks to: takes the listener's intents, and shows one snapshot of itself. Wires the
 * parts of the player together and follows the audio element's events. How a track comes to sound
 * is the affair of NowPlaying, what plays one after another that of QueueControls.
 *
 * Where the engine's sound cannot be had (no MSE, or a format that the engine does not know), the
 * element plays the original file, and the snapshot says so and why.
 */
import type { EnhancementSettings } from '../engine/engine-protocol';
import { ELEMENT_EVENTS } from './element-events';
import { ElementVolume } from './element-volume';
import { CALM_AHEAD_SECONDS } from './limits';
import { NowPlaying } from './now-playing';
import { Playback } from './playback';
import { PlaybackMonitor } from './playback-monitor';
import { firstSnapshot } from './player-state';
import type { PlayerOptions, PlayerSnapshot, PlayerStats, PlayerTrack } from './player-types';
import { QueueControls } from './queue-controls';
import { SnapshotStore } from './snapshot-store';
import type { TimeRange } from './source-buffer-queue';
import type { TimelineListeners } from './timeline';
import { TrackSettings } from './track-settings';
import { Transport } from './transport';
import { WaitWatch } from './wait-watch';

export class Player extends QueueControls {
  readonly #options: PlayerOptions;
  readonly #audio: HTMLAudioElement;
  readonly #volume: ElementVolume;
  readonly #store: SnapshotStore;
  readonly #transport: Transport;
  readonly #playback: Playback;
  readonly #settings: TrackSettings;
  readonly #monitor: PlaybackMonitor;
  readonly #now: NowPlaying;
  readonly #wait: WaitWatch;

  constructor(options: PlayerOptions) {
    super(options.shuffleSeed);
    const { audio, clock, engine, firstPlan = 'quick' } = options;
    this.#options = options;
    this.#audio = audio;
    this.#volume = new ElementVolume(audio);
    this.#store = new SnapshotStore({
      first: firstSnapshot(options.settings, audio, this.queue.snapshot),
      circumstances: () => ({
        audio,
        queue: this.queue,
        wantsPlay: this.#transport.wantsPlay,
        isBlocked: this.#transport.isBlocked,
        hasStarted: this.#transport.hasStarted,
        hasSession: this.#playback.isEnhanced,
        isStalled: this.#monitor.isStalled,
      }),
      onChange: (snapshot) => this.emit('change', snapshot),
    });
    const store = this.#store;
    this.#transport = new Transport(audio, () => store.update());
    this.#playback = new Playback(options, {
      settingsOf: (track) => this.#settings.of(track),
      originalGainDb: (track) => this.#settings.originalGainDb(track),
      volume: this.#volume,
      listeners: this.#timelineListeners(),
    });
    this.#settings = new TrackSettings({
      engine,
      firstPlan,
      store,
      hasTime: () => this.#playback.aheadSeconds >= CALM_AHEAD_SECONDS,
      onChange: () => this.#playback.configure(),
    });
    this.#monitor = new PlaybackMonitor(audio, clock, {
      onProgress: () => this.#onProgress(),
      positionSeconds: () => this.#playback.positionSeconds,
      buffered: () => this.#playback.mediaRanges,
      isAwaited: () => this.#playback.aheadSeconds <= 0,
    });
    this.#now = new NowPlaying({
      store,
      transport: this.#transport,
      monitor: this.#monitor,
      playback: this.#playback,
      settings: this.#settings,
      hasOther: (direction) => this.hasOther(direction),
      stepOver: (direction) => this.walk(direction)?.track ?? null,
      onEntered: (track) => this.entered(track),
      onSeek: (positionSeconds) => this.emit('seek', positionSeconds),
      onError: (failure) => this.emit('error', failure),
    });
    this.#wait = new WaitWatch({
      store,
      wantsPlay: () => this.#transport.wantsPlay,
      askProgress: () => this.#playback.askProgress(),
    });
    for (const name of ELEMENT_EVENTS) audio.addEventListener(name, this.#onElementEvent);
  }

  readonly subscribe = (listener: () => void): (() => void) => this.on('change', listener);
  readonly getSnapshot = (): PlayerSnapshot => this.#store.snapshot;

  /** In the track; the target while a seek is on its way. */
  get positionSeconds(): number {
    return this.#now.positionSeconds;
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

  /** Makes its first sound ready; null: of none any more. `isPressed`: its click comes at once. */
  prepare(track: PlayerTrack | null, isPressed = false): void {
    const isShown = track?.id === this.getSnapshot().track?.id && !this.#now.isParked;
    const source = track === null || isShown ? null : this.#settings.sourceOf(track);
    this.#playback.prepareAside('hint', source && { ...source, isPressed });
  }

  play(): void {
    this.#now.play();
    this.#wait.look(this.#options.clock.nowMs());
  }

  pause(): void {
    this.#transport.pause();
    this.#store.update();
    this.#wait.look(this.#options.clock.nowMs());
  }

  toggle(): void {
    const { state, hasNext } = this.getSnapshot();
    const { wantsPlay, isBlocked } = this.#transport;
    if (wantsPlay && state !== 'ended' && !isBlocked) this.pause();
    // Put there when all was over.
    else if (state === 'ended' && hasNext) this.next();
    else this.play();
  }

  /** Goes to any place of the track, buffered or not. */
  seek(targetSeconds: number): void {
    this.#now.seek(targetSeconds);
  }

  /** Heard from a little ahead of the playhead on, without a gap. The last call wins. */
  setSettings(change: Partial<EnhancementSettings>): void {
    this.#settings.change(change);
  }

  /** The album of the track that plays, for its loudness. */
  readonly setAlbum = (tracks: readonly PlayerTrack[]): void => this.#settings.setAlbum(tracks);

  /** [0, 1]. */
  setVolume(volume: number): void {
    this.#volume.choose(volume);
  }

  setMuted(muted: boolean): void {
    this.#audio.muted = muted;
  }

  /** To the start of the track once more than a moment of it was played. */
  previous(): void {
    if (this.#now.isEarly && this.getSnapshot().hasPrevious) this.step(-1);
    else this.seek(0);
  }

  /** Loads the track again, enhanced; it goes on where it is, after an error where it is shown. */
  retry(): void {
    this.#now.retry();
  }

  /** Plays the file itself, not enhanced; the snapshot's mode says so. */
  playOriginal(reason: string): void {
    this.#now.playOriginal(reason);
  }

  /** The words on what was skipped have been read. */
  dismissSkipped(): void {
    this.#now.dismissSkipped();
  }

  getStats(): PlayerStats {
    return {
      timeToFirstSoundMs: this.#monitor.timeToFirstSoundMs,
      appendedBytes: this.#playback.appendedBytes,
      bufferedBytes: this.#playback.bufferedBytes,
      switches: this.#now.switches,
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
    this.#now.open(track, direction);
  }

  protected override park(track: PlayerTrack, positionSeconds: number): void {
    this.#now.park(track, positionSeconds);
  }

  /** The playhead may have crossed a join: what is heard counts. */
  protected override beforeQueue(): void {
    this.#playback.tick();
  }

  protected override onQueue(): void {
    this.#prepareNeighbours();
    this.#store.update();
  }

  protected override onTracks(idBefore: string | undefined): void {
    const track = this.queue.current?.track;
    this.#store.update(track && idBefore === this.getSnapshot().track?.id ? { track } : {});
  }

  /** The timeline is made before what hears of it. */
  #timelineListeners(): TimelineListeners {
    return {
      onFacts: (track, facts, isHeard) => this.#now.onFacts(track, facts, isHeard),
      onEntered: (track, facts) => this.#now.onEntered(track, facts),
      onSwitching: (atSeconds, wishedAtMs) => this.#now.onSwitching(atSeconds, wishedAtMs),
      onSwitched: (fromSeconds) => this.#now.onSwitched(fromSeconds),
      onFailed: (error) => this.#now.onFailed(error),
    };
  }

  readonly #onElementEvent = ({ type }: Event): void => {
    if (type === 'volumechange') {
      this.#volume.onChange();
      this.#store.update({ volume: this.#volume.chosen, muted: this.#audio.muted });
      return;
    }
    this.#transport.note(type);
    if (type === 'durationchange') this.#onDurationChange();
    if (type === 'error' && this.#audio.error && !this.getSnapshot().error) {
      this.#playback.onElementError(this.#audio.error.message);
    }
    this.#playback.tick();
    this.#store.update();
    this.#wait.look(this.#options.clock.nowMs());
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
    const isOriginal = this.getSnapshot().mode === 'original';
    if (isOriginal && Number.isFinite(duration)) this.#store.update({ durationSeconds: duration });
  }

  #onProgress(): void {
    this.#now.progress(this.#options.clock.nowMs());
    this.#playback.tick();
    this.#settings.tick();
    this.#prepareNeighbours();
    this.#store.update();
    this.#wait.look(this.#options.clock.nowMs());
  }

  /** Early: people press the buttons. */
  #prepareNeighbours(): void {
    if (this.#playback.aheadSeconds < CALM_AHEAD_SECONDS) return;
    const next = this.queue.peekNext('ended');
    // Later previous() goes to the start of this one.
    const previous = this.#now.isEarly ? this.queue.peekPrevious() : null;
    this.#playback.prepareNext(next && this.#settings.sourceOf(next.track));
    this.#playback.prepareAside('previous', previous && this.#settings.sourceOf(previous.track));
  }
}
