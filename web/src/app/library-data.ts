/**
 * What the page knows of the library: lists by their addresses in the API, made as they are looked
 * at. The lists looked at last are kept, so that going back finds them as they were. Whatever tells
 * that the library has changed calls `invalidate`.
 */
import { BoundedMap } from '../shared/bounded-map';
import { PlayerError } from '../shared/errors';
import { Emitter } from '../player/emitter';
import { browserDelay } from './delay';
import { formatDuration, isKnownDuration } from './format';
import { ItemList, type FetchItems } from './item-list';
import { PAGE_SIZE } from './item-pages';
import {
  count,
  fetchFields,
  isItem,
  NotFoundError,
  parseAlbum,
  parseArray,
  parseGrouping,
  parseTrack,
  text,
  type Album,
  type Fetch,
  type Fields,
  type Grouping,
  type LibraryTrack,
} from './library-client';

/** Besides its tracks: of an album, an artist, a genre. */
export type TracksHead = {
  readonly name: string;
  readonly album: Album | null;
  /** An artist's. */
  readonly albums: readonly Album[];
};

export type TrackItems = ItemList<LibraryTrack, TracksHead>;
export type AlbumItems = ItemList<Album, null>;
export type GroupingItems = ItemList<Grouping, null>;
type AnyItems = TrackItems | AlbumItems | GroupingItems;

/** Of one word that is searched; each kind has its best few. */
export type Found = {
  readonly albums: readonly Album[];
  readonly artists: readonly Grouping[];
  readonly genres: readonly Grouping[];
};

/** Lists that are kept besides those in sight. */
export const LIST_COUNT_MAX = 12;
/** True lengths that are kept, some 100 bytes each; those learnt longest ago go first. */
const LEARNT_COUNT_MAX = 10_000;
/** Whoever scrolls fast wants none of what passes by. */
const REST_MS = 60;

const ROOT = '/api/library/';

const looksLike = (aSeconds: number, bSeconds: number): boolean =>
  formatDuration(aSeconds) === formatDuration(bSeconds);

const noList = (): PlayerError =>
  new PlayerError('network', 'The server answered with something that is no list.');

/** Those that can be used. */
const usableOf = <Item>(
  fields: Fields,
  plural: string,
  parse: (value: unknown) => Item | null,
): readonly Item[] => (parseArray(fields, plural, parse) ?? []).filter(isItem);

const tracksHead = (fields: Fields): TracksHead => ({
  name: text(fields['name']),
  album: parseAlbum(fields),
  albums: usableOf(fields, 'albums', parseAlbum),
});

/** Of an album's tracks, as `LibraryData.tracks` takes it. */
export const albumPath = (id: string): string => `albums/${encodeURIComponent(id)}`;

type SomeTracks = {
  readonly search?: string;
  readonly offset?: number;
  readonly limit: number;
};

type LibraryEvents = {
  /** The library is another one. */
  readonly change: null;
  /** The server answers again: what failed may be asked for once more. */
  readonly back: null;
};

export class LibraryData extends Emitter<LibraryEvents> {
  readonly #fetch: Fetch;
  readonly #lists = new Map<string, AnyItems>();
  readonly #learntSeconds = new BoundedMap<string, number>(LEARNT_COUNT_MAX);

  constructor(fetch: Fetch) {
    super();
    this.#fetch = fetch;
  }

  /** `path` below the API's root, with its question: `tracks`, `albums/7`, `tracks?search=x`. */
  tracks(path: string): TrackItems {
    return this.#list<LibraryTrack, TracksHead>(path, 'tracks', parseTrack, tracksHead);
  }

  albums(path = 'albums'): AlbumItems {
    return this.#list<Album, null>(path, 'albums', parseAlbum, () => null);
  }

  groupings(kind: 'artists' | 'genres'): GroupingItems {
    return this.#list<Grouping, null>(kind, kind, parseGrouping, () => null);
  }

  /** Albums, artists and genres for what is typed, the best first. */
  async search(query: string, limit: number, signal: AbortSignal): Promise<Found> {
    const url = `${ROOT}search?q=${encodeURIComponent(query)}&limit=${limit}`;
    const fields = await fetchFields(this.#fetch, url, signal);
    return {
      albums: usableOf(fields, 'albums', parseAlbum),
      artists: usableOf(fields, 'artists', parseGrouping),
      genres: usableOf(fields, 'genres', parseGrouping),
    };
  }

  /** Newest first; null: this server does not know the order. */
  async newestAlbums(limit: number, signal: AbortSignal): Promise<readonly Album[] | null> {
    const url = `${ROOT}albums?sort=added&order=desc&limit=${limit}`;
    const fields = await fetchFields(this.#fetch, url, signal);
    if (fields['sort'] !== 'added') return null;
    return usableOf(fields, 'albums', parseAlbum);
  }

  /** As many as the album's view shows at first, at the same address; its list stays as it is. */
  async albumTracks(id: string, signal: AbortSignal): Promise<readonly LibraryTrack[]> {
    const fetchItems = this.#fetcher(albumPath(id), 'tracks', parseTrack, tracksHead);
    const { items } = await fetchItems({ offset: 0, cursor: null, limit: PAGE_SIZE }, signal);
    return items.filter(isItem);
  }

  /** Some in the order of the library; those that have all the words, where some are told. */
  async someTracks(
    { search = '', offset = 0, limit }: SomeTracks,
    signal: AbortSignal,
  ): Promise<{ readonly tracks: readonly LibraryTrack[]; readonly total: number }> {
    const question = `search=${encodeURIComponent(search)}&offset=${offset}&limit=${limit}`;
    const fields = await fetchFields(this.#fetch, `${ROOT}tracks?${question}`, signal);
    return { tracks: usableOf(fields, 'tracks', parseTrack), total: count(fields['total']) };
  }

  /** null: the library has none of that id. */
  async find(id: string, signal: AbortSignal): Promise<LibraryTrack | null> {
    const url = `${ROOT}tracks/${encodeURIComponent(id)}`;
    let fields: Fields;
    try {
      fields = await fetchFields(this.#fetch, url, signal);
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
    const track = parseTrack(fields);
    if (!track) throw noList();
    return this.#withLearnt(track);
  }

  /** The library is another one: everything in sight is asked for again. */
  invalidate(): void {
    for (const list of this.#lists.values()) list.invalidate();
    this.emit('change', null);
  }

  /** The server is back: what could not be had of the lists in sight is asked for again. */
  retryFailed(): void {
    for (const list of this.#lists.values()) list.retryFailed();
    this.emit('back', null);
  }

  /** The true length of a track, which the catalogue may not know, or not rightly. */
  learnDuration(id: string, durationSeconds: number): void {
    if (!isKnownDuration(durationSeconds)) return;
    this.#learntSeconds.set(id, durationSeconds);
    for (const list of this.#lists.values()) {
      (list as unknown as ItemList<Album | Grouping | LibraryTrack, unknown>).revise((item) =>
        'url' in item && item.id === id ? this.#withLearnt(item) : item,
      );
    }
  }

  /** The same track where no length would look different. */
  #withLearnt(track: LibraryTrack): LibraryTrack {
    const durationSeconds = this.#learntSeconds.get(track.id);
    const isNews =
      durationSeconds !== undefined && !looksLike(track.durationSeconds, durationSeconds);
    return isNews ? { ...track, durationSeconds } : track;
  }

  #list<Item, Head>(
    path: string,
    plural: string,
    parse: (value: unknown) => Item | null,
    headOf: (fields: Fields) => Head,
  ): ItemList<Item, Head> {
    // A path names the kind of its items.
    const known = this.#lists.get(path) as ItemList<Item, Head> | undefined;
    const list =
      known ??
      new ItemList<Item, Head>({
        path,
        fetchItems: this.#fetcher(path, plural, parse, headOf),
        later: (work) => browserDelay(work, REST_MS),
      });
    // The one that was asked for last is the last to go.
    this.#lists.delete(path);
    this.#dropOldest();
    this.#lists.set(path, list as unknown as AnyItems);
    return list;
  }

  /** Makes room for one more. A list in sight stays: another one in its place would be empty. */
  #dropOldest(): void {
    for (const [path, list] of this.#lists) {
      if (this.#lists.size < LIST_COUNT_MAX) return;
      if (list.isInSight) continue;
      this.#lists.delete(path);
      list.dispose();
    }
  }

  #fetcher<Item, Head>(
    path: string,
    plural: string,
    parse: (value: unknown) => Item | null,
    headOf: (fields: Fields) => Head,
  ): FetchItems<Item, Head> {
    const base = `${ROOT}${path}${path.includes('?') ? '&' : '?'}`;
    return async ({ offset, cursor, limit }, signal) => {
      const place = cursor === null ? `offset=${offset}` : `cursor=${encodeURIComponent(cursor)}`;
      const url = `${base}limit=${limit}&${place}`;
      const fields = await fetchFields(this.#fetch, url, signal);
      const items = parseArray(fields, plural, parse);
      if (!items) throw noList();
      return {
        items: items.map((item) => this.#finished(item)),
        total: count(fields['total']),
        next: text(fields['next']) || null,
        hasOffsets: typeof fields['offset'] === 'number',
        head: headOf(fields),
      };
    };
  }

  #finished<Item>(item: Item | null): Item | null {
    const isTrack = typeof item === 'object' && item !== null && 'url' in item;
    return isTrack ? (this.#withLearnt(item as unknown as LibraryTrack) as unknown as Item) : item;
  }
}
