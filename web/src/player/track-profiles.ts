/**
 * What was measured of tracks during this visit of the page, by their addresses. Handed back to the
 * engine it saves the measuring: a track that is played again sounds sooner.
 */
import type { PlanSummary } from '../engine/engine-protocol';
import { BoundedMap } from '../shared/bounded-map';

export type MeasuredTrack = Pick<PlanSummary, 'profile' | 'loudnessLufs'>;

/** A profile has about two kilobytes. */
export const TRACK_COUNT_MAX = 1000;

export class TrackProfiles {
  readonly #measured = new BoundedMap<string, MeasuredTrack>(TRACK_COUNT_MAX);

  get(url: string): MeasuredTrack | null {
    return this.#measured.get(url) ?? null;
  }

  delete(url: string): void {
    this.#measured.delete(url);
  }

  set(url: string, { profile, loudnessLufs }: MeasuredTrack): void {
    this.#measured.set(url, { profile, loudnessLufs });
  }
}
