/**
 * What the page holds of a list: pages of items, and of each in which round it was fetched, which
 * is to say from which state of the library. Knows nothing of where pages come from.
 */

export const PAGE_SIZE = 100;
/** Pages that are held of a list: some 60 KB each. */
export const PAGE_COUNT_MAX = 20;

/** Half-open. */
export type PageRange = { readonly begin: number; readonly end: number };

type Held<Item> = {
  /** null: an item that cannot be used; its place stays. */
  readonly items: readonly (Item | null)[];
  readonly round: number;
};

export const pageOf = (index: number): number => Math.floor(index / PAGE_SIZE);

export class ItemPages<Item> {
  readonly #pages = new Map<number, Held<Item>>();
  #round = 0;

  get count(): number {
    return this.#pages.size;
  }

  /** undefined: not here (yet). */
  at(index: number): Item | undefined {
    return this.#pages.get(pageOf(index))?.items[index % PAGE_SIZE] ?? undefined;
  }

  /** Of the page with that item; null: it is not here. */
  roundAt(index: number): number | null {
    return this.#pages.get(pageOf(index))?.round ?? null;
  }

  has(page: number): boolean {
    return this.#pages.has(page);
  }

  hasAll(begin: number, end: number): boolean {
    for (let page = begin; page < end; page += 1) if (!this.#pages.has(page)) return false;
    return true;
  }

  /** It is here, and of this round. */
  isFresh(page: number): boolean {
    return this.#pages.get(page)?.round === this.#round;
  }

  /** Of the items that are here. */
  find(isIt: (item: Item) => boolean): Item | null {
    for (const { items } of this.#pages.values()) {
      const found = items.find((item) => item !== null && isIt(item));
      if (found) return found;
    }
    return null;
  }

  put(page: number, items: readonly (Item | null)[]): void {
    this.#pages.set(page, { items, round: this.#round });
  }

  /** What is here stays, and is no longer fresh. */
  beginRound(): void {
    this.#round += 1;
  }

  /** Another one in the place of each item; true: `change` has returned something new. */
  revise(change: (item: Item) => Item): boolean {
    let hasNews = false;
    for (const [page, { items, round }] of this.#pages) {
      const revised = items.map((item) => item && change(item));
      if (revised.every((item, index) => item === items[index])) continue;
      this.#pages.set(page, { items: revised, round });
      hasNews = true;
    }
    return hasNews;
  }

  /** The list ends there; `page` was answered by whoever says so, and stays. */
  forgetBehind(total: number, page: number): void {
    for (const other of this.#pages.keys()) {
      if (other !== page && other * PAGE_SIZE >= total) this.#pages.delete(other);
    }
  }

  /** Holds no more than the bound, but always all of `wanted`: it would be asked for again. */
  forgetFarFrom({ begin, end }: PageRange): void {
    const centre = (begin + end - 1) / 2;
    const byDistance = [...this.#pages.keys()].sort(
      (a, b) => Math.abs(a - centre) - Math.abs(b - centre),
    );
    const heldMax = Math.max(PAGE_COUNT_MAX, end - begin);
    for (const page of byDistance.slice(heldMax)) this.#pages.delete(page);
  }

  clear(): void {
    this.#pages.clear();
  }
}
