/**
 * Plays lists that are longer than the page holds. What is here of the list becomes the queue with
 * the click; the rest follows beside the playback, once there is sound, up to QUEUE_COUNT_MAX:
 * tracks behind the one that was clicked, and some in front of it. Of a
 * list that is longer the rest is taken from places all over it while tracks are shuffled; where
 * that changes, it is taken anew.
 */
import type { Player } from '../player/player';
import type { QueueGrowth } from '../player/queue-growth';
import { shuffled } from '../player/shuffle';
import type { TrackItems } from './library-data';
import { isItem, type LibraryTrack } from './library-client';

/** A month of music; what is held of each track has some 600 bytes. */
export const QUEUE_COUNT_MAX = 10_000;
/** Of them in front of the track that was clicked, where the list is longer. */
export const BEFORE_COUNT_MAX = 1000;
const PART_COUNT = 500;
/** Smaller, so that a shuffled queue has many places of the list. */
const SHUFFLED_PART_COUNT = 100;

type Part = { readonly offset: number; readonly limit: number; readonly side: 'before' | 'behind' };

/** Half-open. */
type Range = { readonly begin: number; readonly end: number };

type Start = {
  /** What is in the queue of the list. */
  readonly here: Range;
  readonly total: number;
  /** Of the track that plays. */
  readonly index: number;
};

/** What the queue is to have of a list of `total`. */
export const queuedRange = (total: number, index: number): Range => {
  if (total <= QUEUE_COUNT_MAX) return { begin: 0, end: total };
  const begin = Math.max(0, Math.min(index - BEFORE_COUNT_MAX, total - QUEUE_COUNT_MAX));
  return { begin, end: begin + QUEUE_COUNT_MAX };
};

/** What is to be fetched for `wanted` where `here` is there: first what comes next. */
export const partsOf = (here: Range, wanted: Range): readonly Part[] => {
  const parts: Part[] = [];
  for (let offset = here.end; offset < wanted.end; offset += PART_COUNT) {
    parts.push({ offset, limit: Math.min(PART_COUNT, wanted.end - offset), side: 'behind' });
  }
  for (let end = here.begin; end > wanted.begin; end -= PART_COUNT) {
    const offset = Math.max(wanted.begin, end - PART_COUNT);
    parts.push({ offset, limit: end - offset, side: 'before' });
  }
  return parts;
};

/** Parts from all over a list of `total`, none of which touches `here`. */
export const scatteredParts = (here: Range, total: number, seed: number): readonly Part[] => {
  const offsets: number[] = [];
  for (let offset = 0; offset < total; offset += SHUFFLED_PART_COUNT) {
    const isHere = offset < here.end && offset + SHUFFLED_PART_COUNT > here.begin;
    if (!isHere) offsets.push(offset);
  }
  const partCount = (QUEUE_COUNT_MAX - (here.end - here.begin)) / SHUFFLED_PART_COUNT;
  return shuffled(offsets, seed)
    .slice(0, Math.floor(partCount))
    .map((offset) => ({ offset, limit: SHUFFLED_PART_COUNT, side: 'behind' }));
};

/** The items around `index` that are here, without a gap. */
const rangeHere = (list: TrackItems, index: number): Range => {
  let begin = index;
  let end = index + 1;
  while (begin > 0 && list.at(begin - 1) && end - begin < PART_COUNT) begin -= 1;
  while (list.at(end) && end - index < PART_COUNT) end += 1;
  return { begin, end };
};

export type ListPlayerOptions = {
  readonly player: Player;
  /** Any whole number. */
  readonly newSeed: () => number;
};

export class ListPlayer {
  readonly #options: ListPlayerOptions;
  #stopFilling: (() => void) | null = null;
  #list: TrackItems | null = null;
  /** Places in the list of tracks that were queued from it. */
  #places = new Map<string, number>();

  constructor(options: ListPlayerOptions) {
    this.#options = options;
  }

  /** Where this track, played from this list, stands in it; null: it was not. */
  placeOf(list: TrackItems, trackId: string): number | null {
    return list === this.#list ? (this.#places.get(trackId) ?? null) : null;
  }

  /** Plays the item of that index, which is here; what follows is the list. */
  play(list: TrackItems, index: number): void {
    const here = rangeHere(list, index);
    const tracks: LibraryTrack[] = [];
    this.#stopFilling?.();
    this.#list = list;
    this.#places = new Map();
    for (let at = here.begin; at < here.end; at += 1) {
      const track = list.at(at);
      if (!track) continue;
      tracks.push(track);
      this.#places.set(track.id, at);
    }
    const growth = this.#options.player.playNow(tracks, index - here.begin);
    const total = list.getSnapshot().total ?? here.end;
    if (here.begin === 0 && here.end >= total) return;
    this.#fill(growth, list, { here, total, index });
  }

  /** From one at random on; of those that are here, since only the click itself may make sound. */
  playShuffled(list: TrackItems): void {
    const { player, newSeed } = this.#options;
    const here: number[] = [];
    const total = list.getSnapshot().total ?? 0;
    for (let index = 0; index < total; index += 1) if (list.at(index)) here.push(index);
    const [first] = shuffled(here, newSeed());
    if (first === undefined) return;
    player.setShuffle(true);
    this.play(list, first);
  }

  /** As soon as some of the list is here. */
  playShuffledSoon(list: TrackItems): void {
    const begin = (): void => {
      if (list.getSnapshot().total === null) return;
      stop();
      this.playShuffled(list);
    };
    const stop = list.subscribe(begin);
    list.want(0, 1);
    begin();
  }

  /** What is missing, from the first sound on; of too long a list, also what shuffling asks. */
  #fill(growth: QueueGrowth, list: TrackItems, start: Start): void {
    const { player } = this.#options;
    const isCut = start.total > QUEUE_COUNT_MAX;
    let controller = new AbortController();
    let isShuffled: boolean | null = null;
    const follow = (): void => {
      const { state, queue } = player.getSnapshot();
      // The first sound is worth more than the thousandth track.
      if (state === 'loading' && isShuffled === null) return;
      const isNews = isShuffled === null || (isCut && queue.shuffle !== isShuffled);
      if (!growth.isOpen || !isNews) return;
      const isFirst = isShuffled === null;
      isShuffled = queue.shuffle; // Before the queue changes, which is told to this function.
      const from = isFirst ? start : this.#startAnew(growth, start.total);
      if (!from) return;
      controller.abort();
      controller = new AbortController();
      void this.#fetchParts(growth, list, this.#partsFor(from, isShuffled), controller.signal);
    };
    const stop = player.subscribe(follow);
    this.#stopFilling = () => {
      stop();
      controller.abort();
    };
    follow();
  }

  /** Around what plays; null: it was not queued from the list. */
  #startAnew(growth: QueueGrowth, total: number): Start | null {
    const { track } = this.#options.player.getSnapshot();
    const index = track ? this.#places.get(track.id) : undefined;
    if (!track || index === undefined) return null;
    growth.restart();
    this.#places = new Map([[track.id, index]]);
    return { here: { begin: index, end: index + 1 }, total, index };
  }

  #partsFor({ here, total, index }: Start, isShuffled: boolean): readonly Part[] {
    const isScattered = isShuffled && total > QUEUE_COUNT_MAX;
    if (isScattered) return scatteredParts(here, total, this.#options.newSeed());
    return partsOf(here, queuedRange(total, index));
  }

  async #fetchParts(
    growth: QueueGrowth,
    list: TrackItems,
    parts: readonly Part[],
    signal: AbortSignal,
  ): Promise<void> {
    for (const { offset, limit, side } of parts) {
      try {
        const { items } = await list.fetchPart(offset, limit, signal);
        if (signal.aborted || !growth.isOpen) return;
        items.forEach((track, at) => track && this.#places.set(track.id, offset + at));
        const tracks = items.filter(isItem);
        if (side === 'before') growth.addBefore(tracks);
        else growth.addBehind(tracks);
      } catch {
        // What is there plays; the list ends where the server could not be reached.
        return;
      }
    }
  }
}
