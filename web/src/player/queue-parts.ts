/** What a queue is made of, and what holds of it after every step and every change. */
import type { QueueItem, Repeat } from './queue-types';

/**
 * `order` holds the items of `list`, each once: the list itself, or, shuffled, first what was
 * played, as it was played, then the current item, then what is still to come.
 */
export type QueueParts = {
  readonly list: readonly QueueItem[];
  /** The same array as `list` while nothing is shuffled. */
  readonly order: readonly QueueItem[];
  /** Of the current item in `order`; -1: none was chosen yet. */
  readonly index: number;
  readonly shuffle: boolean;
  readonly repeat: Repeat;
  /** Keys of what was played in this round, the latest last; the current one is among them. */
  readonly played: ReadonlySet<number>;
  /** Keys of what was played shuffled in the rounds before, the latest last. */
  readonly trail: readonly number[];
  /** So many items behind the current one were put there to be next. */
  readonly nextCount: number;
  /** Of the next shuffle; a whole number of 32 bits. */
  readonly seed: number;
};

export const emptyParts = (seed: number): QueueParts => ({
  list: [],
  order: [],
  index: -1,
  shuffle: false,
  repeat: 'off',
  played: new Set(),
  trail: [],
  nextCount: 0,
  seed: seed >>> 0,
});

export const currentOf = ({ order, index }: QueueParts): QueueItem | null => order[index] ?? null;

export const indexOfKey = ({ order }: QueueParts, key: number): number =>
  order.findIndex((item) => item.key === key);

/** With the item at `index` of the order as the current one, which counts as played. */
export const become = (parts: QueueParts, index: number): QueueParts => {
  const played = new Set(parts.played);
  const key = parts.order[index]?.key;
  if (key !== undefined) {
    played.delete(key); // A Set keeps the order in which it was filled: the latest is the last.
    played.add(key);
  }
  return { ...parts, index, played };
};
