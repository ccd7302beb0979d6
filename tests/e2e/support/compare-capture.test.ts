/** The judge itself on trial: faults that are put in must come out, to the sample. */
import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../support/random';
import { compareCapture } from './compare-capture';
import { joinPcm, silentPcm, slicePcm, type StereoPcm } from './pcm';

const SECONDS = 48_000;

/** Low-passed noise, so that a slip of one sample is small but there. */
const noise = (frameCount: number, seed: number, gain = 0.2): StereoPcm => {
  const random = seededRandom(seed);
  const channel = (): Float32Array => {
    let held = 0;
    return Float32Array.from({ length: frameCount }, () => {
      held += 0.4 * (random() * 2 - 1 - held);
      return held * gain;
    });
  };
  return { left: channel(), right: channel() };
};

const scaled = ({ left, right }: StereoPcm, gain: number): StereoPcm => ({
  left: left.map((value) => value * gain),
  right: right.map((value) => value * gain),
});

const song = noise(8 * SECONDS, 1);
const references = [{ name: 'a', pcm: song }];

describe('compareCapture', () => {
  it('finds one segment where nothing is wrong', () => {
    const captured = joinPcm([silentPcm(5000), slicePcm(song, 12_345, 200_000), silentPcm(999)]);
    const { segments, transitions, strangeFrames } = compareCapture(captured, references);
    expect(transitions).toEqual([]);
    expect(strangeFrames).toBe(0);
    expect(segments).toHaveLength(1);
    expect(segments[0]).toMatchObject({
      captureStart: 5000,
      referenceStart: 12_345,
      frames: 200_000 - 12_345,
      settleFrames: 0,
    });
    expect(segments[0]?.residualDb).toBeLessThan(-100);
  });

  it.each([1, 2, 312, 960])('sees that %i samples are missing', (missing) => {
    const captured = joinPcm([
      slicePcm(song, 0, 100_007),
      slicePcm(song, 100_007 + missing, 300_000),
    ]);
    const { transitions } = compareCapture(captured, references);
    expect(transitions).toHaveLength(1);
    expect(transitions[0]).toMatchObject({ gapFrames: 0, referenceJump: missing });
    expect(Math.abs((transitions[0]?.captureFrame ?? 0) - 100_007)).toBeLessThanOrEqual(3);
  });

  it.each([1, 240, 9600])('sees that %i samples come twice', (repeated) => {
    const captured = joinPcm([
      slicePcm(song, 0, 90_000),
      slicePcm(song, 90_000 - repeated, 250_000),
    ]);
    const { transitions } = compareCapture(captured, references);
    expect(transitions).toHaveLength(1);
    expect(transitions[0]).toMatchObject({ gapFrames: 0, referenceJump: -repeated });
  });

  it('sees a hole of 20 ms in which time stands still', () => {
    const captured = joinPcm([
      slicePcm(song, 0, 77_777),
      silentPcm(960),
      slicePcm(song, 77_777, 200_000),
    ]);
    const { transitions } = compareCapture(captured, references);
    expect(transitions).toMatchObject([
      { captureFrame: 77_777, gapFrames: 960, gapSilent: true, referenceJump: 0 },
    ]);
  });

  it.each([64, 312, 960])('sees that %i samples are muted', (muted) => {
    const at = 123_456;
    const captured = joinPcm([slicePcm(song, 0, at), silentPcm(muted), slicePcm(song, at + muted)]);
    const { transitions } = compareCapture(captured, references);
    expect(transitions).toMatchObject([
      { captureFrame: at, gapFrames: muted, gapSilent: true, referenceJump: muted },
    ]);
  });

  it('sees a click that is too short for a hole', () => {
    const captured = joinPcm([song]);
    captured.left.fill(0.9, 144_000, 144_008);
    const { segments, transitions } = compareCapture(captured, references);
    expect(transitions).toEqual([]);
    expect(segments[0]?.settleFrames).toBeGreaterThan(143_000);
    expect(segments[0]?.residualDb).toBeGreaterThan(-45);
  });

  it('sees sound that is in no reference', () => {
    const captured = joinPcm([slicePcm(song, 0, 60_000), noise(24_000, 9), slicePcm(song, 60_000)]);
    const { transitions, strangeFrames } = compareCapture(captured, references);
    expect(strangeFrames).toBeGreaterThan(20_000);
    expect(transitions).toMatchObject([{ gapSilent: false }]);
    expect(Math.abs(transitions[0]?.referenceJump ?? 999)).toBeLessThanOrEqual(96);
  });

  it('ends with the reference, not with the silence after it', () => {
    const captured = joinPcm([slicePcm(song, 200_001), silentPcm(30_000)]);
    const { segments, strangeFrames } = compareCapture(captured, references);
    expect(segments).toMatchObject([{ referenceStart: 200_001, frames: 8 * SECONDS - 200_001 }]);
    expect(strangeFrames).toBe(0);
  });

  it('follows a seek', () => {
    const captured = joinPcm([
      slicePcm(song, 0, 48_000),
      silentPcm(2400),
      slicePcm(song, 200_001, 300_000),
    ]);
    const { segments, transitions } = compareCapture(captured, references);
    expect(segments.map(({ referenceStart }) => referenceStart)).toEqual([0, 200_001]);
    expect(transitions).toMatchObject([{ gapFrames: 2400, referenceJump: 152_001 }]);
  });

  it('tells two references apart that differ by half a decibel, and where one takes over', () => {
    const louder = scaled(song, 10 ** (0.5 / 20));
    const both = [...references, { name: 'b', pcm: louder }];
    const captured = joinPcm([slicePcm(song, 0, 96_000), slicePcm(louder, 96_000, 240_000)]);
    const { segments, transitions } = compareCapture(captured, both);
    expect(segments.map(({ reference }) => reference)).toEqual(['a', 'b']);
    expect(transitions).toMatchObject([{ gapFrames: 0, referenceJump: 0, from: 'a', to: 'b' }]);
    expect(Math.abs((transitions[0]?.captureFrame ?? 0) - 96_000)).toBeLessThanOrEqual(8);
  });
});
