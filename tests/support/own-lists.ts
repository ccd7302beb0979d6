/** Tracks and lists of the listener's own, and a keeper that can be told to refuse. */
import { unfoundTrack, type ListTrack } from '../../web/src/lists/list-track';
import type { ListsKeeper } from '../../web/src/lists/lists-keeper';
import { IndexedDbLists } from '../../web/src/lists/indexed-db-lists';
import type { Playlist } from '../../web/src/lists/playlist';

/** A track of the library at this path. */
export const listTrack = (path: string, facts: Partial<ListTrack> = {}): ListTrack => ({
  ...unfoundTrack({ path, title: path, artist: 'Mira', durationSeconds: 120 }),
  id: `id of ${path}`,
  url: `/api/player/stream/${encodeURIComponent(path)}`,
  ...facts,
});

export const playlistOf = (paths: readonly string[]): Playlist => ({
  id: 'a',
  name: 'Mix',
  createdAtMs: 1,
  entries: paths.map((path, at) => ({ key: at + 1, track: listTrack(path) })),
});

/** As browsers refuse: by failing. */
export class RefusingKeeper implements ListsKeeper {
  readonly #kept = new IndexedDbLists();
  /** The name of the error that everything fails with; null: nothing fails. */
  refusal: string | null = null;

  readonly heads: ListsKeeper['heads'] = () => this.#may(() => this.#kept.heads());
  readonly find: ListsKeeper['find'] = (id) => this.#may(() => this.#kept.find(id));
  readonly change: ListsKeeper['change'] = (id, change) =>
    this.#may(() => this.#kept.change(id, change));
  readonly favourites: ListsKeeper['favourites'] = () => this.#may(() => this.#kept.favourites());
  readonly changeFavourites: ListsKeeper['changeFavourites'] = (change) =>
    this.#may(() => this.#kept.changeFavourites(change));

  #may<T>(work: () => Promise<T>): Promise<T> {
    return this.refusal === null ? work() : Promise.reject(new DOMException('', this.refusal));
  }
}
