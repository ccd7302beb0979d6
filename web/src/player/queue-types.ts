/** What the queue tells of itself: plain, immutable values, compared by identity. */
import type { PlayerTrack } from './player-types';

/** A place in the queue. The same track may stand in it twice. */
export type QueueItem = {
  /** Unique for as long as the page lives. */
  readonly key: number;
  readonly track: PlayerTrack;
  /** The library no longer has the track, so most likely it cannot be played. */
  readonly isGone: boolean;
};

/** `one`: the track that plays, again and again, until somebody asks for another. */
export type Repeat = 'off' | 'all' | 'one';
export const REPEATS: readonly Repeat[] = ['off', 'all', 'one'];

/** Why the next one is wanted: the track came to its end, or somebody asked for the next. */
export type StepReason = 'ended' | 'asked';

export type QueueSnapshot = {
  /** In the order in which they play; what was played stays in front. */
  readonly items: readonly QueueItem[];
  /** Of the item that plays, in `items`; -1 while none was chosen. */
  readonly currentIndex: number;
  readonly shuffle: boolean;
  readonly repeat: Repeat;
};

/** The index from which on items are moved: what was played while shuffled stays as it was. */
export const firstMovable = ({ shuffle, currentIndex }: QueueSnapshot): number =>
  shuffle ? currentIndex + 1 : 0;
