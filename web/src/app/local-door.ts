/**
 * The way to what opens files of this device: its code is fetched behind the first view, or when it
 * is wanted. Every way answers with a few words for the listener, empty where there is nothing to
 * say; none rejects.
 */
import { createContext } from 'react';
import type { Player } from '../player/player';
import { isLocalAddress } from '../shared/local-address';
import type { DroppedItem } from './dropped-items';
import type { Opener } from './local/opener';

export const NOT_LOADED =
  'What opens files did not load. Reload the page, and open the files again.';
export const NOT_OPENED = 'The files could not be opened.';

export class LocalDoor {
  readonly #fetchOpener: () => Promise<Opener>;
  readonly #player: Player;
  #opener: Promise<Opener> | null = null;

  constructor(player: Player, fetchOpener: () => Promise<Opener>) {
    this.#player = player;
    this.#fetchOpener = fetchOpener;
  }

  /** Before it is wanted. What fails is tried again when it is. */
  load(): Promise<Opener> {
    this.#opener ??= this.#fetchOpener().catch((error: unknown) => {
      this.#opener = null;
      throw error;
    });
    return this.#opener;
  }

  drop(items: readonly DroppedItem[]): Promise<string> {
    return this.#through((opener) => opener.drop(items));
  }

  /** Within a click, as the next. */
  choose(): Promise<string> {
    return this.#through((opener) => opener.choose());
  }

  reopen(): Promise<string> {
    return this.#through((opener) => opener.reopen());
  }

  launch(handles: readonly FileSystemHandle[]): Promise<string> {
    return this.#through((opener) => opener.launch(handles));
  }

  share(): Promise<string> {
    return this.#through((opener) => opener.share());
  }

  /** Of a queue that has come back: what may be read without asking. */
  async recall(): Promise<string> {
    const { items } = this.#player.getSnapshot().queue;
    if (!items.some(({ track }) => isLocalAddress(track.url))) return '';
    return this.#through((opener) => opener.recall());
  }

  async #through(way: (opener: Opener) => Promise<string>): Promise<string> {
    let opener: Opener;
    try {
      opener = await this.load();
    } catch {
      return NOT_LOADED;
    }
    return way(opener).catch(() => NOT_OPENED);
  }
}

/** null: a page that opens no files. */
export const LocalDoorContext = createContext<LocalDoor | null>(null);
