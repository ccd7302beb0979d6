/**
 * The track that is shown: how it comes to sound, what is known of it, and what is done when it
 * cannot be played: the original instead, another track, or words. Knows neither the order of
 * tracks nor the timeline's affairs.
 */
import type { PlayerError } from '../shared/errors';
import type { Playback } from './playback';
import type { PlaybackMonitor } from './playback-monitor';
import { NOTHING_KNOWN } from './player-state';
import type { PlayerFailure, PlayerTrack, SwitchRecord } from './player-types';
import { isTracksFault, SkipRun } from './skip-run';
import type { SnapshotStore } from './snapshot-store';
import { SwitchLog } from './switch-log';
import type { TimelineListeners } from './timeline';
import type { TrackFacts } from './track-facts';
import type { TrackSettings } from './track-settings';
import type { Transport } from './transport';

export type NowPlayingOptions = {
  readonly store: SnapshotStore;
  readonly transport: Transport;
  readonly monitor: PlaybackMonitor;
  readonly playback: Playback;
  readonly settings: TrackSettings;
  /** Whether a track that cannot be played has a neighbour that way. */
  readonly hasOther: (direction: 1 | -1) => boolean;
  /** Goes to the neighbour that way, and returns it. */
  readonly stepOver: (direction: 1 | -1) => PlayerTrack | null;
  /** The track that followed is heard. Returns it as it is known now. */
  readonly onEntered: (track: PlayerTrack) => PlayerTrack;
  /** The position jumped. */
  readonly onSeek: (positionSeconds: number) => void;
  readonly onError: (failure: PlayerFailure) => void;
};

/** Whoever goes back goes to the start of the track when more than this was played. */
const RESTART_AFTER_SECONDS = 3;

const NO_MSE = 'This browser cannot take sound from the enhancer (no Media Source Extensions).';

export class NowPlaying implements TimelineListeners {
  readonly #options: NowPlayingOptions;
  readonly #skips = new SkipRun();
  readonly #switches = new SwitchLog();
  /** Where a track begins that is shown, but that nobody wanted to hear yet; null: none is. */
  #parkedAtSeconds: number | null = null;
  /** Where an error met the listener, also when that was on the way to another place; or where
   *  the listener went since. */
  #stoppedAtSeconds = 0;

  constructor(options: NowPlayingOptions) {
    this.#options = options;
  }

  /** In the track; the target while a seek is on its way; where an error has stopped it. */
  get positionSeconds(): number {
    const { store, playback } = this.#options;
    if (store.snapshot.error) return this.#stoppedAtSeconds;
    return this.#parkedAtSeconds ?? playback.positionSeconds;
  }

  /** Whoever goes back means the track before, also where this one does not play at all. */
  get isEarly(): boolean {
    const hasFailed = this.#options.store.snapshot.error !== null;
    return hasFailed || this.positionSeconds <= RESTART_AFTER_SECONDS;
  }

  /** It is shown, but nobody wanted to hear it yet. */
  get isParked(): boolean {
    return this.#parkedAtSeconds !== null;
  }

  get switches(): readonly SwitchRecord[] {
    return this.#switches.records;
  }

  /** Opens the track from its start; `direction`: which way somebody walks through the queue. */
  open(track: PlayerTrack, direction: 1 | -1): void {
    this.#skips.clear(direction);
    this.#load(track, 0);
  }

  /** Shows the track at that place, paused, and does no more before somebody wants to hear it. */
  park(track: PlayerTrack, positionSeconds: number): void {
    const { playback, transport } = this.#options;
    this.#skips.clear();
    playback.stop();
    transport.pause();
    this.#beginTrack(track, Math.max(0, positionSeconds));
    this.#options.onSeek(this.positionSeconds);
  }

  play(): void {
    const { store, monitor, transport, playback } = this.#options;
    const { track, state } = store.snapshot;
    if (!track) return;
    if (state === 'error') {
      this.retry();
      return;
    }
    // Asked of the element itself, which has ended before it says so.
    if (playback.hasEnded) this.seek(0);
    if (this.#parkedAtSeconds !== null) this.#load(track, this.#parkedAtSeconds);
    monitor.playRequested();
    transport.play();
    store.update();
  }

  /** Goes to any place of the track, buffered or not; after an error it is tried again there. */
  seek(targetSeconds: number): void {
    if (!Number.isFinite(targetSeconds)) return;
    const { store, playback, monitor, onSeek } = this.#options;
    if (store.snapshot.error) this.#stoppedAtSeconds = Math.max(0, targetSeconds);
    else if (this.#parkedAtSeconds !== null) this.#parkedAtSeconds = Math.max(0, targetSeconds);
    else playback.seek(targetSeconds);
    monitor.reset();
    store.update();
    onSeek(this.positionSeconds);
  }

  /** Loads the track again, enhanced where that can be had; it goes on where it is or stopped. */
  retry(): void {
    const { store, transport } = this.#options;
    const { track, error } = store.snapshot;
    if (!track) return;
    // An error has paused it.
    const goesOn = error !== null || transport.wantsPlay;
    this.#skips.clear();
    this.#load(track, this.positionSeconds);
    if (goesOn) this.play();
  }

  /** Plays the file itself, not enhanced; the snapshot's mode says so. */
  playOriginal(reason: string): void {
    const { track } = this.#options.store.snapshot;
    if (track) this.#goOnWithOriginal(track, reason, null, true);
  }

  /** The position has moved on while the track was heard. */
  progress(nowMs: number): void {
    this.#skips.progress(this.positionSeconds);
    this.#switches.progress(this.positionSeconds, nowMs);
  }

  /** The words on what was skipped have been read. */
  dismissSkipped(): void {
    this.#skips.dismiss();
    this.#options.store.update({ skipped: this.#skips.skipped });
  }

  onFacts(track: PlayerTrack, facts: TrackFacts, isHeard: boolean): void {
    const { store, settings } = this.#options;
    if (isHeard) store.update(facts);
    const { plan, isProvisional } = facts;
    if (plan && !isProvisional) settings.learn(track, plan);
  }

  /** The track before was played to its end, and this one follows it without a gap. */
  onEntered(track: PlayerTrack, facts: TrackFacts): void {
    const { store, playback, onEntered, onSeek } = this.#options;
    const known = onEntered(track);
    this.#skips.clear();
    this.#switches.clear();
    this.#show(known);
    store.update(facts);
    // It was prepared while another one was heard.
    playback.configure();
    onSeek(this.positionSeconds);
  }

  onSwitching(atSeconds: number, wishedAtMs: number): void {
    this.#switches.requested(atSeconds, wishedAtMs);
  }

  onSwitched(appendedFromSeconds: number): void {
    this.#switches.switched(appendedFromSeconds);
  }

  /** What the engine cannot play the browser may; what is gone neither can. */
  onFailed(error: PlayerError): void {
    const { store, playback, transport, settings } = this.#options;
    const { track } = store.snapshot;
    if (track && error.code === 'replaced' && this.#skips.mayGoOn) {
      const { wantsPlay } = transport;
      this.#skips.reopened();
      settings.forget(track);
      this.#load(track, this.positionSeconds);
      if (wantsPlay) this.play();
      return;
    }
    const isFormat = error.code === 'unsupported' || error.code === 'corrupt';
    if (!track || !isFormat || !playback.isEnhanced) {
      this.#fail(error);
      return;
    }
    this.#goOnWithOriginal(track, error.message, error, transport.wantsPlay);
  }

  #load(track: PlayerTrack, startSeconds: number): void {
    const { store, playback, transport, settings } = this.#options;
    const source = settings.sourceOf(track, startSeconds);
    this.#beginTrack(track);
    if (playback.canEnhance) {
      store.update({ mode: 'enhanced', modeReason: null });
      const { settings: shown } = store.snapshot;
      store.update(playback.openEnhanced({ ...source, settings: shown }));
    } else {
      this.#openOriginal(track, NO_MSE, null, startSeconds);
    }
    transport.beginTrack();
    store.update();
  }

  /** Nothing is true any more of what was known of the track before. */
  #beginTrack(track: PlayerTrack, parkedAtSeconds: number | null = null): void {
    this.#parkedAtSeconds = parkedAtSeconds;
    this.#switches.clear();
    this.#options.transport.beginTrack();
    this.#show(track);
    this.#options.monitor.restart();
  }

  #show(track: PlayerTrack): void {
    const { store, settings } = this.#options;
    store.update({
      ...NOTHING_KNOWN,
      ...settings.showing(track),
      track,
      info: null,
      skipped: this.#skips.skipped,
      durationSeconds: track.durationSeconds,
    });
  }

  /** `cause`: the engine's failure, where it has tried. */
  #openOriginal(
    track: PlayerTrack,
    reason: string,
    cause: PlayerError | null,
    startSeconds: number,
  ): void {
    this.#options.store.update({ mode: 'original', modeReason: reason });
    this.#options.playback.openOriginal(track, startSeconds, cause);
  }

  /** From where the engine's sound stopped; nothing of what the engine does is true any more. */
  #goOnWithOriginal(
    track: PlayerTrack,
    reason: string,
    cause: PlayerError | null,
    wantsPlay: boolean,
  ): void {
    const { store, playback, transport } = this.#options;
    const position = this.positionSeconds;
    playback.close();
    store.update(NOTHING_KNOWN);
    this.#openOriginal(track, reason, cause, position);
    transport.beginTrack();
    if (wantsPlay) this.play();
    else store.update();
  }

  #fail(error: PlayerError): void {
    const { store, playback, transport, hasOther, onError } = this.#options;
    const failure = { code: error.code, detail: error.detail, message: error.message };
    const { wantsPlay } = transport;
    this.#stoppedAtSeconds = this.positionSeconds;
    playback.close();
    transport.pause();
    const mayStep = wantsPlay && isTracksFault(failure.code) && hasOther(this.#skips.direction);
    const gaveUp = mayStep && !this.#skips.mayGoOn;
    if (mayStep && !gaveUp) this.#skip(failure);
    else store.update({ error: failure, gaveUp, reconnecting: null });
    onError(failure);
  }

  #skip(failure: PlayerFailure): void {
    const { track } = this.#options.store.snapshot;
    const next = this.#options.stepOver(this.#skips.direction);
    if (!track || !next) return;
    this.#skips.add({ track, failure });
    this.#load(next, 0);
    this.play();
  }
}
