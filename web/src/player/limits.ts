/** How much audio the browser holds. At 192 kbit/s, 64 s are 1.5 MB of the 9 MB it allows. */
export type BufferLimits = {
  /** Rendered ahead of the playhead while playing. */
  readonly aheadSeconds: number;
  /** Rendered ahead of the playhead while paused. */
  readonly aheadPausedSeconds: number;
  /** Kept behind the playhead, so that a short step back costs nothing. */
  readonly behindSeconds: number;
};

export const BUFFER_LIMITS: BufferLimits = {
  aheadSeconds: 30,
  aheadPausedSeconds: 12,
  behindSeconds: 30,
};

/** Removal waits until there is this much to remove. */
export const REMOVE_STEP_SECONDS = 4;

/**
 * A cluster that starts closer to the playhead than this does not replace the one that is there:
 * its packets are being played.
 */
export const OVERWRITE_GUARD_SECONDS = 0.06;
