import { describe, expect, it } from '@jest/globals';
import { canonicalSettings, wantPlan } from '../../../web/src/engine/canonical-settings';
import { ADAPTIVE } from '../../support/player-world';

const OFF = { ...ADAPTIVE, enhanced: false };

describe('canonicalSettings', () => {
  it('are what setEnhancement() takes', () => {
    const settings = {
      ...ADAPTIVE,
      preset: 'warm',
      intensity: 0.354,
      compare: 'original',
    } as const;
    expect(canonicalSettings(settings)).toEqual([2, 35, 1, 0, 2, true]);
    const album = { ...ADAPTIVE, level: 'album', albumLoudnessLufs: -9.5 } as const;
    expect(canonicalSettings(album)).toEqual([0, 100, 2, -9500, 0, true]);
  });

  it('of an original tell how loud it would be, and compare nothing', () => {
    expect(canonicalSettings(OFF)).toEqual([0, 100, 1, 0, 0, false]);
    expect(canonicalSettings({ ...OFF, compare: 'enhanced' })).toEqual(canonicalSettings(OFF));
    const album = { ...OFF, preset: 'punchy', level: 'album', albumLoudnessLufs: -8 } as const;
    expect(canonicalSettings(album)).toEqual([4, 100, 2, -8000, 0, false]);
    // As long as the album is not measured, by track.
    expect(canonicalSettings({ ...OFF, level: 'album' })).toEqual(canonicalSettings(OFF));
  });

  it('of an original without a level are nothing', () => {
    expect(canonicalSettings({ ...OFF, level: 'off' })).toBeNull();
    expect(canonicalSettings({ ...OFF, intensity: 0.004 })).toBeNull();
  });
});

describe('wantPlan', () => {
  it('says where the track has to be measured', () => {
    expect(wantPlan(ADAPTIVE)).toBe(true);
    expect(wantPlan({ ...ADAPTIVE, level: 'off' })).toBe(true);
    expect(wantPlan(OFF)).toBe(true);
    expect(wantPlan({ ...ADAPTIVE, intensity: 0 })).toBe(false);
    expect(wantPlan({ ...OFF, level: 'off' })).toBe(false);
    expect(wantPlan({ ...OFF, intensity: 0 })).toBe(false);
  });
});
