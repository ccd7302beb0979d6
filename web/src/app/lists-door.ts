/**
 * The listener's own lists, whose code comes when nothing better is to be done, or when it is
 * wanted; empty until then. What is to be put into a playlist is here as well: the dialog that asks
 * into which shows it.
 */
import type { PlayerTrack } from '../player/player-types';
import type { ListenerLists, ListsState } from '../lists/listener-lists';
import { Watchers } from './watchers';

export type PlaylistWish = {
  readonly tracks: readonly PlayerTrack[];
  /** Of what they make together. */
  readonly name: string;
  /** It is one track of a row, whose other buttons may have no room. */
  readonly isRow: boolean;
};

const NO_FILES: readonly File[] = [];

export class ListsDoor {
  readonly #load: () => Promise<ListenerLists>;
  readonly #watchers = new Watchers();
  readonly subscribe = this.#watchers.subscribe;
  #inner: ListenerLists | null = null;
  #loading: Promise<ListenerLists> | null = null;
  #wish: PlaylistWish | null = null;
  #brought = NO_FILES;

  constructor(load: () => Promise<ListenerLists>) {
    this.#load = load;
  }

  /** null: their code is not here yet. */
  readonly getLists = (): ListenerLists | null => this.#inner;
  readonly getState = (): ListsState | null => this.#inner?.getState() ?? null;
  readonly getWish = (): PlaylistWish | null => this.#wish;

  readonly isFavourite = (id: string): boolean =>
    this.#inner?.getState().favouriteIds.has(id) ?? false;

  /** Rejects where the code cannot be had; that is tried again when it is wanted. */
  async open(): Promise<ListenerLists> {
    this.#loading ??= this.#load().then(async (inner) => {
      await inner.start();
      this.#inner = inner;
      inner.subscribe(() => this.#watchers.tell());
      this.#watchers.tell();
      return inner;
    });
    try {
      return await this.#loading;
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }

  /** False: it cannot be, as the code for it cannot be had, or there are too many. */
  async setFavourite(track: PlayerTrack, isWanted: boolean): Promise<boolean> {
    const lists = await this.open().catch(() => null);
    return lists?.setFavourite(track, isWanted) ?? false;
  }

  /** Lists of other players, which the view of playlists takes in. */
  bring(files: readonly File[]): void {
    this.#brought = [...this.#brought, ...files];
    this.#watchers.tell();
  }

  readonly getBrought = (): readonly File[] => this.#brought;

  takeBrought(): readonly File[] {
    const files = this.#brought;
    this.#brought = NO_FILES;
    if (files !== NO_FILES) this.#watchers.tell();
    return files;
  }

  /** Opens the dialog, or closes it. */
  ask(wish: PlaylistWish | null): void {
    this.#wish = wish;
    this.#watchers.tell();
  }
}
