/**
 * Lists of other players on their way in: .m3u and .m3u8 that were chosen or dropped become
 * playlists, one after the other. What the library does not have stays in its place as a track that
 * was not found, and is told. Goes on while other views are looked at.
 */
import { unfoundTrack, type ListTrack } from '../../lists/list-track';
import type { ListenerLists } from '../../lists/listener-lists';
import { decodeM3u, M3U_BYTES_MAX, mayBeM3u, readM3u, type M3uEntry } from '../../lists/m3u';
import { fileNameOf } from '../../lists/path-matcher';
import { cleanName, ENTRY_COUNT_MAX } from '../../lists/playlist';
import { Emitter } from '../../player/emitter';
import type { LibraryData } from '../library-data';
import { findTracks } from './find-tracks';

export type ImportResult =
  | { readonly name: string; readonly problem: string }
  | {
      readonly name: string;
      readonly problem: null;
      /** Of the playlist. */
      readonly id: string;
      readonly count: number;
      /** What the library does not have, as it stands in the file. */
      readonly unfound: readonly string[];
      /** Entries beyond what a playlist holds. */
      readonly cutCount: number;
    };

export type ImportsState = {
  /** What is looked at now; null: nothing. */
  readonly current: { readonly name: string; readonly done: number; readonly count: number } | null;
  /** The newest first. */
  readonly results: readonly ImportResult[];
};

const RESULT_COUNT_MAX = 20;
const NOT_READ = 'it could not be read.';
const TOO_LONG = 'it is too long to be a playlist.';
const NO_LIST = 'it is not a list of songs.';
const EMPTY = 'there are no songs in it.';
const NO_LIBRARY = 'the library cannot be looked at now; try it again later.';

const trackOf = (entry: M3uEntry, found: ListTrack | null | undefined): ListTrack => {
  if (found) return found;
  // As it stands in the file: so it goes to other players again.
  const path = entry.location;
  const title = entry.title === '' ? fileNameOf(path) : entry.title;
  return unfoundTrack({ ...entry, title, path, durationSeconds: entry.durationSeconds ?? 0 });
};

export class ListImports extends Emitter<{ change: null }> {
  readonly #data: LibraryData;
  readonly #lists: ListenerLists;
  #state: ImportsState = { current: null, results: [] };
  #last: Promise<void> = Promise.resolve();

  constructor(data: LibraryData, lists: ListenerLists) {
    super();
    this.#data = data;
    this.#lists = lists;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.on('change', listener);
  readonly getState = (): ImportsState => this.#state;

  /** Never rejects. */
  take(files: readonly File[]): Promise<void> {
    for (const file of files) {
      this.#last = this.#last.then(async () => {
        const result = await this.#import(file);
        const results = [result, ...this.#state.results].slice(0, RESULT_COUNT_MAX);
        this.#update({ current: null, results });
      });
    }
    return this.#last;
  }

  forget(result: ImportResult): void {
    this.#update({ results: this.#state.results.filter((other) => other !== result) });
  }

  async #import(file: File): Promise<ImportResult> {
    const fileName = cleanName(file.name.replace(/\.m3u8?$/iu, '')) || 'Playlist';
    const failed = (problem: string): ImportResult => ({ name: file.name, problem });
    if (file.size > M3U_BYTES_MAX) return failed(TOO_LONG);
    this.#update({ current: { name: fileName, done: 0, count: 0 } });
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await file.arrayBuffer());
    } catch {
      return failed(NOT_READ);
    }
    const text = decodeM3u(bytes);
    if (!mayBeM3u(text)) return failed(NO_LIST);
    const list = readM3u(text);
    const entries = list.entries.slice(0, ENTRY_COUNT_MAX);
    if (entries.length === 0) return failed(EMPTY);
    const name = cleanName(list.name) || fileName;
    let found: readonly (ListTrack | null)[];
    try {
      found = await findTracks(
        {
          data: this.#data,
          // It is as short as it can be, and nothing else waits for it.
          signal: new AbortController().signal,
          onProgress: (done, count) => this.#update({ current: { name, done, count } }),
        },
        entries,
      );
    } catch {
      return failed(NO_LIBRARY);
    }
    const tracks = entries.map((entry, at) => trackOf(entry, found[at]));
    const unfound = entries.filter((_, at) => !found[at]).map(({ location }) => location);
    const id = this.#lists.create(name, tracks);
    const cutCount = list.entries.length - entries.length;
    return { name, problem: null, id, count: entries.length, unfound, cutCount };
  }

  #update(change: Partial<ImportsState>): void {
    this.#state = { ...this.#state, ...change };
    this.emit('change', null);
  }
}

const known = new WeakMap<ListenerLists, ListImports>();

/** The page has one. */
export const importsOf = (data: LibraryData, lists: ListenerLists): ListImports => {
  const imports = known.get(lists) ?? new ListImports(data, lists);
  known.set(lists, imports);
  return imports;
};
