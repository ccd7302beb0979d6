/**
 * The rest of a list on its way into the queue, beside the playback, once there is sound. Of a
 * list that is too long to be queued the rest is taken anew when shuffle is switched; what is there
 * stays until the first of it has come. What cannot be fetched is asked for again until it can.
 */
import type { Player } from '../player/player';
import type { QueueGrowth } from '../player/queue-growth';
import type { Delay } from './delay';
import { isItem, NotFoundError, type LibraryTrack } from './library-client';
import type { TrackItems } from './library-data';
import {
  partsOf,
  QUEUE_COUNT_MAX,
  queuedRange,
  scatteredParts,
  type Part,
  type Range,
} from './list-parts';

/** After a failure; doubled with each one more of the same part. */
export const RETRY_MS_MIN = 2000;
export const RETRY_MS_MAX = 30_000;

export type ListStart = {
  /** What is in the queue of the list. */
  readonly here: Range;
  /** False: the list is another one by now, so that `here` does not tell what is missing. */
  readonly isFresh: boolean;
  readonly total: number;
  /** Of the track that plays. */
  readonly index: number;
};

export type ListFillingOptions = {
  readonly player: Player;
  /** Any whole number. */
  readonly newSeed: () => number;
  readonly delay: Delay;
  readonly growth: QueueGrowth;
  readonly list: TrackItems;
  readonly start: ListStart;
  /** Places in the list of the tracks that were queued from it; kept true. */
  readonly places: Map<string, number>;
};

export class ListFilling {
  readonly #options: ListFillingOptions;
  readonly #stopListening: () => void;
  #controller = new AbortController();
  #hasBegun = false;
  /** As what the queue is filled; null: not as it should be. */
  #isShuffled: boolean | null = null;

  constructor(options: ListFillingOptions) {
    this.#options = options;
    this.#stopListening = options.player.subscribe(() => this.#follow());
    this.#follow();
  }

  stop(): void {
    this.#stopListening();
    this.#controller.abort();
  }

  #follow(): void {
    const { player, growth, start } = this.#options;
    const { state, queue } = player.getSnapshot();
    if (!growth.isOpen) {
      this.stop();
      return;
    }
    // The first sound is worth more than the thousandth track.
    if (!this.#hasBegun && state === 'loading') return;
    const isCut = start.total > QUEUE_COUNT_MAX;
    const isNews = !this.#hasBegun || (isCut && queue.shuffle !== this.#isShuffled);
    // It waits for the list's next track where something else plays.
    if (!isNews || (this.#hasBegun && this.#findPlace() === null)) return;
    this.#isShuffled = queue.shuffle; // Before the queue changes, which is told to this function.
    this.#controller.abort();
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    if (this.#hasBegun) void this.#takeAnew(queue.shuffle, signal);
    else void this.#take(this.#partsFor(start, queue.shuffle), signal);
    this.#hasBegun = true;
  }

  /** Of what plays; null: it was not queued from the list. */
  #findPlace(): number | null {
    const { track } = this.#options.player.getSnapshot();
    return track ? (this.#options.places.get(track.id) ?? null) : null;
  }

  #partsFor({ here, isFresh, total, index }: ListStart, isShuffled: boolean): readonly Part[] {
    const isScattered = isShuffled && total > QUEUE_COUNT_MAX;
    if (isScattered) return scatteredParts(here, total, this.#options.newSeed());
    // Asked for again, what is there already does no harm.
    return partsOf(isFresh ? here : { begin: index, end: index }, queuedRange(total, index));
  }

  /** What the list brought is given back for the first part of what comes in its place. */
  async #takeAnew(isShuffled: boolean, signal: AbortSignal): Promise<void> {
    const { growth, start } = this.#options;
    for (let index = this.#findPlace(); index !== null;) {
      const from = { ...start, here: { begin: index, end: index + 1 }, isFresh: true, index };
      const [first, ...others] = this.#partsFor(from, isShuffled);
      const items = first && (await this.#fetch(first, signal));
      if (!items) return;
      const askedFor = index;
      index = this.#findPlace();
      if (index === null) break;
      // In order it begins where one is by now; shuffled it is from everywhere.
      if (!isShuffled && index !== askedFor) continue;
      growth.restart(first.side, items.filter(isItem));
      this.#place(first, items);
      this.#forgetPlaces();
      return this.#take(others, signal);
    }
    this.#isShuffled = null; // Something else plays: with the list's next track it is tried again.
  }

  async #take(parts: readonly Part[], signal: AbortSignal): Promise<void> {
    const { growth } = this.#options;
    for (const part of parts) {
      const items = await this.#fetch(part, signal);
      if (!items) return;
      this.#place(part, items);
      if (part.side === 'before') growth.addBefore(items.filter(isItem));
      else growth.addBehind(items.filter(isItem));
    }
  }

  /** null: nobody wants it any more, or there is no such list any more. */
  async #fetch(
    { offset, limit }: Part,
    signal: AbortSignal,
  ): Promise<readonly (LibraryTrack | null)[] | null> {
    const { growth, list } = this.#options;
    const isWanted = (): boolean => growth.isOpen && !signal.aborted;
    let restMs = RETRY_MS_MIN;
    while (isWanted()) {
      try {
        const { items } = await list.fetchPart(offset, limit, signal);
        return isWanted() ? items : null;
      } catch (error) {
        if (error instanceof NotFoundError) return null;
      }
      if (isWanted()) await this.#rest(restMs, signal);
      restMs = Math.min(2 * restMs, RETRY_MS_MAX);
    }
    return null;
  }

  #rest(restMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        drop();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const drop = this.#options.delay(end, restMs);
      signal.addEventListener('abort', end);
    });
  }

  #place({ offset }: Part, items: readonly (LibraryTrack | null)[]): void {
    items.forEach((track, at) => track && this.#options.places.set(track.id, offset + at));
  }

  /** Of what the queue has no more. */
  #forgetPlaces(): void {
    const { player, places } = this.#options;
    const ids = new Set(player.getSnapshot().queue.items.map(({ track }) => track.id));
    for (const id of places.keys()) if (!ids.has(id)) places.delete(id);
  }
}
