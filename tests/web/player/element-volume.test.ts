import { describe, expect, it } from '@jest/globals';
import { ElementVolume } from '../../../web/src/player/element-volume';

describe('ElementVolume', () => {
  it('is the element’s own where nothing turns it down', () => {
    const audio = { volume: 0.7, muted: true };
    const volume = new ElementVolume(audio);
    expect(volume.chosen).toBe(0.7);
    volume.choose(0.3);
    expect(audio).toEqual({ volume: 0.3, muted: false });
    volume.choose(7);
    expect([audio.volume, volume.chosen]).toEqual([1, 1]);
    volume.choose(-1);
    expect([audio.volume, volume.chosen]).toEqual([0, 0]);
  });

  it('turns the element down behind what is chosen, and never up', () => {
    const audio = { volume: 0.5, muted: true };
    const volume = new ElementVolume(audio);
    volume.turnDown(-6);
    expect(audio.volume).toBeCloseTo(0.5 * 0.501, 3);
    expect(audio.muted).toBe(true);
    volume.onChange();
    expect(volume.chosen).toBe(0.5);
    volume.choose(1);
    expect(audio.volume).toBeCloseTo(0.501, 3);
    volume.onChange();
    expect(volume.chosen).toBe(1);
    volume.turnDown(0);
    expect(audio.volume).toBe(1);
    volume.choose(0.25);
    volume.turnDown(4);
    expect(audio.volume).toBe(0.25);
  });

  it('follows what somebody else does to the element', () => {
    const audio = { volume: 1, muted: false };
    const volume = new ElementVolume(audio);
    volume.turnDown(-20);
    audio.volume = 0.05;
    volume.onChange();
    expect(volume.chosen).toBeCloseTo(0.5, 9);
    volume.turnDown(0);
    expect(audio.volume).toBeCloseTo(0.5, 9);
    audio.volume = 0.8;
    volume.onChange();
    expect(volume.chosen).toBe(0.8);
  });

  it('is as ever where volumes cannot be set', () => {
    const audio = Object.defineProperty({ volume: 1, muted: false }, 'volume', {
      get: () => 1,
      set: () => undefined,
    });
    const volume = new ElementVolume(audio);
    volume.turnDown(-6);
    volume.onChange();
    expect(volume.chosen).toBe(1);
  });
});
