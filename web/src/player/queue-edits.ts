/** Changes of what is in a queue. What plays stays, whatever is done to the rest. Pure. */
import type { PlayerTrack } from './player-types';
import { become, currentOf, indexOfKey, type QueueParts } from './queue-parts';
import { shuffledFrom } from './queue-steps';
import type { QueueItem } from './queue-types';
import { nextSeed, shuffled } from './shuffle';

type Items = readonly QueueItem[];

/** A copy with `count` items at `at` replaced by these. */
const spliced = (items: Items, at: number, count: number, put: Items = []): Items => [
  ...items.slice(0, at),
  ...put,
  ...items.slice(at + count),
];

/** `order` is of use while it is not the list itself. */
const withItems = (parts: QueueParts, list: Items, order: () => Items): QueueParts => ({
  ...parts,
  list,
  order: parts.shuffle ? order() : list,
});

/** These items and no others, with the one at `index` as the current one. */
export const replace = (parts: QueueParts, items: Items, index: number): QueueParts => {
  const current = items[index] ?? null;
  const order = (): Items => shuffledFrom(items, current, parts.seed);
  const emptied = { ...parts, played: new Set<number>(), trail: [], nextCount: 0 };
  const replaced = { ...withItems(emptied, items, order), seed: nextSeed(parts.seed) };
  return become(replaced, current === null ? -1 : parts.shuffle ? 0 : index);
};

/** Behind the current one and what was put there before. */
export const playNext = (parts: QueueParts, items: Items): QueueParts => {
  const { list, order, index, nextCount } = parts;
  const at = index + 1 + nextCount;
  const before = order[at - 1];
  const listAt = before === undefined ? 0 : list.indexOf(before) + 1;
  const changed = withItems(parts, spliced(list, listAt, 0, items), () =>
    spliced(order, at, 0, items),
  );
  return { ...changed, nextCount: nextCount + items.length };
};

export const enqueue = (parts: QueueParts, items: Items): QueueParts =>
  withItems(parts, [...parts.list, ...items], () => [...parts.order, ...items]);

/**
 * More of the list that plays, on one side of the item of that key. What was put behind the current
 * one stays there; shuffled, they get places at random among what is still to come, but not that of
 * the very next.
 */
export const extend = (
  parts: QueueParts,
  items: Items,
  { key, side }: { readonly key: number; readonly side: 'before' | 'behind' },
): QueueParts => {
  const { list, order, index, nextCount, shuffle, seed } = parts;
  const anchor = list.findIndex((item) => item.key === key);
  if (anchor < 0) return parts;
  const wanted = side === 'before' ? anchor : anchor + 1;
  const afterNext = index + 1 + nextCount;
  const isAmongNext = !shuffle && wanted > index && wanted < afterNext;
  const listAt = isAmongNext ? afterNext : wanted;
  const extended = withItems(parts, spliced(list, listAt, 0, items), () =>
    mixed(order, index + 1 + Math.max(1, nextCount), items, seed),
  );
  if (shuffle) return { ...extended, seed: nextSeed(seed) };
  return { ...extended, index: index >= 0 && listAt <= index ? index + items.length : index };
};

/** `put` at random among the items from `from` on, which keep their order among themselves. */
const mixed = (items: Items, from: number, put: Items, seed: number): Items => {
  const rest = items.slice(from);
  const places = shuffled([...rest.map(() => false), ...put.map(() => true)], seed);
  const news = shuffled(put, nextSeed(seed));
  let restAt = 0;
  let newsAt = 0;
  const merged = places.flatMap((isNew) => (isNew ? news[newsAt++] : rest[restAt++]) ?? []);
  return [...items.slice(0, from), ...merged];
};

export const remove = (parts: QueueParts, key: number): QueueParts => {
  const { list, order, index, nextCount } = parts;
  const at = indexOfKey(parts, key);
  if (at < 0 || at === index) return parts;
  const isNext = at > index && at <= index + nextCount;
  const played = new Set(parts.played);
  played.delete(key);
  const others = list.filter((item) => item.key !== key);
  return {
    ...withItems(parts, others, () => spliced(order, at, 1)),
    index: at < index ? index - 1 : index,
    nextCount: isNext ? nextCount - 1 : nextCount,
    played,
  };
};

/** Without the items of these keys; the current one stays, and, shuffled, what was played. */
export const release = (parts: QueueParts, keys: ReadonlySet<number>): QueueParts => {
  const { list, order, index, nextCount, shuffle } = parts;
  const current = currentOf(parts);
  const stays = (item: QueueItem): boolean =>
    item === current || !keys.has(item.key) || (shuffle && parts.played.has(item.key));
  const kept = list.filter(stays);
  const keptOrder = shuffle ? order.filter(stays) : kept;
  const keptKeys = new Set(kept.map(({ key }) => key));
  return {
    ...withItems(parts, kept, () => keptOrder),
    index: current === null ? -1 : keptOrder.indexOf(current),
    nextCount: order.slice(index + 1, index + 1 + nextCount).filter(stays).length,
    played: new Set([...parts.played].filter((key) => keptKeys.has(key))),
  };
};

export const clear = (parts: QueueParts): QueueParts => {
  const current = currentOf(parts);
  return replace(parts, current === null ? [] : [current], 0);
};

/** How many items are "next" once one was moved; what is moved in between them becomes one. */
const nextCountAfterMove = (
  before: Pick<QueueParts, 'index' | 'nextCount'>,
  index: number,
  from: number,
  to: number,
): number => {
  if (from === before.index) return 0;
  const wasNext = from > before.index && from <= before.index + before.nextCount ? 1 : 0;
  const isNext = to > index && to <= index + before.nextCount;
  // In between, or, for one of them, also behind the last.
  const others = before.nextCount - wasNext;
  return isNext && (wasNext === 1 || to <= index + others) ? others + 1 : others;
};

/** To that place of the order; shuffled, what was played does not move, and nothing gets there. */
export const move = (parts: QueueParts, key: number, toIndex: number): QueueParts => {
  const { order, index, shuffle } = parts;
  const from = indexOfKey(parts, key);
  const item = order[from];
  const first = shuffle ? index + 1 : 0;
  const to = Math.min(order.length - 1, Math.max(first, Math.trunc(toIndex)));
  if (item === undefined || from < first || from === to) return parts;
  const moved = spliced(spliced(order, from, 1), to, 0, [item]);
  const current = currentOf(parts);
  const at = current === null ? -1 : moved.indexOf(current);
  return {
    ...withItems(parts, shuffle ? parts.list : moved, () => moved),
    index: at,
    nextCount: nextCountAfterMove(parts, at, from, to),
  };
};

/** What there is now instead of tracks of these ids, and which are gone; the rest stays. */
export const refresh = (
  parts: QueueParts,
  byId: ReadonlyMap<string, PlayerTrack>,
  goneIds: ReadonlySet<string>,
): QueueParts => {
  const news = new Map<number, QueueItem>();
  for (const item of parts.list) {
    const track = byId.get(item.track.id) ?? item.track;
    const isGone = goneIds.has(item.track.id) || (item.isGone && !byId.has(item.track.id));
    if (track !== item.track || isGone !== item.isGone) {
      news.set(item.key, { key: item.key, track, isGone });
    }
  }
  if (news.size === 0) return parts;
  const renewed = (items: Items): Items => items.map((item) => news.get(item.key) ?? item);
  return withItems(parts, renewed(parts.list), () => renewed(parts.order));
};
