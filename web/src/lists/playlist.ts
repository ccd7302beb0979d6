/** A playlist of the listener's, and what can be done with it. Pure: a change is another one. */
import type { ListTrack } from './list-track';

/** A place in a list. The same track may stand in a playlist twice. */
export type ListEntry = {
  /** Unique in its list. */
  readonly key: number;
  readonly track: ListTrack;
};

export type PlaylistName = {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
};

export type Playlist = PlaylistName & { readonly entries: readonly ListEntry[] };

/** What is shown of a playlist without its tracks. */
export type PlaylistHead = PlaylistName & {
  readonly count: number;
  /** Of tracks whose length is known. */
  readonly durationSeconds: number;
  readonly cover: Pick<ListTrack, 'title' | 'album' | 'artworkUrl'>;
};

/** As many as become a queue (list-player.ts). */
export const ENTRY_COUNT_MAX = 10_000;
const NAME_LENGTH_MAX = 200;

/** '' where nothing is left to call it by. */
export const cleanName = (name: string): string =>
  name.replace(/\s+/gu, ' ').trim().slice(0, NAME_LENGTH_MAX);

export const headOf = ({ id, name, createdAtMs, entries }: Playlist): PlaylistHead => {
  const tracks = entries.map(({ track }) => track);
  const { title, album, artworkUrl } = tracks.find((track) => track.artworkUrl !== null) ??
    tracks[0] ?? { title: name, album: '', artworkUrl: null };
  return {
    id,
    name,
    createdAtMs,
    count: entries.length,
    durationSeconds: tracks.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0),
    cover: { title, album, artworkUrl },
  };
};

const freeKey = (entries: readonly ListEntry[]): number =>
  entries.reduce((max, { key }) => Math.max(max, key), 0) + 1;

/** Behind all others; what is too much is left out. */
export const append = (list: Playlist, tracks: readonly ListTrack[]): Playlist => {
  const { entries } = list;
  const room = Math.max(0, ENTRY_COUNT_MAX - entries.length);
  const firstKey = freeKey(entries);
  const added = tracks.slice(0, room).map((track, at) => ({ key: firstKey + at, track }));
  return { ...list, entries: [...entries, ...added] };
};

/** `to`: where it stands then. */
export const moveEntry = (list: Playlist, key: number, to: number): Playlist => {
  const moved = list.entries.find((entry) => entry.key === key);
  if (!moved) return list;
  const others = list.entries.filter((entry) => entry !== moved);
  return { ...list, entries: [...others.slice(0, to), moved, ...others.slice(to)] };
};

export const removeEntry = (list: Playlist, key: number): Playlist => ({
  ...list,
  entries: list.entries.filter((entry) => entry.key !== key),
});

/** Puts one back that was removed; by another key where what was added since has its own. */
export const insertEntry = (list: Playlist, entry: ListEntry, at: number): Playlist => {
  const { entries } = list;
  const isTaken = entries.some(({ key }) => key === entry.key);
  const back = isTaken ? { ...entry, key: freeKey(entries) } : entry;
  return { ...list, entries: [...entries.slice(0, at), back, ...entries.slice(at)] };
};

/** The same list where `revise` returns the same track for all. */
export const reviseTracks = (list: Playlist, revise: (track: ListTrack) => ListTrack): Playlist => {
  const entries = list.entries.map((entry) => {
    const track = revise(entry.track);
    return track === entry.track ? entry : { ...entry, track };
  });
  return entries.every((entry, at) => entry === list.entries[at]) ? list : { ...list, entries };
};
