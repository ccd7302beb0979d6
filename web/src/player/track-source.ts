/** A track as it is to be opened: what it is rendered with, and where it is to begin. */
import type { EnhancementSettings } from '../engine/engine-protocol';
import type { ChunkIndex } from '../shared/units';
import type { PlayerTrack } from './player-types';

export type TrackSource = {
  readonly track: PlayerTrack;
  readonly settings: EnhancementSettings;
  /** As in the `open` command. */
  readonly profile: string | null;
  readonly firstPlan: 'quick' | 'final';
  /** Its button is down: it is heard in a moment. */
  readonly isPressed?: boolean;
  readonly startSeconds: number;
  /** The chunk that holds `startSeconds`, as far as is known; rendered together with opening. */
  readonly firstChunk: ChunkIndex;
};
