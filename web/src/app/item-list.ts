/**
 * A list of the library of any length, of which the page holds what is looked at. Pages of it are
 * fetched as they come into sight; those that were passed by are given up, and those that are far
 * away are forgotten. Where the server can only go on from page to page (no `offset` in its
 * answers) all pages up to the one in sight are fetched, and kept.
 *
 * When the library changes a *round* begins: page 0 is asked for first and alone, since a server
 * may answer a later page from an order of some seconds ago until page 0 was asked for, then what
 * is in sight. A round is never broken off by another change, but followed by one more, however
 * often the library has changed meanwhile: on a slow link nothing would ever arrive.
 *
 * A page that could not be had is asked for again when there is a reason to: another place of the
 * list is looked at, a view comes, the server is back, the library has changed, somebody says so.
 */
import { PlayerError } from '../shared/errors';
import { Emitter } from '../player/emitter';
import { ItemPages, PAGE_SIZE, pageOf } from './item-pages';
import { NotFoundError } from './library-client';

export type ItemPage<Item, Head> = {
  /** null: an item that cannot be used; its place stays. */
  readonly items: readonly (Item | null)[];
  readonly total: number;
  /** Of the page behind this one; null: none, or not told. */
  readonly next: string | null;
  /** Any page can be asked for by its offset. */
  readonly hasOffsets: boolean;
  /** What the answer tells besides the items. */
  readonly head: Head;
};

export type PagePlace = {
  readonly offset: number;
  /** Where to go on instead, on servers without offsets. */
  readonly cursor: string | null;
  readonly limit: number;
};

export type FetchItems<Item, Head> = (
  place: PagePlace,
  signal: AbortSignal,
) => Promise<ItemPage<Item, Head>>;

export type ItemListOptions<Item, Head> = {
  /** Names the list among all others. */
  readonly path: string;
  readonly fetchItems: FetchItems<Item, Head>;
  /** Does the work after a rest; returns the function that drops it. */
  readonly later: (work: () => void) => () => void;
};

/** Plain, immutable, another one whenever something of the list is. */
export type ListSnapshot<Head> = {
  /** null: not known yet. */
  readonly total: number | null;
  readonly head: Head | null;
  /** Why a page that was in sight is missing; until one has come. */
  readonly error: PlayerError | null;
};

/** What goes on from page to page is held whole. */
export const CHAIN_PAGE_COUNT_MAX = 1000;
const PENDING_MAX = 3;

const asPlayerError = (error: unknown): PlayerError =>
  error instanceof PlayerError
    ? error
    : new PlayerError('network', 'The library did not load.', { cause: error });

export class ItemList<Item, Head> extends Emitter<{ change: null }> {
  readonly #options: ItemListOptions<Item, Head>;
  readonly #pages = new ItemPages<Item>();
  readonly #pending = new Map<number, AbortController>();
  /** Could not be had; not asked for again without a reason. */
  readonly #failed = new Set<number>();
  /** Of pages by their numbers, where there are no offsets. */
  readonly #cursors = new Map<number, string>();
  #hasOffsets = true;
  /** The library has changed since this round was begun. */
  #isOutdated = false;
  /** Nothing else is asked for before page 0 has come. */
  #isFirstMissing = false;
  /** Pages in sight, half-open. */
  #wanted = { begin: 0, end: 0 };
  #dropWork: (() => void) | null = null;
  /** Of views that show it. */
  #viewCount = 0;
  #snapshot: ListSnapshot<Head> = { total: null, head: null, error: null };

  constructor(options: ItemListOptions<Item, Head>) {
    super();
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    const stop = this.on('change', listener);
    this.#viewCount += 1;
    if (this.#viewCount === 1) this.#tryAgain();
    return () => {
      stop();
      this.#viewCount -= 1;
    };
  };
  readonly getSnapshot = (): ListSnapshot<Head> => this.#snapshot;

  get path(): string {
    return this.#options.path;
  }

  get isInSight(): boolean {
    return this.#viewCount > 0;
  }

  get heldCount(): number {
    return this.#pages.count * PAGE_SIZE;
  }

  /** undefined: not here (yet). */
  at(index: number): Item | undefined {
    return this.#pages.at(index);
  }

  /** The item is here, and of the library as it is, as far as anybody has told. */
  isFresh(index: number): boolean {
    return !this.#isOutdated && this.#pages.isFresh(pageOf(index));
  }

  /** Items of one round stand next to each other as they did in the library; null: not here. */
  roundAt(index: number): number | null {
    return this.#pages.roundAt(index);
  }

  /** Those of the first `count` items that are here, in their order. */
  itemsHere(count: number): readonly Item[] {
    return Array.from({ length: count }, (_, index) => this.at(index)).filter(
      (item) => item !== undefined,
    );
  }

  /** Of the items that are here. */
  find(isIt: (item: Item) => boolean): Item | null {
    return this.#pages.find(isIt);
  }

  /** Half-open range of items that are in sight; the first look is fetched at once. */
  want(begin: number, end: number): void {
    const total = this.#snapshot.total ?? PAGE_SIZE;
    const last = Math.max(1, Math.ceil(Math.min(end, total) / PAGE_SIZE));
    const wanted = { begin: Math.min(last - 1, pageOf(begin)), end: last };
    const isSame = wanted.begin === this.#wanted.begin && wanted.end === this.#wanted.end;
    if (isSame) return;
    this.#wanted = wanted;
    this.#failed.clear();
    this.#giveUpPassed();
    this.#dropWork?.();
    if (this.#pages.count === 0) this.#fetchWanted();
    else this.#dropWork = this.#options.later(() => this.#fetchWanted());
  }

  /** After an error. */
  retry(): void {
    this.#update({ error: null });
    this.#tryAgain();
  }

  /** The server is back. */
  retryFailed(): void {
    if (this.#failed.size > 0) this.#tryAgain();
  }

  /** The library has changed: what is in sight is fetched anew, the rest when it is seen. */
  invalidate(): void {
    if (!this.isInSight) this.#wanted = { begin: 0, end: 0 };
    else if (this.#wanted.end === 0) this.#wanted = { begin: 0, end: 1 };
    if (this.#pending.size > 0) this.#isOutdated = true;
    else this.#beginRound();
  }

  /** Puts others in the place of items that are here; `change` returns the same one for no news. */
  revise(change: (item: Item) => Item): void {
    if (this.#pages.revise(change)) this.#update({});
  }

  /** A part of the list that is not held: for what plays on. */
  fetchPart(offset: number, limit: number, signal: AbortSignal): Promise<ItemPage<Item, Head>> {
    return this.#options.fetchItems({ offset, cursor: null, limit }, signal);
  }

  dispose(): void {
    this.#abortAll();
    this.removeAllListeners();
  }

  #abortAll(): void {
    this.#dropWork?.();
    for (const controller of this.#pending.values()) controller.abort();
    this.#pending.clear();
  }

  #giveUpPassed(): void {
    if (!this.#hasOffsets || this.#isFirstMissing) return;
    const { begin, end } = this.#wanted;
    for (const [page, controller] of this.#pending) {
      if (page >= begin && page < end) continue;
      controller.abort();
      this.#pending.delete(page);
    }
  }

  #tryAgain(): void {
    this.#failed.clear();
    this.#fetchWanted();
  }

  #beginRound(): void {
    this.#isOutdated = false;
    this.#isFirstMissing = true;
    this.#pages.beginRound();
    this.#cursors.clear();
    this.#dropWork?.();
    this.#tryAgain();
  }

  #fetchWanted(): void {
    const { begin, end } = this.#wanted;
    const { total } = this.#snapshot;
    const last = total === null ? end : Math.min(end, Math.max(1, Math.ceil(total / PAGE_SIZE)));
    if (this.#isFirstMissing) this.#fetchMissing(0, Math.min(1, end), 1);
    // The chain is followed to the last page in sight.
    else if (!this.#hasOffsets) this.#fetchMissing(0, Math.min(last, CHAIN_PAGE_COUNT_MAX), 1);
    else this.#fetchMissing(begin, last, PENDING_MAX);
    if (this.#isOutdated && this.#pending.size === 0) this.#beginRound();
  }

  #fetchMissing(begin: number, end: number, pendingMax: number): void {
    for (let page = begin; page < end && this.#pending.size < pendingMax; page += 1) {
      if (this.#pages.isFresh(page) || this.#pending.has(page)) continue;
      if (!this.#failed.has(page)) void this.#fetch(page);
      else if (!this.#hasOffsets) return; // There is no way past it.
    }
  }

  async #fetch(page: number): Promise<void> {
    const controller = new AbortController();
    this.#pending.set(page, controller);
    const cursor = this.#cursors.get(page) ?? null;
    const place = { offset: page * PAGE_SIZE, cursor, limit: PAGE_SIZE };
    let answer: ItemPage<Item, Head> | PlayerError;
    try {
      answer = await this.#options.fetchItems(place, controller.signal);
    } catch (error) {
      answer = asPlayerError(error);
    }
    if (controller.signal.aborted) return;
    this.#pending.delete(page);
    if (answer instanceof NotFoundError) this.#lose(answer);
    else if (answer instanceof PlayerError) this.#fail(page, answer);
    else this.#take(page, answer);
    this.#fetchWanted();
  }

  #take(page: number, { items, total, next, hasOffsets, head }: ItemPage<Item, Head>): void {
    this.#hasOffsets = hasOffsets;
    if (!hasOffsets && next !== null) this.#cursors.set(page + 1, next);
    if (page === 0) this.#isFirstMissing = false;
    this.#pages.put(page, items);
    this.#pages.forgetBehind(total, page);
    if (hasOffsets) this.#pages.forgetFarFrom(this.#wanted);
    const isComplete = [...this.#failed].every((failed) => this.#pages.has(failed));
    this.#update({ total, head, ...(isComplete ? { error: null } : {}) });
  }

  #fail(page: number, error: PlayerError): void {
    this.#failed.add(page);
    // What was there stays in sight when it cannot be looked at again.
    const { begin, end } = this.#wanted;
    const isInTheWay = this.#isFirstMissing || !this.#hasOffsets;
    const isMissing = isInTheWay ? !this.#pages.hasAll(begin, end) : !this.#pages.has(page);
    if (isMissing) this.#update({ error });
  }

  /** There is no such list any more. */
  #lose(error: NotFoundError): void {
    this.#abortAll();
    this.#pages.clear();
    this.#failed.add(0);
    this.#update({ total: 0, head: null, error });
  }

  #update(change: Partial<ListSnapshot<Head>>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    this.emit('change', null);
  }
}
