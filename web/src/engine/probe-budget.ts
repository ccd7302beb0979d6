/**
 * How many probes of a track may be fetched before its first sound: as many as cost no more than a
 * moment of the link. Pure.
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

/** `spentMs`: of the moment, this has passed already. `probeBytes`: what one probe costs. */
export const probeBudget = (
  { latencyMs, bytesPerSecond }: LinkEstimate,
  spentMs: number,
  probeBytes: number,
): number => {
  const seconds = PROBE_SECONDS_MAX - (latencyMs + spentMs) / 1000;
  const probes = Math.floor((seconds * bytesPerSecond) / (probeBytes + PROBE_EXTRA_BYTES));
  return Math.min(Math.max(probes, START_ONLY), PROBES_MAX);
};
