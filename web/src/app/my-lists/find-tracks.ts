/**
 * Finds in the library what another program's list means. What such a list tells of names is
 * searched for first, where that takes fewer requests than to look at all tracks.
 */
import { listTrackOf, type ListTrack } from '../../lists/list-track';
import type { M3uEntry } from '../../lists/m3u';
import { fileNameOf, PathMatcher, placeOf } from '../../lists/path-matcher';
import type { LibraryTrack } from '../library-client';
import type { LibraryData } from '../library-data';

/** As many as the server gives at once. */
export const WALK_PAGE_COUNT = 500;
const SEARCH_COUNT = 50;
export const AT_ONCE_MAX = 4;

/** Each of `items`, so many at once. */
export const forEachAtOnce = async <Item>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const waiting = [...items];
  const next = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE_MAX }, next));
};

/** A file's name says what it is called, behind the number that many have in front. */
const searchWords = ({ title, location }: M3uEntry): string => {
  const name = fileNameOf(location).replace(/\.[^.]*$/u, '');
  const words = title === '' ? name.replace(/^[\d\s._-]+(?=\p{L})/u, '') : title;
  return words.replace(/[^\p{L}\p{N}\s'’]+/gu, ' ').trim();
};

/** A track that was not found may be called as its file is, which is no title. */
const entryOf = ({ path, title, artist, durationSeconds }: ListTrack): M3uEntry => ({
  location: path,
  title: title === fileNameOf(path) ? '' : title,
  artist,
  durationSeconds: durationSeconds > 0 ? durationSeconds : null,
});

/** One that has another id by now, or was not there; null: it is not there still. */
export const findAgain = async (
  data: LibraryData,
  track: ListTrack,
  signal: AbortSignal,
): Promise<LibraryTrack | null> => {
  const entry = entryOf(track);
  const search = searchWords(entry);
  if (track.path === '' || search === '') return null;
  const { tracks, total } = await data.someTracks({ search, limit: SEARCH_COUNT }, signal);
  const matcher = new PathMatcher(new Map([[0, entry]]));
  for (const found of tracks) matcher.offer(listTrackOf(found));
  const id = matcher.matches(total <= tracks.length).get(0)?.id;
  return tracks.find((found) => found.id === id) ?? null;
};

type Walk = {
  readonly data: LibraryData;
  readonly signal: AbortSignal;
  /** How many tracks of how many were looked at. */
  readonly onProgress: (doneCount: number, count: number) => void;
};

const matchPaths = async (
  { data, signal, onProgress }: Walk,
  entries: ReadonlyMap<number, M3uEntry>,
): Promise<ReadonlyMap<number, ListTrack>> => {
  const matcher = new PathMatcher(entries);
  const offer = (tracks: readonly LibraryTrack[]): void =>
    tracks.forEach((track) => matcher.offer(listTrackOf(track)));
  const page = { limit: WALK_PAGE_COUNT };
  const first = await data.someTracks(page, signal);
  offer(first.tracks);
  const { total } = first;
  const pageCount = Math.ceil(total / WALK_PAGE_COUNT);
  if (matcher.unsettled().size < pageCount) {
    await forEachAtOnce(matcher.unsettled(), async (index) => {
      const entry = entries.get(index);
      const search = entry === undefined ? '' : searchWords(entry);
      if (search === '') return;
      offer((await data.someTracks({ search, limit: SEARCH_COUNT }, signal)).tracks);
    });
  }
  for (let at = 1; at < pageCount && matcher.unsettled().size > 0; at += 1) {
    onProgress(at * WALK_PAGE_COUNT, total);
    offer((await data.someTracks({ ...page, offset: at * WALK_PAGE_COUNT }, signal)).tracks);
  }
  return matcher.matches();
};

/** For each entry its track; null: the library does not have it. */
export const findTracks = async (
  walk: Walk,
  entries: readonly M3uEntry[],
): Promise<readonly (ListTrack | null)[]> => {
  const found = new Map<number, ListTrack>();
  const ids = new Map<string, number[]>();
  const files = new Map<number, M3uEntry>();
  for (const [index, entry] of entries.entries()) {
    const place = placeOf(entry.location);
    if ('id' in place) ids.set(place.id, [...(ids.get(place.id) ?? []), index]);
    else files.set(index, entry);
  }
  await forEachAtOnce(ids, async ([id, indexes]) => {
    const track = await walk.data.find(id, walk.signal);
    for (const index of track ? indexes : []) if (track) found.set(index, listTrackOf(track));
  });
  if (files.size > 0) {
    for (const [index, track] of await matchPaths(walk, files)) found.set(index, track);
  }
  return entries.map((_, index) => found.get(index) ?? null);
};
