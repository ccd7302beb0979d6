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

/** How far what the list tells of its entry is true of the track; negative: it is not. */
const agreement = (entry: M3uEntry, track: ListTrack): number => {
  let sum = 0;
  if (entry.durationSeconds !== null && track.durationSeconds > 0) {
    const error = Math.abs(entry.durationSeconds - track.durationSeconds);
    sum += error <= LENGTH_ERROR_SECONDS ? 1 : -1;
  }
  if (entry.title !== '') sum += folded(entry.title) === folded(track.title) ? 1 : 0;
  return sum;
};

type Candidate = {
  readonly track: ListTrack;
  readonly tail: number;
  readonly agreement: number;
};

type Wanted = {
  readonly index: number;
  readonly entry: M3uEntry;
  readonly parts: readonly string[];
  best: Candidate | null;
  /** Another track is as good. */
  isTied: boolean;
  /** No other can be better. */
  isSettled: boolean;
};

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
      if (wanted.best?.track.id === track.id) continue;
      const tail = commonTail(wanted.parts, parts);
      const found = { track, tail, agreement: agreement(wanted.entry, track) };
      const { best } = wanted;
      const order = best ? found.tail - best.tail || found.agreement - best.agreement : 1;
      if (order > 0) wanted.best = found;
      if (order >= 0) wanted.isTied = order === 0;
      if (tail > 1 && tail === wanted.parts.length) wanted.isSettled = true;
    }
  }

  /** By the numbers of the entries; what is not there was not found. */
  matches(): ReadonlyMap<number, ListTrack> {
    const found = new Map<number, ListTrack>();
    for (const { index, best, isTied } of this.#wanted) {
      if (!best || found.has(index)) continue;
      const isWhole = best.tail === foldedParts(best.track.path).length;
      // A name alone counts where it is the only one, and nothing speaks against it.
      const isSure = best.tail > 1 || isWhole || (!isTied && best.agreement >= 0);
      if (isSure) found.set(index, best.track);
    }
    return found;
  }
}
