/** The library's API, with everything that comes in checked at the border. Knows no UI. */
import { PlayerError } from '../shared/errors';
import type { PlayerTrack } from '../player/player-types';
import { searchKey } from './search';

export type LibraryTrack = PlayerTrack & {
  readonly format: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Title, artists and album, folded (see search.ts). */
  readonly searchKey: string;
};

export type Fetch = (url: string, options?: { signal?: AbortSignal }) => Promise<Response>;

const PAGE_SIZE = 500;
/** What the page holds of a library: some 600 bytes each. */
export const LIBRARY_TRACK_COUNT_MAX = 200_000;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : []).map(text).filter((part) => part !== '');
const count = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;

/**
 * Only addresses of this origin are played: the API has no business to send us elsewhere. Browsers
 * read a backslash as a slash and pass over tabs and line ends, so "/\host" leads elsewhere too.
 */
const isLocalPath = (value: string): boolean => /^\/(?!\/)[^\\\p{Cc}]*$/u.test(value);

/** null for a track that cannot be used: without an id there is nothing to play or to show. */
const parseTrack = (value: unknown): LibraryTrack | null => {
  if (!isFields(value)) return null;
  const { id: rawId } = value;
  const id = typeof rawId === 'number' ? String(rawId) : text(rawId);
  if (id === '') return null;
  const path = encodeURIComponent(id);
  const streamUrl = text(value['stream_url']);
  const title = text(value['title']) || 'Untitled';
  const album = text(value['album']);
  // The first of the artists; all of them are in the list, which other servers may not have.
  const mainArtist = text(value['artist']);
  // An album whose tracks have different guests is one album all the same.
  const albumArtist = text(value['album_artist']) || mainArtist;
  const artist = texts(value['artists']).join(', ') || mainArtist || albumArtist;
  return {
    id,
    url: isLocalPath(streamUrl) ? streamUrl : `/api/player/stream/${path}`,
    title,
    artist,
    album,
    albumArtist,
    durationSeconds: count(value['duration_s']),
    artworkUrl: value['has_artwork'] === true ? `/api/library/tracks/${path}/artwork` : null,
    format: text(value['format']),
    sampleRateHz: count(value['sample_rate_hz']),
    channels: count(value['channels']),
    searchKey: searchKey([title, artist, mainArtist, album, albumArtist]),
  };
};

type Page = { readonly tracks: readonly LibraryTrack[]; readonly count: number; total: number };

const parsePage = (value: unknown): Page => {
  const tracks: unknown = isFields(value) ? value['tracks'] : null;
  if (!isFields(value) || !Array.isArray(tracks)) {
    throw new PlayerError('network', 'The server answered with something that is no track list.');
  }
  const parsed = tracks.map(parseTrack).filter((track) => track !== null);
  return { tracks: parsed, count: tracks.length, total: count(value['total']) };
};

const fetchPage = async (fetch: Fetch, offset: number, signal: AbortSignal): Promise<Page> => {
  const url = `/api/library/tracks?limit=${PAGE_SIZE}&offset=${offset}`;
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    if (signal.aborted) throw new PlayerError('aborted', 'No longer wanted.', { cause: error });
    throw new PlayerError('network', 'The server cannot be reached.', { cause: error });
  }
  if (!response.ok) {
    throw new PlayerError('network', `The server answered with error ${response.status}.`);
  }
  try {
    return parsePage(await response.json());
  } catch (error) {
    if (error instanceof PlayerError) throw error;
    throw new PlayerError('network', 'The server sent an unreadable track list.', { cause: error });
  }
};

export type Listing = {
  readonly tracks: readonly LibraryTrack[];
  /** Tracks of the library that are not among them: there are more than are held. */
  readonly leftOutCount: number;
};

/**
 * All tracks of the library up to `countMax`, page by page, in the server's order, each once: what
 * a scan of the server puts in front of a page moves tracks into it that an earlier one has had.
 */
export const fetchTracks = async (
  fetch: Fetch,
  signal: AbortSignal,
  countMax = LIBRARY_TRACK_COUNT_MAX,
): Promise<Listing> => {
  const tracks = new Map<string, LibraryTrack>();
  let repeatedCount = 0;
  for (let offset = 0; ;) {
    const page = await fetchPage(fetch, offset, signal);
    for (const track of page.tracks) {
      if (tracks.has(track.id)) repeatedCount += 1;
      else if (tracks.size < countMax) tracks.set(track.id, track);
    }
    offset += page.count;
    // A server that repeats itself is not asked for ever either.
    const isAll = page.count === 0 || offset >= page.total || repeatedCount > countMax;
    if (tracks.size === countMax) {
      const leftOutCount = Math.max(offset - repeatedCount, page.total) - countMax;
      return { tracks: [...tracks.values()], leftOutCount };
    }
    if (isAll) return { tracks: [...tracks.values()], leftOutCount: 0 };
  }
};
