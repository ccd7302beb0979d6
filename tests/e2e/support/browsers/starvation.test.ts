/** What is forgiven to a loaded machine, and what is not. */
import { describe, expect, it } from '@jest/globals';
import type { Comparison } from '../compare-capture';
import type { ElementEvent } from './page-probe';
import { joinStarved, ranDry } from './starvation';

const told = (...types: readonly string[]): ElementEvent[] =>
  types.map((type) => ({ type, positionSeconds: 0, readyState: 4, atMs: 0 }));

const parted = (gapFrames: number, referenceJump: number): Comparison => ({
  segments: [0, 1].map((index) => ({
    reference: 'a',
    captureStart: index * (1000 + gapFrames),
    referenceStart: index * (1000 + referenceJump),
    frames: 1000,
    residualDb: -100,
    settleFrames: 0,
  })),
  transitions: [
    { captureFrame: 1000, gapFrames, gapSilent: true, referenceJump, from: 'a', to: 'a' },
  ],
  strangeFrames: 0,
  strangeStretches: [],
});

const START = ['play', 'waiting', 'playing'];

describe('A hole in a recording', () => {
  it('in which time stands still is the device, where the element lacked nothing', () => {
    const { segments, transitions } = joinStarved(parted(1024, 0), told(...START));
    expect(transitions).toEqual([]);
    expect(segments).toMatchObject([{ frames: 2000 }]);
  });

  it('is the player, where the element has waited', () => {
    expect(ranDry(told(...START, 'waiting', 'playing'))).toBe(true);
    expect(ranDry(told(...START, 'seeking', 'waiting', 'seeked', 'playing'))).toBe(false);
    expect(joinStarved(parted(1024, 0), told(...START, 'waiting')).transitions).toHaveLength(1);
  });

  it.each([1, -960, 1024])('is the player, where the sound moves on by %i frames', (jump) => {
    expect(joinStarved(parted(1024, jump), told(...START)).transitions).toHaveLength(1);
  });
});
