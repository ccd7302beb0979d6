/**
 * A track as it stands in the listener's own lists: with enough to be shown where the library does
 * not have it at present, and to be found again. Pure.
 */
import type { PlayerTrack } from '../player/player-types';
import { parseLocalAddress } from '../shared/local-address';

export type ListTrack = PlayerTrack & {
  /** Of its file below the music folder, or as another program wrote it; '': not known. */
  readonly path: string;
};

/** A track that was looked for and not found: it has no id, so it cannot be played. */
export const isFound = ({ id }: ListTrack): boolean => id !== '';

/** Only what a list keeps. */
export const listTrackOf = (track: PlayerTrack & { readonly path?: string }): ListTrack => ({
  id: track.id,
  url: track.url,
  title: track.title,
  artist: track.artist,
  album: track.album,
  albumArtist: track.albumArtist,
  albumId: track.albumId,
  durationSeconds: track.durationSeconds,
  artworkUrl: track.artworkUrl,
  path: track.path ?? parseLocalAddress(track.url)?.path ?? '',
});

export type TrackHints = Pick<ListTrack, 'path' | 'title' | 'artist' | 'durationSeconds'>;

/** Of a track that only another program's list tells of. */
export const unfoundTrack = ({ path, title, artist, durationSeconds }: TrackHints): ListTrack => ({
  id: '',
  url: '',
  title: title === '' ? path.slice(path.lastIndexOf('/') + 1) : title,
  artist,
  album: '',
  albumArtist: '',
  albumId: null,
  durationSeconds,
  artworkUrl: null,
  path,
});

const FACTS = Object.keys(unfoundTrack({ path: '', title: '', artist: '', durationSeconds: 0 }));

export const isSameTrack = (a: ListTrack, b: ListTrack): boolean =>
  FACTS.every((fact) => a[fact as keyof ListTrack] === b[fact as keyof ListTrack]);

const isText = (value: unknown): value is string => typeof value === 'string';

/** null: what an older page, or whoever else, has written is no track. */
export const readListTrack = (value: unknown): ListTrack | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { albumId, artworkUrl, durationSeconds, ...texts } = value as Record<string, unknown>;
  const { id, url, title, artist, album, albumArtist, path } = texts;
  if (!isText(id) || !isText(url) || !isText(title) || !isText(path)) return null;
  return {
    id,
    url,
    title,
    artist: isText(artist) ? artist : '',
    album: isText(album) ? album : '',
    albumArtist: isText(albumArtist) ? albumArtist : '',
    albumId: isText(albumId) ? albumId : null,
    durationSeconds: typeof durationSeconds === 'number' ? durationSeconds : 0,
    artworkUrl: isText(artworkUrl) ? artworkUrl : null,
    path,
  };
};
