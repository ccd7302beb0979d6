/** The listener's own lists in IndexedDB. What is read back and is no list is passed over. */
import type { DBSchema } from 'idb';
import { LastingDatabase } from '../shared/lasting-database';
import { newestFirst, type Favourite } from './favourites';
import { readListTrack } from './list-track';
import type { FavouritesChange, ListsKeeper, PlaylistChange } from './lists-keeper';
import { headOf, type ListEntry, type Playlist, type PlaylistHead } from './playlist';

// idb asks for an interface.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
interface Schema extends DBSchema {
  heads: { key: string; value: PlaylistHead };
  /** By id of the playlist. */
  entries: { key: string; value: readonly ListEntry[] };
  /** By id of the track. */
  favourites: { key: string; value: Favourite };
}

export const LISTS_DATABASE = 'auralis-lists';
/** Raise it with every change of Schema. */
const SCHEMA_VERSION = 1;

const readEntries = (values: readonly ListEntry[] | undefined): readonly ListEntry[] =>
  (values ?? []).flatMap(({ key, track: value }) => {
    const track = readListTrack(value);
    return track && Number.isSafeInteger(key) ? [{ key, track }] : [];
  });

const playlistOf = (
  head: PlaylistHead | undefined,
  entries: readonly ListEntry[] | undefined,
): Playlist | null => {
  if (!head) return null;
  const { id, name, createdAtMs } = head;
  return { id, name, createdAtMs, entries: readEntries(entries) };
};

export class IndexedDbLists implements ListsKeeper {
  readonly #database = new LastingDatabase<Schema>({
    name: LISTS_DATABASE,
    version: SCHEMA_VERSION,
    upgrade: (database) => {
      database.createObjectStore('heads', { keyPath: 'id' });
      database.createObjectStore('entries');
      database.createObjectStore('favourites', { keyPath: 'track.id' });
    },
  });

  readonly heads = (): Promise<readonly PlaylistHead[]> =>
    this.#database.use((database) => database.getAll('heads'));

  readonly find = (id: string): Promise<Playlist | null> =>
    this.#database.use(async (database) => {
      const reading = database.transaction(['heads', 'entries']);
      const head = reading.objectStore('heads').get(id);
      const entries = reading.objectStore('entries').get(id);
      return playlistOf(await head, await entries);
    });

  readonly change = (id: string, change: PlaylistChange): Promise<Playlist | null> =>
    this.#database.change(['heads', 'entries'], async (writing) => {
      const heads = writing.objectStore('heads');
      const entries = writing.objectStore('entries');
      const now = playlistOf(await heads.get(id), await entries.get(id));
      const next = change(now);
      if (next === null) {
        await heads.delete(id);
        await entries.delete(id);
      } else if (next !== now) {
        await heads.put(headOf(next));
        await entries.put(next.entries, id);
      }
      return next;
    });

  readonly favourites = async (): Promise<readonly Favourite[]> => {
    const all = await this.#database.use((database) => database.getAll('favourites'));
    return newestFirst(
      all.flatMap(({ track: value, addedAtMs }) => {
        const track = readListTrack(value);
        return track && Number.isFinite(addedAtMs) ? [{ track, addedAtMs }] : [];
      }),
    );
  };

  readonly changeFavourites = ({ put, removeIds }: FavouritesChange): Promise<void> =>
    this.#database.change(['favourites'], async ({ store }) => {
      for (const id of removeIds) await store.delete(id);
      for (const favourite of put) await store.put(favourite);
    });

  close(): void {
    this.#database.close();
  }
}
