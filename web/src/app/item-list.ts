/**
 * A list of the library of any length, of which the page holds what is looked at. Pages of it are
 * fetched as they come into sight; those that were passed by are given up, and those that are far
 * away are forgotten. Where the server can only go on from page to page (no `offset` in its
 * answers) all pages up to the one in sight are fetched, and kept.
 */
import { PlayerError } from '../shared/errors';
import { Emitter } from '../player/emitter';

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
  readonly cursor: string | null;
  readonly limit: number;
};

export type FetchItems<Item, Head> = (
  place: PagePlace,
  signal: AbortSignal,
) => Promise<ItemPage<Item, Head>>;

export type ItemListOptions<Item, Head> = {
  readonly fetchItems: FetchItems<Item, Head>;
  /** Does the work after a rest; returns the function that drops it. */
  readonly later: (work: () => void) => () => void;
};

/** Plain, immutable, another one whenever something of the list is. */
export type ListSnapshot<Head> = {
  /** null: not known yet. */
  readonly total: number | null;
  readonly head: Head | null;
  /** Why a page that is in sight is missing. */
  readonly error: PlayerError | null;
};

export const PAGE_SIZE = 100;
/** Pages that are held of a list: some 60 KB each. */
export const PAGE_COUNT_MAX = 20;
/** What goes on from page to page is held whole. */
export const CHAIN_PAGE_COUNT_MAX = 1000;
const PENDING_MAX = 3;

const asPlayerError = (error: unknown): PlayerError =>
  error instanceof PlayerError
    ? error
    : new PlayerError('network', 'The library did not load.', { cause: error });

export class ItemList<Item, Head> extends Emitter<{ change: null }> {
  readonly #options: ItemListOptions<Item, Head>;
  readonly #pages = new Map<number, readonly (Item | null)[]>();
  readonly #pending = new Map<number, AbortController>();
  /** Cursors of pages by their numbers. */
  readonly #cursors = new Map<number, string>();
  /** Pages as they were before the library changed: shown until there are newer ones. */
  readonly #stale = new Set<number>();
  #hasOffsets = true;
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
    return () => {
      stop();
      this.#viewCount -= 1;
    };
  };
  readonly getSnapshot = (): ListSnapshot<Head> => this.#snapshot;

  get heldCount(): number {
    return this.#pages.size * PAGE_SIZE;
  }

  /** undefined: not here (yet). */
  at(index: number): Item | undefined {
    const page = this.#pages.get(Math.floor(index / PAGE_SIZE));
    return page?.[index % PAGE_SIZE] ?? undefined;
  }

  /** Of the items that are here. */
  find(isIt: (item: Item) => boolean): Item | null {
    for (const items of this.#pages.values()) {
      const found = items.find((item) => item !== null && isIt(item));
      if (found) return found;
    }
    return null;
  }

  /** Half-open range of items that are in sight; the first look is fetched at once. */
  want(begin: number, end: number): void {
    const total = this.#snapshot.total ?? PAGE_SIZE;
    const last = Math.max(1, Math.ceil(Math.min(end, total) / PAGE_SIZE));
    const wanted = { begin: Math.min(last - 1, Math.floor(begin / PAGE_SIZE)), end: last };
    const isSame = wanted.begin === this.#wanted.begin && wanted.end === this.#wanted.end;
    if (isSame) return;
    this.#wanted = wanted;
    this.#giveUpPassed();
    this.#dropWork?.();
    if (this.#pages.size === 0) this.#fetchWanted();
    else this.#dropWork = this.#options.later(() => this.#fetchWanted());
  }

  /** After an error. */
  retry(): void {
    this.#update({ error: null });
    this.#fetchWanted();
  }

  /** The library has changed: what is in sight is fetched anew, the rest when it is seen. */
  invalidate(): void {
    this.#abortAll();
    this.#cursors.clear();
    for (const page of this.#pages.keys()) this.#stale.add(page);
    if (this.#snapshot.error) this.#update({ error: null });
    if (this.#viewCount > 0 && this.#wanted.end > 0) this.#fetchWanted();
    else this.#wanted = { begin: 0, end: 0 };
  }

  /** Puts others in the place of items that are here; `change` returns the same one for no news. */
  revise(change: (item: Item) => Item): void {
    let hasNews = false;
    for (const [page, items] of this.#pages) {
      const revised = items.map((item) => item && change(item));
      if (revised.every((item, index) => item === items[index])) continue;
      this.#pages.set(page, revised);
      hasNews = true;
    }
    if (hasNews) this.#update({});
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
    if (!this.#hasOffsets) return;
    const { begin, end } = this.#wanted;
    for (const [page, controller] of this.#pending) {
      if (page >= begin && page < end) continue;
      controller.abort();
      this.#pending.delete(page);
    }
  }

  #isMissing(page: number): boolean {
    return (!this.#pages.has(page) || this.#stale.has(page)) && !this.#pending.has(page);
  }

  #fetchWanted(): void {
    if (this.#snapshot.error) return;
    const { begin, end } = this.#wanted;
    if (!this.#hasOffsets) {
      // The chain is followed to the last page in sight.
      for (let page = 0; page < Math.min(end, CHAIN_PAGE_COUNT_MAX); page += 1) {
        if (this.#pending.size > 0) return;
        if (this.#isMissing(page)) void this.#fetch(page);
      }
      return;
    }
    for (let page = begin; page < end && this.#pending.size < PENDING_MAX; page += 1) {
      if (this.#isMissing(page)) void this.#fetch(page);
    }
  }

  async #fetch(page: number): Promise<void> {
    const controller = new AbortController();
    this.#pending.set(page, controller);
    const cursor = this.#cursors.get(page) ?? null;
    const place = { offset: page * PAGE_SIZE, cursor, limit: PAGE_SIZE };
    try {
      const answer = await this.#options.fetchItems(place, controller.signal);
      if (controller.signal.aborted) return;
      this.#pending.delete(page);
      this.#take(page, answer);
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#pending.delete(page);
      // What was there stays in sight when it cannot be looked at again.
      if (!this.#pages.has(page)) this.#update({ error: asPlayerError(error) });
    }
  }

  #take(page: number, { items, total, next, hasOffsets, head }: ItemPage<Item, Head>): void {
    this.#hasOffsets = hasOffsets;
    if (next !== null) this.#cursors.set(page + 1, next);
    this.#pages.set(page, items);
    this.#stale.delete(page);
    for (const other of this.#pages.keys()) {
      if (other !== page && other * PAGE_SIZE >= total) this.#pages.delete(other);
    }
    if (hasOffsets) this.#forgetFar();
    this.#update({ total, head });
    this.#fetchWanted();
  }

  #forgetFar(): void {
    const centre = (this.#wanted.begin + this.#wanted.end - 1) / 2;
    const byDistance = [...this.#pages.keys()].sort(
      (a, b) => Math.abs(a - centre) - Math.abs(b - centre),
    );
    for (const page of byDistance.slice(PAGE_COUNT_MAX)) {
      this.#pages.delete(page);
      this.#stale.delete(page);
    }
  }

  #update(change: Partial<ListSnapshot<Head>>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    this.emit('change', null);
  }
}
