/** The listener's favourites: each track once, the newest first. Pure. */
import type { ListTrack } from './list-track';

export type Favourite = {
  readonly track: ListTrack;
  /** Milliseconds since 1970; no two are the same. */
  readonly addedAtMs: number;
};

/** As the list is called. */
export const FAVOURITES = 'Favourites';

export const FAVOURITE_COUNT_MAX = 10_000;

export const newestFirst = (favourites: readonly Favourite[]): readonly Favourite[] =>
  [...favourites].sort((a, b) => b.addedAtMs - a.addedAtMs);

/** null: it is one already, or there are too many. */
export const favouriteOf = (
  favourites: readonly Favourite[],
  track: ListTrack,
  nowMs: number,
): Favourite | null => {
  const isThere = favourites.some((other) => other.track.id === track.id);
  if (isThere || favourites.length >= FAVOURITE_COUNT_MAX) return null;
  return { track, addedAtMs: Math.max(nowMs, (favourites[0]?.addedAtMs ?? 0) + 1) };
};
