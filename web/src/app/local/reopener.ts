/**
 * Opens the queue's files again, after a reload or when they were changed: by handle, quietly where
 * the browser allows it and else by its question; or chosen once more by the listener. What cannot
 * be read any more is given up, so that it counts as not open.
 */
import type { Player } from '../../player/player';
import { isLocalAddress } from '../../shared/local-address';
import type { LocalFiles } from '../local-files';
import type { Describer } from './describer';
import type { HandleStore, KeptHandle, OpenedHandle } from './handle-store';
import { changedAddress, isSameFile, trackOf } from './local-tracks';
import { Matcher, type Match } from './matcher';
import { askToRead, mayRead } from './permission';
import type { LocalNode, Walked } from './walk';
import { CLICK_AGAIN } from './words';

export type ReopenerOptions = {
  readonly player: Player;
  readonly files: LocalFiles;
  readonly handles: HandleStore;
  readonly describer: Describer;
  /** Asks the browser before it returns. null: it wants another click for that. */
  readonly pick: () => Promise<readonly LocalNode[] | null>;
  /** The words say why there is nothing. */
  readonly look: (nodes: Iterable<LocalNode>) => Promise<Walked | string>;
  /** `choiceCount`: the player's when these were wanted. */
  readonly play: (walked: Walked, choiceCount: number) => string;
};

export const NOT_ALLOWED = 'The browser was not allowed to read the file.';
export const NOT_THERE = 'The file is not where it was. Click once more to choose it yourself.';

export class Reopener {
  readonly #options: ReopenerOptions;
  /** Of the queue's files that are not open, as far as they are remembered. Known before a click:
   *  to ask a database within one would take the browser's word that it is one. */
  #known: ReadonlyMap<string, KeptHandle> = new Map();

  constructor(options: ReopenerOptions) {
    this.#options = options;
  }

  /** Opens of the queue what was remembered, as far as the browser allows it without asking. */
  async recall(): Promise<string> {
    await this.#lookUp();
    const allowed: KeptHandle[] = [];
    for (const kept of this.#known.values()) {
      if (await mayRead(kept.root).catch(() => false)) allowed.push(kept);
    }
    for (const kept of allowed) await this.#openAgain(kept, false);
    if (allowed.length > 0) this.goOn();
    return '';
  }

  /** Within a click, and the question is asked before this returns. */
  reopen(): Promise<string> {
    const closed = this.#closed();
    const wanted = this.#missed.find((address) => closed.includes(address));
    if (wanted === undefined) {
      // It has come another way since.
      this.goOn();
      return Promise.resolve('');
    }
    return this.#known.has(wanted) ? this.#ask(wanted) : this.#chooseAgain();
  }

  /** Files that could not be read are open no more: they are found, or asked for, anew. */
  async forgetGone(): Promise<string> {
    const { files, player } = this.#options;
    const { track, error, skipped } = player.getSnapshot();
    const failed = error && track ? [...skipped, { track, failure: error }] : skipped;
    for (const one of failed) {
      if (one.failure.code === 'gone') files.close(one.track.url);
    }
    // Nothing is opened by itself: what cannot be read again would fail for ever.
    await this.#lookUp();
    return '';
  }

  /**
   * There are more open files than before: a track that waits for one of them goes on, and what was
   * skipped for want of them is no news any more.
   */
  goOn(): void {
    const { player, files, describer } = this.#options;
    const { track, error, skipped } = player.getSnapshot();
    const isMissing = error?.code === 'closed' || error?.code === 'gone';
    if (isMissing && track && files.fileOf(track.url)) player.retry();
    else if (!error && skipped.length > 0) {
      const missed = this.#missed;
      const closed = this.#closed();
      const isAllThere =
        missed.length === skipped.length && !missed.some((one) => closed.includes(one));
      if (isAllThere) player.dismissSkipped();
    }
    void describer.look();
  }

  /** Addresses of files that the listener misses: what cannot be played, else what was skipped. */
  get #missed(): readonly string[] {
    const { track, error, skipped } = this.#options.player.getSnapshot();
    if (error) return track ? [track.url] : [];
    const gone = skipped.filter(({ failure }) => failure.code === 'gone');
    return gone.map((one) => one.track.url).filter(isLocalAddress);
  }

  async #lookUp(): Promise<void> {
    const found = await this.#options.handles.find(this.#closed());
    this.#known = new Map(found.map((kept) => [kept.address, kept]));
  }

  /** `address`: of the file that is wanted first. */
  async #ask(address: string): Promise<string> {
    const remembered = [...this.#known.values()];
    // A stable sort: the others stay as they are.
    remembered.sort((a, b) => Number(b.address === address) - Number(a.address === address));
    const allowed: KeptHandle[] = [];
    // After a refusal nothing more is asked.
    let mayAsk = true;
    for (const kept of remembered) {
      const isAllowed = await (mayAsk ? askToRead(kept.root) : mayRead(kept.root));
      if (isAllowed) allowed.push(kept);
      else mayAsk = false;
    }
    if (allowed.length === 0) return NOT_ALLOWED;
    const opened: KeptHandle[] = [];
    for (const kept of allowed) {
      const now = await this.#openAgain(kept, true);
      if (now !== null) opened.push({ ...kept, address: now });
    }
    void this.#options.handles.remember(opened);
    this.goOn();
    if (!this.#closed().includes(address)) return '';
    this.#known = new Map([...this.#known].filter(([known]) => known !== address));
    return NOT_THERE;
  }

  async #chooseAgain(): Promise<string> {
    const nodes = await this.#options.pick();
    if (nodes === null) return CLICK_AGAIN;
    if (nodes.length === 0) return '';
    const { choiceCount } = this.#options.player;
    const walked = await this.#options.look(nodes);
    if (typeof walked === 'string') return walked;
    const matches = await new Matcher(this.#closed()).match(walked.files);
    const opened = matches.map(({ found, ...match }): OpenedHandle => {
      return { ...found, address: this.#take(match, found.file) };
    });
    // Others than those of the queue: whoever chooses them wants to hear them.
    if (opened.length === 0) return this.#options.play(walked, choiceCount);
    void this.#options.handles.remember(opened);
    this.goOn();
    return '';
  }

  /** Returns the address that it has now; null: it is not open. */
  async #openAgain({ address, handle }: KeptHandle, mayChange: boolean): Promise<string | null> {
    try {
      const file = await handle.getFile();
      const isChanged = !(await isSameFile(address, { path: handle.name, file }));
      // Another one by now: under this name and length it would be a lie.
      return isChanged && !mayChange ? null : this.#take({ address, isChanged }, file);
    } catch {
      // Gone from its place: whoever plays it hears that it has to be opened again.
      return null;
    }
  }

  /** A file that was written anew has its old places in the queue. Returns its address now. */
  #take({ address: before, isChanged }: Omit<Match, 'found'>, file: File): string {
    const { files, player } = this.#options;
    const address = isChanged ? changedAddress(before, file) : before;
    files.open(address, file);
    if (isChanged) player.exchangeTrack(before, trackOf(address));
    return address;
  }

  /** Addresses of the queue's files that are not open. */
  #closed(): readonly string[] {
    const { player, files } = this.#options;
    const { items } = player.getSnapshot().queue;
    const addresses = items.map(({ track }) => track.url).filter(isLocalAddress);
    return [...new Set(addresses)].filter((address) => files.fileOf(address) === null);
  }
}
