/**
 * The listener's own playlists and favourites, as the page shows them: what is changed is shown at
 * once and kept beside that. Where nothing can be kept they last as long as the page, which
 * `problem` tells. What another tab changes is read anew. Knows no UI.
 */
import { Emitter } from '../player/emitter';
import { errorName } from '../shared/errors';
import { FAVOURITES, favouriteOf, type Favourite } from './favourites';
import type { PlayerTrack } from '../player/player-types';
import { listTrackOf, type ListTrack } from './list-track';
import type { ChangedList, ListsChannel } from './lists-channel';
import type { FavouritesChange, ListsKeeper, PlaylistChange } from './lists-keeper';
import {
  append,
  headOf,
  insertEntry,
  moveEntry,
  removeEntry,
  reviseTracks,
  type Playlist,
  type PlaylistHead,
} from './playlist';
import { UnkeptFavourites } from './unkept-favourites';

/** Why lists last no longer than the page: the browser forbids it, or has no room. */
export type ListsProblem = 'blocked' | 'full';

/** What was taken away last and can be had back. */
export type Undo = {
  readonly name: string;
  /** The list that it stood in; '': it is a list. */
  readonly from: string;
  readonly back: () => void;
};

export type ListsState = {
  /** What is kept was looked for. */
  readonly isKnown: boolean;
  /** By name. */
  readonly playlists: readonly PlaylistHead[];
  /** Those that were looked at; null: there is none. */
  readonly open: ReadonlyMap<string, Playlist | null>;
  /** The newest first. */
  readonly favourites: readonly Favourite[];
  readonly favouriteIds: ReadonlySet<string>;
  readonly problem: ListsProblem | null;
  readonly undo: Undo | null;
};

export const NO_LISTS: ListsState = {
  isKnown: false,
  playlists: [],
  open: new Map(),
  favourites: [],
  favouriteIds: new Set(),
  problem: null,
  undo: null,
};

export type ListenerListsOptions = {
  readonly keeper: ListsKeeper;
  readonly channel: ListsChannel;
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
};

const NAMES = new Intl.Collator(undefined, { numeric: true });
const byName = (a: PlaylistHead, b: PlaylistHead): number =>
  NAMES.compare(a.name, b.name) || a.createdAtMs - b.createdAtMs;

export class ListenerLists extends Emitter<{ change: null }> {
  readonly #options: ListenerListsOptions;
  #state = NO_LISTS;
  /** Changes of a playlist that are on their way to the keeper. */
  readonly #pending = new Map<string, number>();
  /** Of these the keeper does not have what is shown. */
  readonly #unkept = new Set<string>();
  readonly #unkeptFavourites = new UnkeptFavourites();
  /** What is kept was looked for and had. */
  #isRead = false;

  constructor(options: ListenerListsOptions) {
    super();
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.on('change', listener);
  readonly getState = (): ListsState => this.#state;

  /** Never rejects. */
  async start(): Promise<void> {
    const { keeper } = this.#options;
    try {
      const [heads, favourites] = await Promise.all([keeper.heads(), keeper.favourites()]);
      this.#update({ isKnown: true, playlists: [...heads].sort(byName) });
      this.#showFavourites(favourites);
      this.#isRead = true;
    } catch (error) {
      this.#fail(error);
      this.#update({ isKnown: true });
    }
  }

  /** Another tab has changed it. Never rejects. */
  async readAgain(changed: ChangedList): Promise<void> {
    const { keeper } = this.#options;
    try {
      if (changed === null) this.#showFavourites(await keeper.favourites());
      else {
        const found = await keeper.find(changed);
        // What is changed here is shown once that is kept.
        if (!this.#pending.has(changed)) this.#show(changed, found);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** So that it stands in `open`. Never rejects. */
  async want(id: string): Promise<void> {
    if (this.#state.open.has(id)) return;
    try {
      const found = await this.#options.keeper.find(id);
      if (!this.#state.open.has(id)) this.#show(id, found);
    } catch (error) {
      this.#fail(error);
      this.#show(id, null);
    }
  }

  /** Returns its id. */
  create(name: string, tracks: readonly ListTrack[]): string {
    const { newId, nowMs } = this.#options;
    const id = newId();
    const list = append({ id, name, createdAtMs: nowMs(), entries: [] }, tracks);
    this.#show(id, null);
    void this.#edit(id, (now) => now ?? list);
    return id;
  }

  /** False: it is not kept, and not shown either. */
  async add(id: string, tracks: readonly ListTrack[]): Promise<boolean> {
    return (await this.#edit(id, (now) => now && append(now, tracks))) !== null;
  }

  rename(id: string, name: string): void {
    void this.#edit(id, (now) => now && { ...now, name });
  }

  move(id: string, key: number, to: number): void {
    void this.#edit(id, (now) => now && moveEntry(now, key, to));
  }

  removeEntry(id: string, key: number): void {
    const { entries = [], name: from = '' } = this.#state.open.get(id) ?? {};
    const at = entries.findIndex((other) => other.key === key);
    const entry = entries[at];
    if (!entry) return;
    void this.#edit(id, (now) => now && removeEntry(now, key));
    const back = (): void => void this.#edit(id, (now) => now && insertEntry(now, entry, at));
    this.#update({ undo: { name: entry.track.title, from, back } });
  }

  async remove(id: string): Promise<void> {
    let before = this.#state.open.get(id) ?? null;
    const name = this.#state.playlists.find((head) => head.id === id)?.name ?? '';
    const back = (): void => void this.#edit(id, (now) => now ?? before);
    this.#update({ undo: { name, from: '', back } });
    this.#show(id, before);
    await this.#edit(id, (now) => {
      before = now ?? before;
      return null;
    });
  }

  /** `revise` returns the same track where there is no news of it; null: of the favourites. */
  revise(id: ChangedList, revise: (track: ListTrack) => ListTrack): void {
    if (id !== null) void this.#edit(id, (now) => now && reviseTracks(now, revise));
    else this.#reviseFavourites(revise);
  }

  /** False: there are as many as can be. */
  setFavourite(track: PlayerTrack, isWanted: boolean): boolean {
    const { favourites } = this.#state;
    const known = favourites.find((other) => other.track.id === track.id);
    if (!isWanted) {
      if (known) this.removeFavourite(known.addedAtMs);
      return true;
    }
    const added = favouriteOf(favourites, listTrackOf(track), this.#options.nowMs());
    if (added) this.#changeFavourites({ put: [added], removeIds: [] });
    return added !== null || known !== undefined;
  }

  /** `key`: its addedAtMs. */
  removeFavourite(key: number): void {
    const known = this.#state.favourites.find(({ addedAtMs }) => addedAtMs === key);
    if (!known) return;
    this.#changeFavourites({ put: [], removeIds: [known.track.id] });
    const back = (): void => this.#changeFavourites({ put: [known], removeIds: [] });
    this.#update({ undo: { name: known.track.title, from: FAVOURITES, back } });
  }

  undo(): void {
    const { undo } = this.#state;
    this.forgetUndo();
    undo?.back();
  }

  forgetUndo(): void {
    if (this.#state.undo) this.#update({ undo: null });
  }

  #reviseFavourites(revise: (track: ListTrack) => ListTrack): void {
    const put: Favourite[] = [];
    const removeIds: string[] = [];
    for (const { track, addedAtMs } of this.#state.favourites) {
      const revised = revise(track);
      if (revised === track) continue;
      if (revised.id !== track.id) removeIds.push(track.id);
      put.push({ track: revised, addedAtMs });
    }
    if (put.length > 0) this.#changeFavourites({ put, removeIds });
  }

  #changeFavourites(change: FavouritesChange): void {
    const { keeper, channel } = this.#options;
    this.#unkeptFavourites.add(change);
    this.#showFavourites(this.#state.favourites);
    const { change: all, done } = this.#unkeptFavourites.all();
    keeper.changeFavourites(all).then(
      () => {
        done();
        this.#succeed();
        channel.tell(null);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  /** What is shown then; null: nothing. Never rejects. */
  async #edit(id: string, change: PlaylistChange): Promise<Playlist | null> {
    const { keeper, channel } = this.#options;
    const now = this.#state.open.get(id);
    const shown = now === undefined ? undefined : change(now);
    if (shown !== undefined && shown === now) return shown;
    if (shown !== undefined) this.#show(id, shown);
    // What the keeper has is no base for it then.
    const isUnkept = this.#unkept.has(id) && shown !== undefined;
    this.#pending.set(id, (this.#pending.get(id) ?? 0) + 1);
    let kept: Playlist | null | undefined;
    try {
      kept = await keeper.change(id, isUnkept ? () => shown : change);
      this.#unkept.delete(id);
      this.#succeed();
      channel.tell(id);
    } catch (error) {
      this.#fail(error);
      if (shown !== undefined) this.#unkept.add(id);
    }
    const others = (this.#pending.get(id) ?? 1) - 1;
    if (others > 0) this.#pending.set(id, others);
    else {
      this.#pending.delete(id);
      if (kept !== undefined) this.#show(id, kept);
    }
    return this.#state.open.get(id) ?? null;
  }

  #show(id: string, list: Playlist | null): void {
    const open = new Map(this.#state.open).set(id, list);
    const others = this.#state.playlists.filter((head) => head.id !== id);
    const playlists = list ? [...others, headOf(list)].sort(byName) : others;
    this.#update({ open, playlists });
  }

  /** `known`: without what is not kept yet. */
  #showFavourites(known: readonly Favourite[]): void {
    const favourites = this.#unkeptFavourites.over(known);
    const favouriteIds = new Set(favourites.map(({ track }) => track.id));
    this.#update({ favourites, favouriteIds });
  }

  /** Something was kept. */
  #succeed(): void {
    const isAllKept = this.#isRead && this.#unkept.size === 0 && this.#unkeptFavourites.isEmpty;
    if (isAllKept && this.#state.problem !== null) this.#update({ problem: null });
  }

  #fail(error: unknown): void {
    this.#update({ problem: errorName(error) === 'QuotaExceededError' ? 'full' : 'blocked' });
  }

  #update(change: Partial<ListsState>): void {
    this.#state = { ...this.#state, ...change };
    this.emit('change', null);
  }
}
