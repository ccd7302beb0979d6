/**
 * Replaces the sound of one track by newer one: after a change of the settings, and when the final
 * plan takes over from a provisional one. Owns the settings and where the measuring is. While the
 * track is heard old sound plays on until the new one is there; while nothing is heard (paused,
 * seeking) the change takes effect at the playhead itself. Knows neither MSE nor what is rendered
 * next.
 */
import type { EnhancementSettings } from '../engine/engine-protocol';
import type { ClusterFeed } from './cluster-feed';
import { CALM_AHEAD_SECONDS } from './limits';
import type { TrackBooks } from './track-books';
import type { TrackPlayhead } from './track-playhead';
import type { TrackRenderer } from './track-renderer';

/** So much of the track may pass while its rest is measured before more is rendered ahead. */
export const MEASURING_SECONDS_MAX = 1;

export type SoundSwitchOptions = {
  readonly settings: EnhancementSettings;
  readonly renderer: TrackRenderer;
  readonly books: TrackBooks;
  readonly feed: ClusterFeed;
  readonly playhead: TrackPlayhead;
  /** How far ahead of the playhead the browser has decoded already. */
  readonly leadSeconds: number;
  /** There may be something to do. */
  readonly onWork: () => void;
};

const isSame = (a: EnhancementSettings, b: EnhancementSettings): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

export class SoundSwitch {
  readonly #options: SoundSwitchOptions;
  #settings: EnhancementSettings;
  /** Of a provisional plan: where the measuring of the rest is. */
  #measuring: 'not asked' | 'asked' | 'measured' | 'taken over' = 'not asked';
  #askedAtSeconds = 0;

  constructor(options: SoundSwitchOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  /** False: these are the settings that the track has. */
  configure(settings: EnhancementSettings, isCurrent: boolean): boolean {
    if (isSame(settings, this.#settings)) return false;
    const { renderer, books, feed, playhead } = this.#options;
    this.#settings = settings;
    books.nextGeneration();
    feed.drop();
    renderer.configure(settings);
    if (!books.isOpen || !isCurrent) return true;
    feed.awaitSwitch();
    // After the end there is nothing to hear: playing it again will render it anew.
    if (!playhead.isHeard && !playhead.hasEnded) playhead.jump(books.clamp(playhead.seconds));
    return true;
  }

  /**
   * Of a provisional plan: has the rest measured, and then lets the final plan take over.
   * `isProvisional`: of the plan that was told last, which may be older than the take-over.
   */
  improve(isProvisional: boolean): void {
    if (!isProvisional) {
      if (this.#measuring === 'taken over') this.#measuring = 'not asked';
    } else if (this.#measuring === 'not asked') {
      this.#measuring = 'asked';
      const { playhead } = this.#options;
      this.#askedAtSeconds = playhead.isPlaced ? playhead.seconds : 0;
      this.#options.renderer.measure();
    } else if (this.#measuring === 'measured') {
      this.#measuring = 'taken over';
      this.#takeOver();
      this.#options.onWork();
    }
  }

  /**
   * How far ahead to render. What is rendered while the rest is measured is thrown away soon, and
   * nothing is measured meanwhile: so it has to do with little. Not for long, on a slow link; and
   * not while the playhead stands still, by which that is told.
   * Precondition: the track has a place.
   */
  aheadSeconds(wantedSeconds: number): number {
    const { playhead } = this.#options;
    const passedSeconds = Math.abs(playhead.seconds - this.#askedAtSeconds);
    const isAsked = this.#measuring === 'asked' && playhead.isHeard;
    const isBrief = isAsked && passedSeconds < MEASURING_SECONDS_MAX;
    return isBrief ? Math.min(wantedSeconds, CALM_AHEAD_SECONDS) : wantedSeconds;
  }

  /** What improve() has asked for is there. */
  measured(): void {
    this.#measuring = 'measured';
    this.#options.onWork();
  }

  /** While it is heard, slowly from a little ahead of the playhead on; else everywhere at once. */
  #takeOver(): void {
    const { renderer, books, feed, playhead, leadSeconds } = this.#options;
    const position = playhead.heardSeconds ?? -1;
    const isHeard = playhead.isHeard && position >= 0;
    const fromFrame = isHeard ? books.switchAt(position + leadSeconds) : null;
    if (fromFrame === null) books.nextGeneration();
    feed.drop();
    renderer.takeOver(fromFrame);
    if (!isHeard && position >= 0 && !playhead.hasEnded) playhead.jump(books.clamp(position));
  }
}
