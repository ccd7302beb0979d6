/** The library's API, with everything that comes in checked at the border. Knows no UI. */
import { PlayerError } from '../shared/errors';
import type { PlayerTrack } from '../player/player-types';
import { streamUrlOf } from '../shared/player-addresses';

export type LibraryTrack = PlayerTrack & {
  readonly format: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** null: not told. */
  readonly trackNumber: number | null;
  readonly discNumber: number | null;
  /** Of its file below the music folder; '': not told. */
  readonly path: string;
  /** Its folder cannot be reached at present. */
  readonly isAway: boolean;
};

/** An artist or a genre. */
export type Grouping = {
  readonly id: string;
  readonly name: string;
  readonly trackCount: number;
};

export type Album = Grouping & {
  readonly artist: string;
  /** null: not told. */
  readonly year: number | null;
  /** 0 when it is not known. */
  readonly durationSeconds: number;
  readonly artworkUrl: string | null;
};

export type Fetch = (url: string, options?: { signal?: AbortSignal }) => Promise<Response>;

export type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : []).map(text).filter((part) => part !== '');
export const count = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
const countOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
const idOf = (value: unknown): string => (typeof value === 'number' ? String(value) : text(value));

/**
 * Only addresses of this origin are played: the API has no business to send us elsewhere. Browsers
 * read a backslash as a slash and pass over tabs and line ends, so "/\host" leads elsewhere too.
 */
const isLocalPath = (value: string): boolean => /^\/(?!\/)[^\\\p{Cc}]*$/u.test(value);
export const artworkUrlOf = (trackId: string): string =>
  `/api/library/tracks/${encodeURIComponent(trackId)}/artwork`;

/** null for a track that cannot be used: without an id there is nothing to play or to show. */
export const parseTrack = (value: unknown): LibraryTrack | null => {
  if (!isFields(value)) return null;
  const id = idOf(value['id']);
  if (id === '') return null;
  const streamUrl = text(value['stream_url']);
  // The first of the artists; all of them are in the list, which other servers may not have.
  const mainArtist = text(value['artist']);
  // An album whose tracks have different guests is one album all the same.
  const albumArtist = text(value['album_artist']) || mainArtist;
  return {
    id,
    url: isLocalPath(streamUrl) ? streamUrl : streamUrlOf(id),
    title: text(value['title']) || 'Untitled',
    artist: texts(value['artists']).join(', ') || mainArtist || albumArtist,
    album: text(value['album']),
    albumArtist,
    albumId: idOf(value['album_id']) || null,
    durationSeconds: count(value['duration_s']),
    artworkUrl: value['has_artwork'] === true ? artworkUrlOf(id) : null,
    format: text(value['format']),
    sampleRateHz: count(value['sample_rate_hz']),
    channels: count(value['channels']),
    trackNumber: countOrNull(value['track_number']),
    discNumber: countOrNull(value['disc_number']),
    path: text(value['path']),
    isAway: value['away'] === true,
  };
};

/** null: without an id there is nowhere to go. */
export const parseGrouping = (value: unknown): Grouping | null => {
  if (!isFields(value)) return null;
  const id = idOf(value['id']);
  if (id === '') return null;
  return { id, name: text(value['name']), trackCount: count(value['track_count']) };
};

export const parseAlbum = (value: unknown): Album | null => {
  const grouping = parseGrouping(value);
  if (!grouping || !isFields(value)) return null;
  const artworkTrack = idOf(value['artwork_track_id']);
  return {
    ...grouping,
    artist: text(value['artist']),
    year: countOrNull(value['year']),
    durationSeconds: count(value['duration_s']),
    artworkUrl: artworkTrack === '' ? null : artworkUrlOf(artworkTrack),
  };
};

/** The array of that name, each item by itself; null where there is none. */
export const parseArray = <Item>(
  fields: Fields,
  name: string,
  parse: (value: unknown) => Item | null,
): readonly (Item | null)[] | null => {
  const values = fields[name];
  return Array.isArray(values) ? values.map(parse) : null;
};

export const isItem = <Item>(item: Item | null): item is Item => item !== null;

/** There is nothing at this address any more. */
export class NotFoundError extends PlayerError {}

/** What the API answers with, which is always an object. */
export const fetchFields = async (
  fetch: Fetch,
  url: string,
  signal: AbortSignal,
): Promise<Fields> => {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    if (signal.aborted) throw new PlayerError('aborted', 'No longer wanted.', { cause: error });
    throw new PlayerError('network', 'The server cannot be reached.', { cause: error });
  }
  if (response.status === 404) throw new NotFoundError('network', 'The library has it no more.');
  if (!response.ok) {
    throw new PlayerError('network', `The server answered with error ${response.status}.`);
  }
  let value: unknown;
  try {
    value = await response.json();
  } catch (error) {
    throw new PlayerError('network', 'The server sent an unreadable answer.', { cause: error });
  }
  if (isFields(value)) return value;
  throw new PlayerError('network', 'The server answered with something that is no list.');
};
