/** Where the listener's own lists lie. Every way may fail: browsers can forbid it or run full. */
import type { Favourite } from './favourites';
import type { Playlist, PlaylistHead } from './playlist';

/** null: there is none. */
export type PlaylistChange = (now: Playlist | null) => Playlist | null;

export type FavouritesChange = {
  readonly put: readonly Favourite[];
  /** Ids of tracks. */
  readonly removeIds: readonly string[];
};

export type ListsKeeper = {
  readonly heads: () => Promise<readonly PlaylistHead[]>;
  readonly find: (id: string) => Promise<Playlist | null>;
  /** In one step, so that two tabs do not undo what the other does. Returns what is there then. */
  readonly change: (id: string, change: PlaylistChange) => Promise<Playlist | null>;
  readonly favourites: () => Promise<readonly Favourite[]>;
  readonly changeFavourites: (change: FavouritesChange) => Promise<void>;
};
