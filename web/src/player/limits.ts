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

/** With less than this ahead, what is being rendered is waited for before settings change. */
export const SWITCH_RESERVE_SECONDS = 1.5;

/** With this much ahead the track that is heard can do without the engine for a while. */
export const CALM_AHEAD_SECONDS = 5;

/** A next track that is not there so shortly before the end comes too late to be joined. */
export const END_RESERVE_SECONDS = 1;
