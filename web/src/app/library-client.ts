/** The library's API, with everything that comes in checked at the border. Knows no UI. */
import { PlayerError } from '../shared/errors';
import type { PlayerTrack } from '../player/player-types';

export type LibraryTrack = PlayerTrack & {
  readonly format: string;
  readonly sampleRateHz: number;
  readonly channels: number;
};

export type Fetch = (url: string, options?: { signal?: AbortSignal }) => Promise<Response>;

const PAGE_SIZE = 500;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
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
  return {
    id,
    url: isLocalPath(streamUrl) ? streamUrl : `/api/player/stream/${path}`,
    title: text(value['title']) || 'Untitled',
    artist: text(value['artist']) || text(value['album_artist']),
    album: text(value['album']),
    albumArtist: text(value['album_artist']),
    durationSeconds: count(value['duration_s']),
    artworkUrl: value['has_artwork'] === true ? `/api/library/tracks/${path}/artwork` : null,
    format: text(value['format']),
    sampleRateHz: count(value['sample_rate_hz']),
    channels: count(value['channels']),
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

/** All tracks of the library, page by page, in the server's order. */
export const fetchTracks = async (
  fetch: Fetch,
  signal: AbortSignal,
): Promise<readonly LibraryTrack[]> => {
  const tracks: LibraryTrack[] = [];
  for (let offset = 0; ;) {
    const page = await fetchPage(fetch, offset, signal);
    tracks.push(...page.tracks);
    offset += page.count;
    if (page.count === 0 || offset >= page.total) return tracks;
  }
};

/** Every word of `query` occurs in the title, artist or album, in any case and without accents. */
export const matchesSearch = (track: LibraryTrack, query: string): boolean => {
  const fold = (value: string): string =>
    value.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
  const haystack = fold(`${track.title} ${track.artist} ${track.album}`);
  return fold(query)
    .split(/\s+/u)
    .every((word) => haystack.includes(word));
};
