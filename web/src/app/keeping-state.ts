/** What is known of the files that the listener wants on the device. */
import type { PlayerTrack } from '../player/player-types';

export type KeptItem = {
  readonly key: string;
  readonly track: PlayerTrack;
  /** null: not known yet. */
  readonly sizeBytes: number | null;
  readonly receivedBytes: number;
  readonly isWhole: boolean;
  /** It could not be had; it is tried again when the listener says so, or in another visit. */
  readonly isRefused: boolean;
};

/** `network`, `server` (which does not give it): it goes on by itself; `room`: when the listener
 *  says so. */
export type KeepingProblem = 'network' | 'server' | 'room';

export type KeepingState = {
  /** What is kept was looked for. */
  readonly isKnown: boolean;
  /** By key; in the order in which they were wanted. */
  readonly items: ReadonlyMap<string, KeptItem>;
  /** On its way, with more than its item tells; null: none. */
  readonly current: Pick<KeptItem, 'key' | 'sizeBytes' | 'receivedBytes'> | null;
  readonly isPaused: boolean;
  readonly problem: KeepingProblem | null;
  /** false: the browser may throw it away when it needs room; null: not known. */
  readonly isLasting: boolean | null;
};

/** Before anything is known. */
export const NOTHING_KEPT: KeepingState = {
  isKnown: false,
  items: new Map(),
  current: null,
  isPaused: false,
  problem: null,
  isLasting: null,
};
