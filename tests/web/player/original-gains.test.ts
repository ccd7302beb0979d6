import { describe, expect, it } from '@jest/globals';
import { GAIN_COUNT_MAX, OriginalGains } from '../../../web/src/player/original-gains';
import { fakePlan } from '../../support/fake-engine';
import { ADAPTIVE } from '../../support/player-world';

const LOUD = { loudnessLufs: -7.5, reachedLufs: -14.5 };

describe('OriginalGains', () => {
  it('are known for the settings that the plan was made for, on or off', () => {
    const gains = new OriginalGains();
    gains.learn('a', ADAPTIVE, fakePlan(LOUD));
    expect(gains.gainDb('a', ADAPTIVE)).toBe(-7);
    expect(gains.gainDb('a', { ...ADAPTIVE, enhanced: false })).toBe(-7);
    expect(gains.gainDb('a', { ...ADAPTIVE, preset: 'gentle' })).toBe(0);
    expect(gains.gainDb('a', { ...ADAPTIVE, intensity: 0.5 })).toBe(0);
    expect(gains.gainDb('a', { ...ADAPTIVE, level: 'off' })).toBe(0);
    expect(gains.gainDb('b', ADAPTIVE)).toBe(0);
  });

  it('turn nothing up, and are nothing where there is no level', () => {
    const gains = new OriginalGains();
    gains.learn('a', ADAPTIVE, fakePlan());
    expect(gains.gainDb('a', ADAPTIVE)).toBe(0);
    const off = { ...ADAPTIVE, level: 'off' } as const;
    gains.learn('b', off, fakePlan(LOUD));
    expect(gains.gainDb('b', off)).toBe(0);
  });

  it('are not learnt of a comparison, nor of an old plan that is told again', () => {
    const gains = new OriginalGains();
    gains.learn('a', { ...ADAPTIVE, compare: 'original' }, fakePlan(LOUD));
    expect(gains.gainDb('a', ADAPTIVE)).toBe(0);
    const plan = fakePlan(LOUD);
    const warm = { ...ADAPTIVE, preset: 'warm' } as const;
    gains.learn('a', ADAPTIVE, plan);
    gains.learn('a', warm, plan);
    expect(gains.gainDb('a', ADAPTIVE)).toBe(-7);
    expect(gains.gainDb('a', warm)).toBe(0);
    gains.learn('a', warm, fakePlan({ ...LOUD, reachedLufs: -15.5 }));
    expect(gains.gainDb('a', warm)).toBe(-8);
  });

  it('are of a bounded number of tracks', () => {
    const gains = new OriginalGains();
    for (let track = 0; track <= GAIN_COUNT_MAX; track += 1) {
      gains.learn(`${track}`, ADAPTIVE, fakePlan(LOUD));
    }
    expect(gains.gainDb('0', ADAPTIVE)).toBe(0);
    expect(gains.gainDb('1', ADAPTIVE)).toBe(-7);
  });
});
