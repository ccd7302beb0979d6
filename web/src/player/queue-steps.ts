/**
 * From item to item: next, previous, to any one, and what shuffle and repeat make of that. A
 * *round* ends when every item was played once; with `repeat` another begins. Pure.
 */
import { become, currentOf, indexOfKey, type QueueParts } from './queue-parts';
import type { QueueItem, StepReason } from './queue-types';
import { nextSeed, shuffled } from './shuffle';

type Items = readonly QueueItem[];

/** So far back into earlier rounds the way is known. */
const TRAIL_COUNT_MAX = 1000;

const stays = ({ repeat, index }: QueueParts, reason: StepReason): boolean =>
  reason === 'ended' && repeat === 'one' && index >= 0;

/** Asked for another one, a queue that repeats one item goes on with all of them. */
const withoutRepeatOne = (parts: QueueParts): QueueParts =>
  parts.repeat === 'one' ? { ...parts, repeat: 'all' } : parts;

/** They are asked for again and again while the last item plays. */
const rounds = new WeakMap<QueueParts, Items>();

/** All of the list again, but not with the item that has just played in front. */
const roundAfter = (parts: QueueParts): Items => {
  if (!parts.shuffle) return parts.order;
  const known = rounds.get(parts);
  if (known) return known;
  const items = shuffled(parts.list, parts.seed);
  const isAgain = items[0] === parts.order.at(-1);
  const round = isAgain ? [...items.slice(1), ...items.slice(0, 1)] : items;
  rounds.set(parts, round);
  return round;
};

const beginRound = (parts: QueueParts, order: Items): QueueParts => ({
  ...parts,
  order,
  trail: parts.shuffle ? [...parts.trail, ...parts.played].slice(-TRAIL_COUNT_MAX) : [],
  played: new Set(),
  nextCount: 0,
  seed: nextSeed(parts.seed),
});

/** The list in random order, this item of it first. */
export const shuffledFrom = (list: Items, first: QueueItem | null, seed: number): Items => {
  const rest = list.filter((item) => item !== first);
  return [...(first ? [first] : []), ...shuffled(rest, seed)];
};

/** Whether there is a next one to ask for. Quick: the player wants to know it all the time. */
export const hasNext = ({ order, index, repeat }: QueueParts): boolean =>
  index + 1 < order.length || (repeat !== 'off' && order.length > 0);

export const peekNext = (parts: QueueParts, reason: StepReason): QueueItem | null => {
  if (stays(parts, reason)) return currentOf(parts);
  const next = parts.order[parts.index + 1];
  if (next !== undefined) return next;
  return parts.repeat === 'off' ? null : (roundAfter(parts)[0] ?? null);
};

/** The same parts where it is over. */
export const advance = (parts: QueueParts, reason: StepReason): QueueParts => {
  if (stays(parts, reason) || !hasNext(parts)) return parts;
  const going = withoutRepeatOne(parts);
  const { index, order, nextCount } = going;
  if (index + 1 < order.length) {
    return become({ ...going, nextCount: Math.max(0, nextCount - 1) }, index + 1);
  }
  return become(beginRound(going, roundAfter(parts)), 0);
};

export const upcoming = (parts: QueueParts, count: number): Items => {
  const { order, index, repeat } = parts;
  const ahead = order.slice(index + 1, index + 1 + count);
  const missing = Math.min(count, order.length) - ahead.length;
  if (repeat === 'off' || missing <= 0) return ahead;
  return [...ahead, ...roundAfter(parts).slice(0, missing)];
};

type Trace = { readonly item: QueueItem; readonly at: number };

/** The latest of the trail that is still there, and is not what plays. */
const lastOfTrail = (parts: QueueParts): Trace | null => {
  const current = currentOf(parts);
  for (let at = parts.trail.length - 1; at >= 0; at -= 1) {
    const item = parts.order.find(({ key }) => key === parts.trail[at]);
    if (item !== undefined && item !== current) return { item, at };
  }
  return null;
};

export const peekPrevious = (parts: QueueParts): QueueItem | null => {
  const { order, index, shuffle, repeat } = parts;
  if (index < 0) return null;
  if (index > 0) return order[index - 1] ?? null;
  if (shuffle) return lastOfTrail(parts)?.item ?? null;
  return repeat === 'off' || order.length < 2 ? null : (order.at(-1) ?? null);
};

/** The same parts where there is none before. */
export const goBack = (parts: QueueParts): QueueParts => {
  if (peekPrevious(parts) === null) return parts;
  const going = { ...withoutRepeatOne(parts), nextCount: 0 };
  const { order, index, shuffle } = going;
  if (index > 0) return become(going, index - 1);
  if (!shuffle) return become(going, order.length - 1);
  const trace = lastOfTrail(parts);
  if (trace === null) return parts;
  const others = order.filter((item) => item !== trace.item);
  const trail = going.trail.slice(0, trace.at);
  return become({ ...going, order: [trace.item, ...others], trail }, 0);
};

/**
 * Behind the current one in a shuffled order: what was played, also by somebody who then went back,
 * is in front, and what is still to come stays as it was.
 */
const jumpShuffled = (parts: QueueParts, item: QueueItem): QueueParts => {
  const { order, index, played, nextCount } = parts;
  const isOther = (other: QueueItem): boolean => other !== item;
  const isToCome = ({ key }: QueueItem): boolean => !played.has(key);
  const ahead = order.slice(index + 1).filter(isOther);
  const front = [
    ...order.slice(0, Math.max(0, index)).filter(isOther),
    ...ahead.filter((other) => !isToCome(other)),
    ...order.slice(Math.max(0, index), index + 1),
  ];
  const block = order.slice(index + 1, index + 1 + nextCount);
  const jumped = {
    ...parts,
    order: [...front, item, ...ahead.filter(isToCome)],
    nextCount: block.filter((other) => isOther(other) && isToCome(other)).length,
  };
  return become(jumped, front.length);
};

/** The same parts where there is no such item, or it is the current one. */
export const jump = (parts: QueueParts, key: number): QueueParts => {
  const { order, list, index, shuffle, played, nextCount, seed } = parts;
  const at = indexOfKey(parts, key);
  const item = order[at];
  if (item === undefined || at === index) return parts;
  if (!shuffle) {
    const left = at > index ? Math.max(0, nextCount - (at - index)) : 0;
    return become({ ...parts, nextCount: left }, at);
  }
  // Whoever chooses something when all is over wants to hear more.
  const isOver = played.size >= order.length;
  return isOver
    ? become(beginRound(parts, shuffledFrom(list, item, seed)), 0)
    : jumpShuffled(parts, item);
};

/** What was played as it was played, what was put next, and the rest of the list at random. */
const shuffleRest = (parts: QueueParts, block: Items): QueueParts => {
  const { list, seed } = parts;
  const current = currentOf(parts);
  const isOver = parts.played.size >= list.length;
  const played = isOver ? new Set(current === null ? [] : [current.key]) : parts.played;
  const byKey = new Map(list.map((item) => [item.key, item]));
  const front = [...played].flatMap((key) => byKey.get(key) ?? []);
  const ahead = block.filter(({ key }) => !played.has(key));
  const placed = new Set([...front, ...ahead]);
  const rest = list.filter((item) => !placed.has(item));
  return {
    ...parts,
    order: [...front, ...ahead, ...shuffled(rest, seed)],
    trail: isOver ? [...parts.played].slice(-TRAIL_COUNT_MAX) : [],
    played,
    seed: nextSeed(seed),
  };
};

export const setShuffle = (parts: QueueParts, shuffle: boolean): QueueParts => {
  if (shuffle === parts.shuffle) return parts;
  const current = currentOf(parts);
  const { index, nextCount } = parts;
  const block = parts.order.slice(index + 1, index + 1 + nextCount);
  const changed = shuffle ? shuffleRest(parts, block) : { ...parts, order: parts.list, trail: [] };
  const at = current === null ? -1 : changed.order.indexOf(current);
  const apart = block.findIndex((item, offset) => changed.order[at + 1 + offset] !== item);
  return { ...changed, shuffle, index: at, nextCount: apart < 0 ? block.length : apart };
};
