/**
 * Whether the server is still reading its music for the first time, and how far it is. The list is
 * loaded again as it grows, and once more when it is whole.
 */
import type { Fetch } from './library-client';

export type Growth = {
  /** Tracks that the server knows by now. */
  readonly trackCount: number;
  /** Every file was looked at. */
  readonly isWhole: boolean;
};

export const GROWTH_PERIOD_MS = 1000;
/** Less growth than this is not worth another look at all of the list. */
const GROWTH_FACTOR = 2;

const WHOLE: Growth = { trackCount: 0, isWhole: true };

export const isSameGrowth = (a: Growth, b: Growth): boolean =>
  a.trackCount === b.trackCount && a.isWhole === b.isWhole;

/** What a report of the server's scan tells; one that tells nothing of it is done. */
export const parseGrowth = (told: unknown): Growth => {
  if (typeof told !== 'object' || told === null) return WHOLE;
  const { complete, state, tracks } = told as Readonly<Record<string, unknown>>;
  const isWhole = complete !== false || state !== 'scanning';
  return { trackCount: typeof tracks === 'number' ? tracks : 0, isWhole };
};

/** A server that tells nothing of it (another one, or one that cannot be reached) is done. */
export const fetchGrowth = async (fetch: Fetch, signal: AbortSignal): Promise<Growth> => {
  try {
    const response = await fetch('/api/library/scan', { signal });
    if (!response.ok) return WHOLE;
    return parseGrowth(await response.json());
  } catch {
    return WHOLE;
  }
};

/** Whether a list of so many tracks is to be loaded again. */
export const isOutgrown = (listedCount: number, { trackCount, isWhole }: Growth): boolean =>
  trackCount > listedCount && (isWhole || trackCount >= listedCount * GROWTH_FACTOR);
