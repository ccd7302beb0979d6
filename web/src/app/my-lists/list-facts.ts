/**
 * What the library says of the tracks in sight of one of the listener's lists: those that it has
 * are shown as it knows them now, those that it lost are looked for again, and what cannot be had
 * is told. What is news is kept with the list.
 */
import { isFound, isSameTrack, listTrackOf, type ListTrack } from '../../lists/list-track';
import type { ListenerLists } from '../../lists/listener-lists';
import type { ChangedList } from '../../lists/lists-channel';
import { Emitter } from '../../player/emitter';
import { isLocalAddress } from '../../shared/local-address';
import type { LibraryData } from '../library-data';
import { findAgain, forEachAtOnce } from './find-tracks';
import type { Missing } from './words';

const nameOf = ({ id, path }: ListTrack): string => (id === '' ? `path ${path}` : id);

export class ListFacts extends Emitter<{ change: null }> {
  readonly #data: LibraryData;
  readonly #lists: ListenerLists;
  readonly #list: ChangedList;
  #controller = new AbortController();
  #asked = new Set<string>();
  #missing: ReadonlyMap<string, Missing> = new Map();
  #inSight: readonly ListTrack[] = [];

  constructor(data: LibraryData, lists: ListenerLists, list: ChangedList) {
    super();
    this.#data = data;
    this.#lists = lists;
    this.#list = list;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.on('change', listener);
  /** Another one whenever something of it is. */
  readonly getMissing = (): ReadonlyMap<string, Missing> => this.#missing;

  missingOf(track: ListTrack): Missing {
    return this.#missing.get(nameOf(track)) ?? null;
  }

  /** These are in sight now. */
  look(tracks: readonly ListTrack[]): void {
    this.#inSight = tracks;
    const wanted = tracks.filter(
      (track) => !this.#asked.has(nameOf(track)) && !isLocalAddress(track.url),
    );
    for (const track of wanted) this.#asked.add(nameOf(track));
    if (wanted.length > 0)
      void this.#ask([...new Map(wanted.map((one) => [nameOf(one), one])).values()]);
  }

  /** Looks after them until the function is called that is returned. */
  attach(): () => void {
    this.#controller = new AbortController();
    const anew = (): void => {
      this.#asked = new Set();
      this.look(this.#inSight);
    };
    const stops = [this.#data.on('change', anew), this.#data.on('back', anew)];
    anew();
    return () => {
      for (const stop of stops) stop();
      this.#controller.abort();
    };
  }

  async #ask(tracks: readonly ListTrack[]): Promise<void> {
    const { signal } = this.#controller;
    const missing = new Map(this.#missing);
    const news = new Map<string, ListTrack>();
    await forEachAtOnce(tracks, async (track) => {
      if (signal.aborted) return;
      const name = nameOf(track);
      try {
        const known = isFound(track) ? await this.#data.find(track.id, signal) : null;
        const found = known ?? (await findAgain(this.#data, track, signal));
        missing.set(name, found === null ? 'gone' : found.isAway ? 'away' : null);
        if (found === null) return;
        const now = listTrackOf(found);
        if (!isSameTrack(now, track)) news.set(name, now);
        missing.set(nameOf(now), found.isAway ? 'away' : null);
      } catch {
        this.#asked.delete(name); // It is asked for again when the server is back.
      }
    });
    if (signal.aborted) return;
    this.#missing = new Map([...this.#missing, ...missing]);
    for (const now of news.values()) this.#asked.add(nameOf(now));
    if (news.size > 0) {
      this.#lists.revise(this.#list, (track) => news.get(nameOf(track)) ?? track);
    }
    this.emit('change', null);
  }
}
