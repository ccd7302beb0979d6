/**
 * What is shown of tracks, in few bytes, as plain values that survive as JSON: names that many of
 * them share are written once. What comes back was in other hands, so all of it is checked. Pure.
 *
 *   { names: [NAME...], tracks: [[ID, TITLE, artist, album, album artist, album id, SECONDS,
 *     has artwork (0 or 1)]...] }      in small letters: indices into `names`
 */
import type { PlayerTrack } from '../player/player-types';
import { isLocalAddress } from '../shared/local-address';
import { streamUrlOf } from '../shared/player-addresses';
import { artworkUrlOf } from './library-client';

type PackedTrack = readonly [string, string, number, number, number, number, number, 0 | 1];
export type PackedTracks = {
  readonly names: readonly string[];
  readonly tracks: readonly PackedTrack[];
};

export const packTracks = (tracks: readonly PlayerTrack[]): PackedTracks => {
  const places = new Map<string, number>();
  const placeOf = (name: string): number => {
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    return place;
  };
  const packed = tracks.map((track): PackedTrack => [
    track.id,
    track.title,
    placeOf(track.artist),
    placeOf(track.album),
    placeOf(track.albumArtist),
    placeOf(track.albumId ?? ''),
    track.durationSeconds,
    track.artworkUrl === null ? 0 : 1,
  ]);
  return { names: [...places.keys()], tracks: packed };
};

const unpackTrack = (value: unknown, names: readonly unknown[]): PlayerTrack | null => {
  if (!Array.isArray(value)) return null;
  const [id, title, artist, album, albumArtist, albumId, durationSeconds, hasArtwork] =
    value as readonly unknown[];
  const nameAt = (place: unknown): string => {
    const name = typeof place === 'number' ? names[place] : '';
    return typeof name === 'string' ? name : '';
  };
  if (typeof id !== 'string' || id === '' || typeof title !== 'string') return null;
  const isLength = typeof durationSeconds === 'number' && durationSeconds >= 0;
  return {
    id,
    url: isLocalAddress(id) ? id : streamUrlOf(id),
    title,
    artist: nameAt(artist),
    album: nameAt(album),
    albumArtist: nameAt(albumArtist),
    albumId: nameAt(albumId) || null,
    durationSeconds: isLength ? durationSeconds : 0,
    artworkUrl: hasArtwork === 1 ? artworkUrlOf(id) : null,
  };
};

/** Those that are in order, `countMax` at most. */
export const unpackTracks = (value: unknown, countMax: number): readonly PlayerTrack[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { names, tracks } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(names) || !Array.isArray(tracks)) return [];
  return tracks
    .slice(0, countMax)
    .map((track) => unpackTrack(track, names))
    .filter((track) => track !== null);
};
