/**
 * What was measured of tracks during this visit of the page, by their addresses. Handed back to the
 * engine it saves the measuring: a track that is played again sounds sooner.
 */
import type { PlanSummary } from '../engine/engine-protocol';

export type MeasuredTrack = Pick<PlanSummary, 'profile' | 'loudnessLufs'>;

/** A profile has about two kilobytes. */
const TRACK_COUNT_MAX = 1000;

export class TrackProfiles {
  // A Map keeps insertion order: the first entry is the oldest one.
  readonly #measured = new Map<string, MeasuredTrack>();

  get(url: string): MeasuredTrack | null {
    return this.#measured.get(url) ?? null;
  }

  set(url: string, { profile, loudnessLufs }: MeasuredTrack): void {
    this.#measured.delete(url);
    this.#measured.set(url, { profile, loudnessLufs });
    for (const oldest of this.#measured.keys()) {
      if (this.#measured.size <= TRACK_COUNT_MAX) return;
      this.#measured.delete(oldest);
    }
  }
}
