/** Which ranges to request next. Pure. */
import type { ByteRange } from '../shared/units';
import { alignOutwards, coalesce, intersect, subtract } from './byte-ranges';

export type Situation = {
  /** What reads wait for. */
  readonly missing: readonly ByteRange[];
  /** What would be good to have soon; see ReadAhead. */
  readonly ahead: ByteRange;
  readonly inFlight: readonly ByteRange[];
  /** The parts of a range that are in the cache. */
  readonly held: (range: ByteRange) => readonly ByteRange[];
  readonly sizeBytes: number;
  readonly blockBytes: number;
};

/** Runs of bytes to request. */
export type FetchPlan = {
  /** A read waits for (a part of) each of these. */
  readonly needed: readonly ByteRange[];
  readonly ahead: readonly ByteRange[];
};

/**
 * Neighbouring misses share a run, and the window ahead is part of the run that it continues.
 */
export const planFetches = (situation: Situation): FetchPlan => {
  const { missing, ahead, inFlight, held, sizeBytes, blockBytes } = situation;
  const lacking = (range: ByteRange): ByteRange[] => {
    const aligned = alignOutwards(range, blockBytes, sizeBytes);
    return [...held(aligned), ...inFlight].reduce(subtract, [aligned]);
  };
  const needed = coalesce(missing.flatMap(lacking));
  const aheadLacking = ahead.begin < ahead.end ? lacking(ahead) : [];
  const aheadBytes = aheadLacking.reduce((sum, { begin, end }) => sum + end - begin, 0);
  // Topping up after every read would be a request per few kilobytes: wait for half a window.
  const worthwhile = aheadBytes * 2 >= ahead.end - ahead.begin;
  const runs = worthwhile ? coalesce([...needed, ...aheadLacking]) : needed;
  const isNeeded = (run: ByteRange): boolean =>
    needed.some((part) => intersect(run, part) !== null);
  return { needed: runs.filter(isNeeded), ahead: runs.filter((run) => !isNeeded(run)) };
};
