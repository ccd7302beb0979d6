/** What every recording must fulfil, whatever the test did. */
import { expect } from "@jest/globals";
import { describeComparison, type Comparison } from "./compare-capture";
import type { PositionStamp } from "./page-hooks";
import { PCM_RATE_HZ } from "./pcm";

/** Opus settles this fast after a seek or a splice: 40 ms. */
const SETTLE_FRAMES_MAX = 1920;
/** Same codec on both sides; what is left is the settling of a cold decoder. */
const RESIDUAL_DB_MAX = -60;

/**
 * Every segment is the reference's own sound, and nothing else sounds. Whether the segments are
 * the right ones, and their transitions, is the test's own question.
 */
export const expectCleanSound = (comparison: Comparison): void => {
  const { segments, strangeFrames } = comparison;
  const story = describeComparison(comparison);
  const bad = segments.filter(
    ({ residualDb, settleFrames }) =>
      residualDb > RESIDUAL_DB_MAX || settleFrames > SETTLE_FRAMES_MAX,
  );
  expect({ story, bad }).toEqual({ story, bad: [] });
  expect({ story, strangeFrames }).toEqual({ story, strangeFrames: 0 });
};

/** Median distance between the position shown and the position heard. */
export const positionErrorSeconds = (
  { segments }: Comparison,
  stamps: readonly PositionStamp[],
): number => {
  const errors = stamps.flatMap(({ frame, positionSeconds }) => {
    // Around a seek the position jumps at once, and the sound follows.
    const segment = segments.find(
      ({ captureStart, frames }) =>
        frame > captureStart + PCM_RATE_HZ / 4 && frame < captureStart + frames - PCM_RATE_HZ / 4,
    );
    if (!segment) return [];
    const heard = (segment.referenceStart + frame - segment.captureStart) / PCM_RATE_HZ;
    return [Math.abs(positionSeconds - heard)];
  });
  errors.sort((a, b) => a - b);
  return errors[Math.floor(errors.length / 2)] ?? Infinity;
};
