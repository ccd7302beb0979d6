/**
 * The rest of a long list, of which a part plays already: it comes in pieces, each next to what is
 * there. Over as soon as the queue is another list; taking more is then of no effect.
 */
import type { PlayerTrack } from './player-types';
import type { Queue } from './queue';
import type { QueueItem } from './queue-types';

type Hooks = { readonly before: () => void; readonly after: () => void };

export class QueueGrowth {
  readonly #queue: Queue;
  readonly #hooks: Hooks;
  /** Keys of the outermost items of the list; null: over. */
  #ends: { readonly first: number; readonly last: number } | null;
  /** Of all items of the list. */
  #keys: Set<number>;

  /** To be made when the first part has just become the queue. */
  constructor(queue: Queue, hooks: Hooks) {
    this.#queue = queue;
    this.#hooks = hooks;
    this.#ends = queue.listEnds;
    this.#keys = new Set(queue.snapshot.items.map(({ key }) => key));
  }

  /** False: the queue is another list, or the listener took out what more would stand next to. */
  get isOpen(): boolean {
    return this.#ends !== null;
  }

  /** What stands in the list in front of all that is there; in the order of the list. */
  addBefore(tracks: readonly PlayerTrack[]): void {
    this.#change(() => this.#add('before', tracks));
  }

  /** What stands behind it. */
  addBehind(tracks: readonly PlayerTrack[]): void {
    this.#change(() => this.#add('behind', tracks));
  }

  /**
   * Takes the list out of the queue again but for the current item and, shuffled, what was played,
   * to grow anew around that, and puts these tracks in its place at once, so that there is always
   * a next one. What the listener has put there stays.
   */
  restart(side: 'before' | 'behind', tracks: readonly PlayerTrack[]): void {
    this.#change(() => {
      const { current } = this.#queue;
      if (!current) return;
      this.#queue.release(this.#keys);
      const left = this.#items.map(({ key }) => key);
      this.#keys = new Set([...left, current.key]);
      this.#ends = { first: current.key, last: current.key };
      this.#add(side, tracks);
    });
  }

  end(): void {
    this.#ends = null;
  }

  /** What is in the queue of the list. */
  get #items(): readonly QueueItem[] {
    return this.#queue.snapshot.items.filter(({ key }) => this.#keys.has(key));
  }

  #change(change: () => void): void {
    if (!this.#ends) return;
    this.#hooks.before();
    change();
    this.#hooks.after();
  }

  /** Each track of a list stands in it once: what is in the queue of it does not come again. */
  #add(side: 'before' | 'behind', tracks: readonly PlayerTrack[]): void {
    const here = new Set(this.#items.map(({ track }) => track.id));
    const news = tracks.filter(({ id }) => !here.has(id));
    if (!this.#ends || news.length === 0) return;
    const { first, last } = this.#ends;
    const keys = this.#queue.extend(side === 'before' ? first : last, side, news);
    for (const key of keys ?? []) this.#keys.add(key);
    if (keys === null) this.#ends = null;
    else if (side === 'before') this.#ends = { first: keys[0] ?? first, last };
    else this.#ends = { first, last: keys.at(-1) ?? last };
  }
}
