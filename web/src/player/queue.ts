/** What is played one after another, in the library's order. Pure. */
import type { PlayerTrack } from './player-types';

export class Queue {
  #tracks: readonly PlayerTrack[] = [];

  get tracks(): readonly PlayerTrack[] {
    return this.#tracks;
  }

  set(tracks: readonly PlayerTrack[]): void {
    this.#tracks = tracks;
  }

  /** The track so many places behind (or, negative, before) this one; null: there is none. */
  neighbour(track: PlayerTrack | null, by: number): PlayerTrack | null {
    const index = this.#tracks.findIndex(({ id }) => id === track?.id);
    return index < 0 ? null : (this.#tracks[index + by] ?? null);
  }
}
