/**
 * How many probes of a track come before its first sound: as many as cost no more than a moment of
 * the link and, where somebody waits, no more than the first plan needs. Pure.
 */
import type { LinkEstimate } from '../net/link-meter';

/** What probes may cost at most before the first sound, the round trip for them included. */
export const PROBE_SECONDS_MAX = 0.3;
/** Until nothing was measured of a link, so long is waited for its first transfer to tell. */
export const ESTIMATE_WAIT_MS = 100;
/** What a range takes beyond its probe: whole blocks of the cache, its head in a list. */
export const PROBE_EXTRA_BYTES = 4 * 1024;
/** The engine then takes what the first sound is made of, which has to come anyway. */
export const START_ONLY = 1;
/** More than any track has. */
const PROBES_MAX = 1000;

export type ProbeCosts = {
  /** Of one probe, about. */
  readonly probeBytes: number;
  /** With so many the first plan has all stages. */
  readonly wholePlanProbes: number;
};

/**
 * `spentMs`: of the moment, this has passed already. `isAwaited`: somebody waits for the sound, so
 * that no more than a whole plan takes are measured before; each takes the processor 1 to 3 ms.
 */
export const probeBudget = (
  { latencyMs, bytesPerSecond }: LinkEstimate,
  spentMs: number,
  { probeBytes, wholePlanProbes }: ProbeCosts,
  isAwaited: boolean,
): number => {
  const seconds = PROBE_SECONDS_MAX - (latencyMs + spentMs) / 1000;
  const affordable = Math.floor((seconds * bytesPerSecond) / (probeBytes + PROBE_EXTRA_BYTES));
  const probesMax = isAwaited ? wholePlanProbes : PROBES_MAX;
  return Math.min(Math.max(affordable, START_ONLY), probesMax);
};
