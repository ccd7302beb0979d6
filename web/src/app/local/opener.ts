/**
 * Opens files of this device, in all the ways there are, and plays them: what was dropped, chosen,
 * launched or shared becomes tracks of the player, and is remembered where the browser can. Comes
 * when it is wanted (local-door.ts). Every way answers with a few words for the listener, or none.
 */
import type { Player } from '../../player/player';
import { isLocalAddress } from '../../shared/local-address';
import type { DroppedItem } from '../dropped-items';
import type { LocalFiles } from '../local-files';
import type { Describer } from './describer';
import type { HandleStore, KeptHandle } from './handle-store';
import { addressOf, isSameFile, trackOf } from './local-tracks';
import { droppedNodes, fileNode, handleNode } from './nodes';
import { askToRead, mayRead } from './permission';
import { walk, WALK_LIMITS, type FoundFile, type LocalNode } from './walk';
import { openedWords } from './words';

export type OpenerOptions = {
  readonly player: Player;
  readonly files: LocalFiles;
  readonly handles: HandleStore;
  readonly describer: Describer;
  readonly pick: () => Promise<readonly LocalNode[]>;
  readonly takeShared: () => Promise<readonly File[]>;
};

export const NOTHING_SHARED =
  'What was shared did not arrive. Close the app and share it again, or drop the file here.';
export const NOT_ALLOWED = 'The browser was not allowed to read the file.';

export class Opener {
  readonly #options: OpenerOptions;

  /** What an older walk finds is not wanted any more. */
  #run = 0;

  constructor(options: OpenerOptions) {
    this.#options = options;
  }

  /** Another one for each list that the listener plays. */
  get #listKey(): number | null {
    return this.#options.player.getSnapshot().queue.items[0]?.key ?? null;
  }

  async drop(items: readonly DroppedItem[]): Promise<string> {
    return this.#play(await droppedNodes(items));
  }

  /** Within a click. */
  async choose(): Promise<string> {
    const nodes = await this.#options.pick();
    return nodes.length === 0 ? '' : this.#play(nodes);
  }

  /** By the system: somebody has opened these files with the app. */
  launch(handles: readonly FileSystemHandle[]): Promise<string> {
    return this.#play(handles.map(handleNode));
  }

  async share(): Promise<string> {
    const files = await this.#options.takeShared();
    return files.length === 0 ? NOTHING_SHARED : this.#play(files.map(fileNode));
  }

  /** Opens of the queue what was remembered, as far as the browser allows it without asking. */
  async recall(): Promise<string> {
    const allowed: KeptHandle[] = [];
    for (const kept of await this.#remembered()) {
      if (await mayRead(kept.root).catch(() => false)) allowed.push(kept);
    }
    await this.#reopen(allowed);
    return '';
  }

  /** Within a click: the browser asks, or the listener chooses the files again. */
  async reopen(): Promise<string> {
    const remembered = await this.#remembered();
    const { track } = this.#options.player.getSnapshot();
    if (!remembered.some(({ address }) => address === track?.url)) return this.#chooseAgain();
    const allowed: KeptHandle[] = [];
    // After a refusal nothing more is asked.
    let mayAsk = true;
    for (const kept of remembered) {
      const isAllowed = await (mayAsk ? askToRead(kept.root) : mayRead(kept.root));
      if (isAllowed) allowed.push(kept);
      else mayAsk = false;
    }
    if (allowed.length === 0) return NOT_ALLOWED;
    await this.#reopen(allowed);
    return '';
  }

  async #chooseAgain(): Promise<string> {
    const nodes = await this.#options.pick();
    if (nodes.length === 0) return '';
    const { files } = await walk(nodes);
    const found = files.flatMap((file) => {
      const address = this.#closed().find((known) => isSameFile(known, file));
      return address === undefined ? [] : [{ ...file, address }];
    });
    // Others than those of the queue: whoever chooses them wants to hear them.
    if (found.length === 0) return this.#play(nodes);
    for (const { address, file } of found) this.#options.files.open(address, file);
    void this.#remember(found);
    this.#goOn();
    return '';
  }

  async #play(nodes: Iterable<LocalNode>): Promise<string> {
    this.#run += 1;
    const run = this.#run;
    const listKey = this.#listKey;
    const walked = await walk(nodes);
    // Whoever has chosen something else meanwhile wants that.
    if (run !== this.#run || listKey !== this.#listKey) return '';
    const found = walked.files.map((file) => ({ ...file, address: addressOf(file) }));
    for (const { address, file } of found) this.#options.files.open(address, file);
    const addresses = [...new Set(found.map(({ address }) => address))];
    if (addresses.length > 0) {
      this.#options.player.playNow(addresses.map(trackOf), 0);
      void this.#remember(found);
      void this.#options.describer.look();
    }
    return openedWords(walked, WALK_LIMITS);
  }

  #remember(found: readonly (FoundFile & { readonly address: string })[]): Promise<void> {
    const kept = found.flatMap(({ address, handle, root }) =>
      handle && root ? [{ address, handle, root }] : [],
    );
    return this.#options.handles.remember(kept);
  }

  /** Addresses of the queue's files that are not open. */
  #closed(): readonly string[] {
    const { player, files } = this.#options;
    const { items } = player.getSnapshot().queue;
    const addresses = items.map(({ track }) => track.url).filter(isLocalAddress);
    return [...new Set(addresses)].filter((address) => files.fileOf(address) === null);
  }

  async #remembered(): Promise<KeptHandle[]> {
    const found = [...(await this.#options.handles.find(this.#closed()))];
    // What plays comes first.
    const { track } = this.#options.player.getSnapshot();
    return found.sort(
      (a, b) => Number(b.address === track?.url) - Number(a.address === track?.url),
    );
  }

  async #reopen(allowed: readonly KeptHandle[]): Promise<void> {
    for (const { address, handle } of allowed) {
      try {
        const file = await handle.getFile();
        // Another one by now: under this name and length it would be a lie.
        if (isSameFile(address, { path: handle.name, file }))
          this.#options.files.open(address, file);
      } catch {
        // Gone from its place: whoever plays it hears that it has to be opened again.
      }
    }
    if (allowed.length > 0) this.#goOn();
  }

  /** There are more open files than before. */
  #goOn(): void {
    const { player, files, describer } = this.#options;
    const { track, error } = player.getSnapshot();
    if (error?.code === 'closed' && track && files.fileOf(track.url)) player.retry();
    void describer.look();
  }
}
