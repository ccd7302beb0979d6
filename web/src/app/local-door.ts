/**
 * The way to what opens files of this device: its code is fetched behind the first view, or when it
 * is wanted. Every way answers with a few words for the listener, empty where there is nothing to
 * say; none rejects.
 */
import { createContext } from 'react';
import type { Player } from '../player/player';
import { isLocalAddress } from '../shared/local-address';
import type { DroppedItem } from './dropped-items';
import type { Looking } from './local/looker';
import type { Opener } from './local/opener';
import type { SharedOffer } from './shared-offer';
import { Watchers } from './watchers';

export const NOT_LOADED =
  'What opens files did not load. Reload the page, and open the files again.';
export const NOT_OPENED = 'The files could not be opened.';

/** Is told how far the opener is with looking through what was opened; null: it looks no more. */
export type OnLooking = (looking: Looking | null) => void;

export class LocalDoor {
  readonly #fetchOpener: (onLooking: OnLooking) => Promise<Opener>;
  readonly #player: Player;
  readonly #watchers = new Watchers();
  readonly subscribe = this.#watchers.subscribe;
  #opening: Promise<Opener> | null = null;
  /** Once it is there it is asked at once: what is behind a promise may be too late for a click. */
  #opener: Opener | null = null;
  #looking: Looking | null = null;

  constructor(player: Player, fetchOpener: (onLooking: OnLooking) => Promise<Opener>) {
    this.#player = player;
    this.#fetchOpener = fetchOpener;
  }

  /** What is looked through at this moment. */
  readonly getLooking = (): Looking | null => this.#looking;

  /** Before it is wanted. What fails is tried again when it is. */
  load(): Promise<Opener> {
    this.#opening ??= this.#fetch();
    return this.#opening;
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

  /** The words say why there is nothing. */
  share(): Promise<SharedOffer | string> {
    return this.#through((opener) => opener.share());
  }

  /** What was shared before a reload, and was not answered; words where there is nothing. */
  recallShared(): Promise<SharedOffer | string> {
    return this.#through((opener) => opener.recallShared());
  }

  /** Tracks could not be read: files among them are open no more. */
  async forgetGone(): Promise<string> {
    return this.#hasLocal ? this.#through((opener) => opener.forgetGone()) : '';
  }

  /** Of a queue that has come back: what may be read without asking. */
  async recall(): Promise<string> {
    return this.#hasLocal ? this.#through((opener) => opener.recall()) : '';
  }

  get #hasLocal(): boolean {
    const { items } = this.#player.getSnapshot().queue;
    return items.some(({ track }) => isLocalAddress(track.url));
  }

  async #fetch(): Promise<Opener> {
    try {
      this.#opener = await this.#fetchOpener((looking) => {
        this.#looking = looking;
        this.#watchers.tell();
      });
      return this.#opener;
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }

  /** In the task of the call where the opener is there. */
  async #through<Answer>(way: (opener: Opener) => Promise<Answer>): Promise<Answer | string> {
    let opener = this.#opener;
    try {
      opener ??= await this.load();
    } catch {
      return NOT_LOADED;
    }
    return way(opener).catch(() => NOT_OPENED);
  }
}

/** null: a page that opens no files. */
export const LocalDoorContext = createContext<LocalDoor | null>(null);
