/** What the player shows of itself, derived from what it knows. Pure. */
import type { EnhancementSettings } from '../engine/engine-protocol';
import type { PlayerSnapshot, PlayerState } from './player-types';
import type { Queue } from './queue';
import type { QueueSnapshot } from './queue-types';
import { NO_FACTS } from './track-facts';

/** What sound tells of itself, before it has: of another track, or of the original instead. */
export const NOTHING_KNOWN = {
  ...NO_FACTS,
  error: null,
  gaveUp: false,
  wait: null,
} as const satisfies Partial<PlayerSnapshot>;

/** Before any track. */
export const firstSnapshot = (
  settings: EnhancementSettings,
  { volume, muted }: Pick<HTMLAudioElement, 'volume' | 'muted'>,
  queue: QueueSnapshot,
): PlayerSnapshot => ({
  state: 'idle',
  mode: 'enhanced',
  modeReason: null,
  track: null,
  queue,
  info: null,
  durationSeconds: 0,
  settings,
  album: null,
  skipped: [],
  ...NOTHING_KNOWN,
  volume,
  muted,
  hasNext: false,
  hasPrevious: false,
});

/** What the snapshot itself does not tell. */
export type Circumstances = {
  readonly audio: Pick<HTMLAudioElement, 'ended' | 'readyState'>;
  readonly queue: Pick<Queue, 'snapshot' | 'hasNext' | 'hasPrevious'>;
  readonly wantsPlay: boolean;
  /** The browser has refused to play without a click. */
  readonly isBlocked: boolean;
  /** The track has been heard. */
  readonly hasStarted: boolean;
  /** The engine works on it. */
  readonly hasSession: boolean;
  readonly isStalled: boolean;
};

const deriveState = (
  { error, track, info }: PlayerSnapshot,
  { audio, wantsPlay, isBlocked, hasStarted, hasSession, isStalled }: Circumstances,
): PlayerState => {
  if (error) return 'error';
  if (!track) return 'idle';
  if (isBlocked) return 'blocked';
  if (audio.ended) return 'ended';
  if (!wantsPlay) return info || hasStarted || !hasSession ? 'paused' : 'loading';
  if (!hasStarted) return 'loading';
  return audio.readyState < 3 || isStalled ? 'buffering' : 'playing';
};

/** The same object where nothing is another: nobody has to look again then. */
export const nextSnapshot = (
  previous: PlayerSnapshot,
  change: Partial<PlayerSnapshot>,
  circumstances: Circumstances,
): PlayerSnapshot => {
  const changed = { ...previous, ...change };
  const next: PlayerSnapshot = {
    ...changed,
    state: deriveState(changed, circumstances),
    queue: circumstances.queue.snapshot,
    hasNext: circumstances.queue.hasNext,
    hasPrevious: circumstances.queue.hasPrevious,
  };
  const keys = Object.keys(next) as (keyof PlayerSnapshot)[];
  return keys.every((key) => Object.is(next[key], previous[key])) ? previous : next;
};
