/** What of a list becomes the queue, and in which parts it is fetched. Pure. */
import { shuffled } from '../player/shuffle';

/** A month of music; what is held of each track has some 600 bytes. */
export const QUEUE_COUNT_MAX = 10_000;
/** Of them in front of the track that was clicked, where the list is longer. */
export const BEFORE_COUNT_MAX = 1000;
export const PART_COUNT = 500;
/** Smaller, so that a shuffled queue has many places of the list. */
const SHUFFLED_PART_COUNT = 100;

export type Part = {
  readonly offset: number;
  readonly limit: number;
  readonly side: 'before' | 'behind';
};

/** Half-open. */
export type Range = { readonly begin: number; readonly end: number };

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
