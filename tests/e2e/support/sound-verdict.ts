/** What every recording must fulfil, whatever the test did. */
import { expect } from '@jest/globals';
import {
  describeComparison,
  type Comparison,
  type Segment,
  type Transition,
} from './compare-capture';
import type { MediaEventRecord, PositionStamp } from './page-hooks';
import { PCM_RATE_HZ } from './pcm';

/** Opus settles this fast after a seek or a splice: 40 ms. */
const SETTLE_FRAMES_MAX = 1920;
/**
 * And this fast, 100 ms, where other sound takes over inside a cluster: on a busy machine the new
 * cluster comes when the browser has decoded into the old one, and only first packets are coded
 * without a look back.
 */
const SETTLE_INSIDE_FRAMES_MAX = 4800;
const CLUSTER_FRAMES = PCM_RATE_HZ / 2;
/** Same codec on both sides; what is left is the settling of a cold decoder. */
const RESIDUAL_DB_MAX = -60;

/**
 * Every segment is the reference's own sound, and nothing else sounds. Whether the segments are
 * the right ones, and their transitions, is the test's own question.
 */
export const expectCleanSound = (comparison: Comparison): void => {
  const { segments, strangeFrames } = comparison;
  const story = describeComparison(comparison);
  const bad = segments.filter(({ residualDb, settleFrames, referenceStart }, index) => {
    const isSplice = (comparison.transitions[index - 1]?.referenceJump ?? NaN) === 0;
    const isInside = isSplice && referenceStart % CLUSTER_FRAMES > PCM_RATE_HZ / 100;
    const settleFramesMax = isInside ? SETTLE_INSIDE_FRAMES_MAX : SETTLE_FRAMES_MAX;
    return residualDb > RESIDUAL_DB_MAX || settleFrames > settleFramesMax;
  });
  expect({ story, bad }).toEqual({ story, bad: [] });
  expect({ story, strangeFrames }).toEqual({ story, strangeFrames: 0 });
};

/**
 * Joins what the element itself has parted by `waiting`: on a machine that is too busy the engine
 * may fall behind, and then time stands still, is shown to stand still, and goes on with the very
 * next sample. Every other hole stays.
 */
export const joinWaits = (
  { segments, transitions, strangeFrames, strangeStretches }: Comparison,
  events: readonly MediaEventRecord[],
): Comparison => {
  let waits = events.filter(({ type }, index) => type === 'waiting' && index > 1).length;
  const joined: Segment[] = segments.slice(0, 1);
  const kept: Transition[] = [];
  transitions.forEach((transition, index) => {
    const segment = segments[index + 1] as Segment;
    const before = joined.at(-1) as Segment;
    const { gapFrames, gapSilent, referenceJump, from, to } = transition;
    if (waits > 0 && gapFrames > 0 && gapSilent && referenceJump === 0 && from === to) {
      waits -= 1;
      joined[joined.length - 1] = {
        ...before,
        frames: before.frames + segment.frames,
        residualDb: Math.max(before.residualDb, segment.residualDb),
      };
    } else {
      joined.push(segment);
      kept.push(transition);
    }
  });
  return { segments: joined, transitions: kept, strangeFrames, strangeStretches };
};

/** The first samples of a fade-in are too faint to be told from silence. */
const FAINT_FRAMES = 8;

/** The segment begins with the very sample that belongs to `positionSeconds`. */
export const expectStart = (
  comparison: Comparison,
  segment: Segment | undefined,
  positionSeconds: number,
): void => {
  const story = describeComparison(comparison);
  const late = (segment?.referenceStart ?? NaN) - Math.round(positionSeconds * PCM_RATE_HZ);
  const isThere = late >= 0 && late <= FAINT_FRAMES;
  expect({ story, late, isThere }).toEqual({ story, late, isThere: true });
};

/** The frame of the reference after the last one that was heard. */
export const endFrameOf = ({ segments }: Comparison): number => {
  const last = segments.at(-1);
  return last ? last.referenceStart + last.frames : 0;
};

/** The recording is one whole track of so many frames, and nothing else. */
export const expectWholeTrack = (comparison: Comparison, frameCount: number): void => {
  const story = describeComparison(comparison);
  expectCleanSound(comparison);
  expect({ story, count: comparison.segments.length }).toEqual({ story, count: 1 });
  expectStart(comparison, comparison.segments[0], 0);
  expect({ story, endFrame: endFrameOf(comparison) }).toEqual({ story, endFrame: frameCount });
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
