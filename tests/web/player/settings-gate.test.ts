import { describe, expect, it } from '@jest/globals';
import { SETTINGS_INTERVAL_MS, SettingsGate } from '../../../web/src/player/settings-gate';
import { SimClock } from '../../support/sim-clock';

const setUp = () => {
  const clock = new SimClock();
  const passed: { readonly intensity: number; readonly atMs: number }[] = [];
  const state = { mayPass: true, intensity: 0, wishedAtMs: -1 };
  const gate = new SettingsGate({
    clock,
    mayPass: () => state.mayPass,
    pass: (wishedAtMs) => {
      passed.push({ intensity: state.intensity, atMs: clock.nowMs() });
      state.wishedAtMs = wishedAtMs;
    },
  });
  const wish = (intensity: number): void => {
    state.intensity = intensity;
    gate.wish();
  };
  return { clock, passed, state, gate, wish };
};

const at = (intensity: number, atMs: number) => ({ intensity, atMs });

describe('SettingsGate', () => {
  it('lets the first change pass at once, and of many more only the last', async () => {
    const { clock, passed, wish } = setUp();
    for (let step = 1; step <= 50; step += 1) wish(step / 100);
    await clock.advance(1000);
    expect(passed).toEqual([at(0.01, 0), at(0.5, SETTINGS_INTERVAL_MS)]);
  });

  it('keeps a change that may not pass yet, and its last value', async () => {
    const { clock, passed, state, gate, wish } = setUp();
    state.mayPass = false;
    wish(0.1);
    await clock.advance(100);
    wish(0.2);
    await clock.advance(400);
    expect(gate.tick()).toBe(false);
    state.mayPass = true;
    expect(gate.tick()).toBe(true);
    expect(gate.tick()).toBe(false);
    expect(passed).toEqual([at(0.2, 500)]);
    expect(state.wishedAtMs).toBe(100);
  });

  it('tries again by itself when the interval is over', async () => {
    const { clock, passed, wish } = setUp();
    wish(0.1);
    await clock.advance(50);
    wish(0.2);
    await clock.advance(SETTINGS_INTERVAL_MS);
    expect(passed).toEqual([at(0.1, 0), at(0.2, SETTINGS_INTERVAL_MS)]);
  });

  it('drops what waits when it is closed', async () => {
    const { clock, passed, gate, wish } = setUp();
    wish(0.1);
    wish(0.2);
    gate.close();
    await clock.advance(1000);
    expect(passed).toEqual([at(0.1, 0)]);
  });
});
