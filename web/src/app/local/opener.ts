/**
 * Opens files of this device, in all the ways there are, and plays them: what was dropped, chosen
 * or launched becomes tracks of the player, what was shared is offered; all of it is remembered
 * where the browser can. Comes when it is wanted (local-door.ts). Every way answers with a few
 * words for the listener, or none.
 */
import type { Player } from '../../player/player';
import type { DroppedItem } from '../dropped-items';
import type { LocalFiles } from '../local-files';
import type { SharedOffer } from '../shared-offer';
import type { Describer } from './describer';
import type { HandleStore } from './handle-store';
import { addressOf, trackOf } from './local-tracks';
import { Looker, type LookerOptions } from './looker';
import { droppedNodes, handleNode } from './nodes';
import { Reopener } from './reopener';
import { Sharer, type Addressed, type Inbox } from './sharer';
import { WALK_LIMITS, type LocalNode, type Walked } from './walk';
import { addedWords, CLICK_AGAIN, openedWords } from './words';

export type OpenerOptions = LookerOptions &
  Inbox & {
    readonly player: Player;
    readonly files: LocalFiles;
    readonly handles: HandleStore;
    readonly describer: Describer;
    /** Asks the browser before it returns: what comes later may be no click any more. null: the
     *  browser wants another one. */
    readonly pick: () => Promise<readonly LocalNode[] | null>;
  };

export class Opener {
  readonly #options: OpenerOptions;
  readonly #looker: Looker;
  readonly #reopener: Reopener;
  readonly #sharer: Sharer;

  constructor(options: OpenerOptions) {
    this.#options = options;
    this.#looker = new Looker(options);
    this.#reopener = new Reopener({
      ...options,
      look: (nodes) => this.#looker.look(nodes),
      play: (walked, choiceCount) => this.#playWalked(walked, choiceCount),
    });
    this.#sharer = new Sharer({
      ...options,
      play: (found, walked) => this.#playFound(found, walked),
      add: (found, walked) => this.#add(found, walked),
    });
  }

  async drop(items: readonly DroppedItem[]): Promise<string> {
    const { choiceCount } = this.#options.player;
    return this.#play(await droppedNodes(items), choiceCount);
  }

  /** Within a click. */
  async choose(): Promise<string> {
    const nodes = await this.#options.pick();
    if (nodes === null) return CLICK_AGAIN;
    return nodes.length === 0 ? '' : this.#play(nodes);
  }

  /** By the system: somebody has opened these files with the app. */
  launch(handles: readonly FileSystemHandle[]): Promise<string> {
    return this.#play(handles.map(handleNode));
  }

  /** Nothing of it plays before the listener says so: any page may have sent it. */
  share(): Promise<SharedOffer | string> {
    return this.#sharer.share();
  }

  /** What was shared, and waits for an answer since before a reload; empty: nothing. */
  recallShared(): Promise<SharedOffer | string> {
    return this.#sharer.recall();
  }

  recall(): Promise<string> {
    return this.#reopener.recall();
  }

  reopen(): Promise<string> {
    return this.#reopener.reopen();
  }

  forgetGone(): Promise<string> {
    return this.#reopener.forgetGone();
  }

  /** `choiceCount`: the player's when these were wanted. */
  async #play(
    nodes: Iterable<LocalNode>,
    choiceCount = this.#options.player.choiceCount,
  ): Promise<string> {
    const walked = await this.#looker.look(nodes);
    return typeof walked === 'string' ? walked : this.#playWalked(walked, choiceCount);
  }

  #playWalked(walked: Walked, choiceCount: number): string {
    const found = walked.files.map((file) => ({ ...file, address: addressOf(file) }));
    // Whoever has chosen something else meanwhile hears that first.
    const isLate = choiceCount !== this.#options.player.choiceCount;
    return isLate ? this.#add(found, walked) : this.#playFound(found, walked);
  }

  /** In place of the queue. */
  #playFound(found: readonly Addressed[], walked: Walked): string {
    const { player, handles, describer } = this.#options;
    const addresses = this.#open(found);
    if (addresses.length > 0) {
      player.playNow(addresses.map(trackOf), 0);
      void handles.remember(found);
      void describer.look();
    }
    return openedWords(walked, WALK_LIMITS);
  }

  /** Behind the queue. */
  #add(found: readonly Addressed[], walked: Walked): string {
    const { player, handles } = this.#options;
    const addresses = this.#open(found);
    if (addresses.length > 0) {
      player.enqueue(addresses.map(trackOf));
      void handles.remember(found);
      this.#reopener.goOn();
    }
    return addedWords(walked, WALK_LIMITS);
  }

  /** Returns their addresses, each once. */
  #open(found: readonly Addressed[]): readonly string[] {
    for (const { address, file } of found) this.#options.files.open(address, file);
    return [...new Set(found.map(({ address }) => address))];
  }
}
