/**
 * Plays lists that are longer than the page holds. What is here of the list becomes the queue with
 * the click; the rest follows beside the playback, up to QUEUE_COUNT_MAX: tracks behind the one
 * that was clicked, and some in front of it. Of a list that is longer the rest is taken from places
 * all over it while tracks are shuffled.
 */
import type { Player } from '../player/player';
import type { PlayerSnapshot, PlayerTrack } from '../player/player-types';
import { shuffled } from '../player/shuffle';
import type { Delay } from './delay';
import type { LibraryTrack } from './library-client';
import type { TrackItems } from './library-data';
import { ListFilling } from './list-filling';
import { PART_COUNT, type Range } from './list-parts';

/** The items around `index` that are here, without a gap, and next to each other in the library. */
const rangeHere = (list: TrackItems, index: number): Range => {
  const round = list.roundAt(index);
  const isBeside = (at: number): boolean => list.at(at) !== undefined && list.roundAt(at) === round;
  let begin = index;
  let end = index + 1;
  while (begin > 0 && isBeside(begin - 1) && end - begin < PART_COUNT) begin -= 1;
  while (isBeside(end) && end - index < PART_COUNT) end += 1;
  return { begin, end };
};

const isSounding = ({ state }: PlayerSnapshot): boolean =>
  state === 'loading' || state === 'playing' || state === 'buffering';

/** The listener has neither chosen nor begun anything between the two. */
const isUntouched = (before: PlayerSnapshot, now: PlayerSnapshot): boolean => {
  const { items, currentIndex } = now.queue;
  const isSame =
    items.length === before.queue.items.length &&
    items.every(({ key }, at) => key === before.queue.items[at]?.key);
  if (!isSame || currentIndex !== before.queue.currentIndex) return false;
  return isSounding(before) || !isSounding(now);
};

export type ListPlayerOptions = {
  readonly player: Player;
  /** Any whole number. */
  readonly newSeed: () => number;
  readonly delay: Delay;
};

export class ListPlayer {
  readonly #options: ListPlayerOptions;
  #filling: ListFilling | null = null;
  /** Of the list that was played last. */
  #path: string | null = null;
  /** Places in the list of tracks that were queued from it. */
  #places = new Map<string, number>();

  constructor(options: ListPlayerOptions) {
    this.#options = options;
  }

  /** Where this track, played from this list, stands in it; null: it was not. */
  placeOf(list: TrackItems, trackId: string): number | null {
    return list.path === this.#path ? (this.#places.get(trackId) ?? null) : null;
  }

  /** Plays the item of that index, which is here; what follows is the list. */
  play(list: TrackItems, index: number): void {
    const chosen = list.at(index);
    if (!chosen) return;
    const here = rangeHere(list, index);
    const tracks: LibraryTrack[] = [];
    const places = new Map<string, number>();
    for (let at = here.begin; at < here.end; at += 1) {
      const track = at === index ? chosen : list.at(at);
      // Between two changes of the library one may stand on two pages.
      const isTwice = track && (places.has(track.id) || (track.id === chosen.id && at !== index));
      if (!track || isTwice) continue;
      tracks.push(track);
      places.set(track.id, at);
    }
    this.#filling?.stop();
    this.#filling = null;
    this.#path = list.path;
    this.#places = places;
    const growth = this.#options.player.playNow(tracks, tracks.indexOf(chosen));
    const total = list.getSnapshot().total ?? here.end;
    if (here.begin === 0 && here.end >= total) return;
    const start = { here, isFresh: list.isFresh(index), total, index };
    this.#filling = new ListFilling({ ...this.#options, growth, list, start, places });
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

  /** The same of tracks that are all here; there is one at least. */
  playAllShuffled(tracks: readonly PlayerTrack[]): void {
    const { player, newSeed } = this.#options;
    player.setShuffle(true);
    player.playNow(tracks, Math.abs(newSeed()) % tracks.length);
  }

  /**
   * As soon as some of the list is here; not at all where it cannot be had, or the listener has
   * chosen something else until then.
   */
  playShuffledSoon(list: TrackItems): void {
    const { player } = this.#options;
    if (list.getSnapshot().total !== null) {
      this.playShuffled(list);
      return;
    }
    const before = player.getSnapshot();
    const stop = list.subscribe(() => {
      const { total, error } = list.getSnapshot();
      if (total === null && error === null) return;
      stop();
      if (total !== null && isUntouched(before, player.getSnapshot())) this.playShuffled(list);
    });
    if (list.getSnapshot().error) list.retry();
    else list.want(0, 1);
  }
}
