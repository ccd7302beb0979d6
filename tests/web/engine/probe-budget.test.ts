import { describe, expect, it } from '@jest/globals';
import { PROBE_EXTRA_BYTES, probeBudget, START_ONLY } from '../../../web/src/engine/probe-budget';

const WHOLE_PLAN = 12;
/** What one probe takes. */
const FLAC_BYTES = 65_000;
const MP3_BYTES = 9_000;
const of = (probeBytes: number) => ({ probeBytes, wholePlanProbes: WHOLE_PLAN });

describe('The budget of probes', () => {
  it.each([
    { latencyMs: 300, bytesPerSecond: 50_000 },
    { latencyMs: 100, bytesPerSecond: 250_000 },
    { latencyMs: 30, bytesPerSecond: 2_500_000 },
    { latencyMs: 1, bytesPerSecond: 100_000_000 },
  ])('takes 0.3 s of the link at most: $bytesPerSecond B/s', (link) => {
    for (const ofProbe of [FLAC_BYTES, MP3_BYTES]) {
      for (const spentMs of [0, 100]) {
        const probes = probeBudget(link, spentMs, of(ofProbe), false);
        const bytes = ofProbe + PROBE_EXTRA_BYTES;
        const tookMs = (count: number): number =>
          link.latencyMs + spentMs + (count * bytes * 1000) / link.bytesPerSecond;
        if (probes > START_ONLY) expect(tookMs(probes)).toBeLessThanOrEqual(300);
        if (probes < 1000) expect(tookMs(probes + 1)).toBeGreaterThan(300);
      }
    }
  });

  it('is all there is on a fast link, and the start alone on a slow one', () => {
    const fast = { latencyMs: 10, bytesPerSecond: 20_000_000 };
    expect(probeBudget(fast, 5, of(FLAC_BYTES), false)).toBeGreaterThan(48);
    const far = { latencyMs: 400, bytesPerSecond: 20_000_000 };
    expect(probeBudget(far, 0, of(MP3_BYTES), false)).toBe(START_ONLY);
    const stuck = { latencyMs: 20, bytesPerSecond: 0 };
    expect(probeBudget(stuck, 100, of(MP3_BYTES), false)).toBe(START_ONLY);
  });

  it('is no more than the first plan needs where somebody waits for it', () => {
    const fast = { latencyMs: 10, bytesPerSecond: 20_000_000 };
    expect(probeBudget(fast, 0, of(FLAC_BYTES), true)).toBe(WHOLE_PLAN);
    // A short track that is measured whole.
    const short = { probeBytes: 1000, wholePlanProbes: 84 };
    expect(probeBudget(fast, 0, short, true)).toBe(84);
    const slow = { latencyMs: 100, bytesPerSecond: 250_000 };
    expect(probeBudget(slow, 0, of(MP3_BYTES), true)).toBe(
      probeBudget(slow, 0, of(MP3_BYTES), false),
    );
  });
});
