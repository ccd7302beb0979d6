/**
 * Finds the tracks that another program's list means. Its paths may be those of another machine, so
 * they are compared from their ends: the track that has the most parts in common is meant. Letters
 * count the same however they are composed, and in either case. Pure.
 */
import type { ListTrack } from './list-track';
import type { M3uEntry } from './m3u';

/** Where an entry leads: a track of a server like this one, by its id, or a file. */
export type Place = { readonly id: string } | { readonly path: string };

const STREAM = /^(?:https?:\/\/[^/?#]+)?\/api\/player\/stream\/([^/?#]+)$/iu;
const URL_START = /^[a-z][a-z\d+.-]+:\/\//iu;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Paths have "/" between their parts, and no drive, host, "." or ".." */
const cleanPath = (path: string): string =>
  path
    .replace(/\\/gu, '/')
    .replace(/^[a-z]:/iu, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');

export const placeOf = (location: string): Place => {
  const [, id] = STREAM.exec(location) ?? [];
  if (id !== undefined) return { id: decoded(id) };
  if (!URL_START.test(location)) return { path: cleanPath(location) };
  // A file: has no host, or one that is none of the path.
  const path = location.replace(URL_START, '').replace(/^[^/]*\//u, '');
  const [plain = ''] = path.split(/[?#]/u);
  return { path: cleanPath(decoded(plain)) };
};

/** As the file of an entry is called. */
export const fileNameOf = (location: string): string => {
  const place = placeOf(location);
  const path = 'path' in place ? place.path : location;
  return path.slice(path.lastIndexOf('/') + 1);
};

const foldedParts = (path: string): readonly string[] =>
  path.normalize('NFC').toLowerCase().normalize('NFC').split('/');

/** How many parts both have in common at their ends. */
const commonTail = (a: readonly string[], b: readonly string[]): number => {
  let count = 0;
  while (count < a.length && count < b.length && a.at(-1 - count) === b.at(-1 - count)) count += 1;
  return count;
};

/** Lengths are told in whole seconds, and programs do not agree on them. */
const LENGTH_ERROR_SECONDS = 3;

const folded = (text: string): string => text.normalize('NFC').toLowerCase();

/** The list tells of another length than the track has. */
const isOtherLength = (entry: M3uEntry, track: ListTrack): boolean =>
  entry.durationSeconds !== null &&
  track.durationSeconds > 0 &&
  Math.abs(entry.durationSeconds - track.durationSeconds) > LENGTH_ERROR_SECONDS;

/** A title with " - " in it was read as an artist and a title. */
const isTitle = ({ title, artist }: M3uEntry, track: ListTrack): boolean =>
  [title, `${artist} - ${title}`].some((told) => folded(told) === folded(track.title));

/** How much of what the list tells of its entry is true of the track. */
const agreement = (entry: M3uEntry, track: ListTrack): number => {
  const isLength =
    entry.durationSeconds !== null && track.durationSeconds > 0 && !isOtherLength(entry, track);
  return Number(isLength) + Number(entry.title !== '' && isTitle(entry, track));
};

type Candidate = {
  readonly track: ListTrack;
  readonly path: string;
  readonly tail: number;
  /** All parts of the track's path are the entry's; a name alone, where the entry has no more. */
  readonly isWhole: boolean;
  readonly agreement: number;
};

type Wanted = {
  readonly index: number;
  readonly entry: M3uEntry;
  readonly parts: readonly string[];
  best: Candidate | null;
  /** A track at another path is as good. */
  isTied: boolean;
  /** No other can be better. */
  isSettled: boolean;
};

/** Their whole paths are the same, and more than a name: whatever else is told, it is meant. */
const isSamePath = (parts: readonly string[], { tail, isWhole }: Candidate): boolean =>
  isWhole && tail > 1 && tail === parts.length;

/** null: what the list tells of its entry speaks against it. */
const candidateOf = (
  { entry, parts }: Wanted,
  track: ListTrack,
  trackParts: readonly string[],
): Candidate | null => {
  const tail = commonTail(parts, trackParts);
  const isWhole = tail === trackParts.length && (tail > 1 || parts.length === 1);
  const path = trackParts.join('/');
  const found = { track, path, tail, isWhole, agreement: agreement(entry, track) };
  if (isSamePath(parts, found)) return found;
  const isOther = tail === 1 && entry.title !== '' && !isTitle(entry, track);
  return isOther || isOtherLength(entry, track) ? null : found;
};

const compare = (a: Candidate, b: Candidate): number =>
  a.tail - b.tail || Number(a.isWhole) - Number(b.isWhole) || a.agreement - b.agreement;

export class PathMatcher {
  /** By the folded name of the file. */
  readonly #byName = new Map<string, Wanted[]>();
  readonly #wanted: readonly Wanted[];

  /** `entries`: those that lead to files, by any number that the caller knows them by. */
  constructor(entries: ReadonlyMap<number, M3uEntry>) {
    this.#wanted = [...entries].flatMap(([index, entry]) => {
      const place = placeOf(entry.location);
      if (!('path' in place)) return [];
      // Some programs write relative paths as parts of URLs.
      const paths = new Set([place.path, decoded(place.path)]);
      return [...paths].map((path) => {
        const parts = foldedParts(path);
        return { index, entry, parts, best: null, isTied: false, isSettled: false };
      });
    });
    for (const wanted of this.#wanted) {
      const name = wanted.parts.at(-1) ?? '';
      this.#byName.set(name, [...(this.#byName.get(name) ?? []), wanted]);
    }
  }

  /** Entries for which a better track than those offered may come. */
  unsettled(): ReadonlySet<number> {
    const settled = new Set(
      this.#wanted.filter(({ isSettled }) => isSettled).map(({ index }) => index),
    );
    return new Set(this.#wanted.map(({ index }) => index).filter((index) => !settled.has(index)));
  }

  /** Each track of the library once; the same one again does no harm. */
  offer(track: ListTrack): void {
    if (track.path === '') return;
    const parts = foldedParts(track.path);
    for (const wanted of this.#byName.get(parts.at(-1) ?? '') ?? []) {
      const { best } = wanted;
      const found = candidateOf(wanted, track, parts);
      if (!found || best?.track.id === track.id) continue;
      const order = best ? compare(found, best) : 1;
      if (order > 0) {
        wanted.best = found;
        wanted.isTied = false;
      } else if (order === 0 && found.path !== best?.path) {
        // The same path in two music folders is the same music.
        wanted.isTied = true;
      }
      if (isSamePath(wanted.parts, found)) wanted.isSettled = true;
    }
  }

  /**
   * By the numbers of the entries; what is not there was not found. `isAll`: all tracks that could
   * be meant were offered; else a name alone says nothing.
   */
  matches(isAll = true): ReadonlyMap<number, ListTrack> {
    const found = new Map<number, ListTrack>();
    for (const { index, best, isTied } of this.#wanted) {
      if (!best || isTied || found.has(index)) continue;
      if (isAll || best.isWhole || best.tail > 1) found.set(index, best.track);
    }
    return found;
  }
}
