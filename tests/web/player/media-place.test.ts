import { describe, expect, it } from '@jest/globals';
import { MediaPlace } from '../../../web/src/player/media-place';
import type { Frames } from '../../../web/src/shared/units';

describe('MediaPlace', () => {
  it('ends at a whole microsecond behind the last frame', () => {
    const place = new MediaPlace(12_000_000);
    expect(place.endUs(384_677 / 48_000)).toBe(12_000_000 + 8_014_105);
    // What is whole stays whole, whatever dust the seconds carry.
    expect(place.endUs(0.1 + 0.2)).toBe(12_300_000);
  });

  it('maps track time to media time and back, without dust', () => {
    const place = new MediaPlace(8_014_105);
    expect(place.toMedia(2)).toBeCloseTo(10.014105, 9);
    expect(place.toTrack(10.014105)).toBe(2);
    expect(place.toTrack(8.014105)).toBe(0);
    expect(place.toTrack(7)).toBe(-1.014105);
    const range = { startSeconds: 0.5, endSeconds: 1 };
    expect(place.toTrackRange(place.toMediaRange(range))).toEqual(range);
  });

  it('hides what is in front of the track, and cuts the padding where its length is told', () => {
    const place = new MediaPlace(30_000_000);
    expect(place.placement(null)).toEqual({
      offsetSeconds: 30,
      windowStartSeconds: 30,
      windowEndSeconds: Infinity,
    });
    expect(place.placement(8.013).windowEndSeconds).toBe(38.013);
  });

  it('puts a lead one packet early, behind the same window', () => {
    expect(new MediaPlace(30_000_000).leadPlacement(8)).toEqual({
      offsetSeconds: 29.98,
      windowStartSeconds: 30,
      windowEndSeconds: 38,
    });
  });

  it('is cut where a track goes on in whole packets, which begin with what is left of it', () => {
    const before = new MediaPlace(10_000_000);
    expect(before.cutSeconds).toBe(Infinity);
    const next = before.continueWith({ packetCount: 400, frameCount: 480 as Frames });
    expect(next.packetsUs).toBe(18_000_000);
    expect(next.beginUs).toBe(18_010_000);
    expect(next.placement(null)).toMatchObject({ offsetSeconds: 18, windowStartSeconds: 18 });
    expect(before.cutSeconds).toBe(8);
    expect(before.placement(8.01).windowEndSeconds).toBe(18);
    // What is removed of it is not what the next one begins with.
    expect(before.toMediaRange({ startSeconds: 7.5, endSeconds: 8.01 })).toEqual({
      startSeconds: 17.5,
      endSeconds: 18,
    });
  });

  it('counts the packets of a track that carries from its first packet on', () => {
    const place = new MediaPlace(18_010_000, 18_000_000);
    const next = place.continueWith({ packetCount: 100, frameCount: 0 as Frames });
    expect(next.packetsUs).toBe(20_000_000);
  });
});
