/**
 * A queue as plain values that survive as JSON, and back. Tracks are named by their ids alone: the
 * library tells the rest. What comes back was in other hands, so everything in it is checked. Pure.
 */
import { become, type QueueParts } from './queue-parts';
import { REPEATS, type QueueItem, type Repeat } from './queue-types';

/** Places are indices into `ids`, which is the list. */
export type SavedQueue = {
  readonly ids: readonly string[];
  /** The shuffled order; null: that of the list. */
  readonly order: readonly number[] | null;
  /** Of the current one in the order; -1: none. */
  readonly index: number;
  readonly repeat: Repeat;
  /** What was played in this round, the latest last. */
  readonly played: readonly number[];
  /** So many behind the current one were put there to be next. */
  readonly nextCount: number;
  readonly seed: number;
};

/**
 * Of a queue with more than `countMax` items, those around the current one, most of them still to
 * come.
 */
export const saveQueue = (parts: QueueParts, countMax: number): SavedQueue => {
  const { shuffle, repeat, seed } = parts;
  const behind = Math.floor(countMax / 10);
  const latest = Math.max(0, parts.order.length - countMax);
  const begin = Math.min(latest, Math.max(0, parts.index - behind));
  const order = parts.order.slice(begin, begin + countMax);
  const kept = new Set(order);
  const list = parts.list.filter((item) => kept.has(item));
  const places = new Map(list.map(({ key }, place) => [key, place]));
  const placesOf = (keys: readonly number[]): number[] =>
    keys.flatMap((key) => places.get(key) ?? []);
  return {
    ids: list.map(({ track }) => track.id),
    order: shuffle ? placesOf(order.map(({ key }) => key)) : null,
    index: parts.index < 0 ? -1 : parts.index - begin,
    repeat,
    played: placesOf([...parts.played]),
    nextCount: Math.min(parts.nextCount, order.length - (parts.index - begin) - 1),
    seed,
  };
};

/**
 * `itemOf` makes the items; null: there is no such track any more, so that it is left out.
 * `isSame`: the current item is the one that was saved, and not the one behind it.
 */
export const restoreQueue = (
  { ids, order, index, repeat, played, nextCount, seed }: SavedQueue,
  itemOf: (id: string) => QueueItem | null,
): { readonly parts: QueueParts; readonly isSame: boolean } => {
  const items = ids.map(itemOf);
  const existing = (places: readonly number[]): QueueItem[] =>
    places.flatMap((place) => items[place] ?? []);
  const places = order ?? ids.map((_, place) => place);
  const list = existing(ids.map((_, place) => place));
  const parts: QueueParts = {
    list,
    order: order === null ? list : existing(order),
    index: -1,
    shuffle: order !== null,
    repeat,
    played: new Set(existing(played).map(({ key }) => key)),
    trail: [],
    nextCount: existing(places.slice(index + 1, index + 1 + nextCount)).length,
    seed,
  };
  if (index < 0) return { parts, isSame: true };
  const before = existing(places.slice(0, index)).length;
  const isSame = existing(places.slice(index, index + 1)).length === 1;
  const at = Math.min(before, list.length - 1);
  return { parts: become(parts, at), isSame };
};

const isWhole = (value: unknown, min: number, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;

/** Different places of a list of `count`. */
const arePlaces = (value: unknown, count: number): value is readonly number[] =>
  Array.isArray(value) &&
  value.every((place) => isWhole(place, 0, count - 1)) &&
  new Set(value).size === value.length;

/** null: this is no queue that was saved. */
export const parseSavedQueue = (value: unknown, countMax: number): SavedQueue | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { ids, order, index, repeat, played, nextCount, seed } = value as Readonly<
    Record<string, unknown>
  >;
  const isList = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
  if (!isList || ids.length > countMax) return null;
  const count = ids.length;
  const isOrder = order === null || (arePlaces(order, count) && order.length === count);
  const known = REPEATS.find((name) => name === repeat);
  if (!isOrder || known === undefined || !arePlaces(played, count)) return null;
  if (!isWhole(index, -1, count - 1) || !isWhole(seed, 0, 2 ** 32 - 1)) return null;
  if (!isWhole(nextCount, 0, count - 1 - index)) return null;
  return { ids, order, index, repeat: known, played, nextCount, seed };
};
