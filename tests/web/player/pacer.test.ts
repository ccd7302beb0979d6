import { describe, expect, it } from '@jest/globals';
import { Pacer } from '../../../web/src/player/pacer';
import { SimClock } from '../../support/sim-clock';

describe('Pacer', () => {
  it('acts at once, then once in an interval, and never drops the last wish', async () => {
    const clock = new SimClock();
    const actedMs: number[] = [];
    const pacer = new Pacer(clock, 120, () => actedMs.push(clock.nowMs()));
    pacer.wish();
    for (let count = 0; count < 30; count += 1) {
      await clock.advance(10);
      pacer.wish();
    }
    await clock.advance(1000);
    expect(actedMs).toEqual([0, 120, 240, 360]);
    pacer.wish();
    expect(actedMs.at(-1)).toBe(1300);
  });

  it('does nothing more once it is cancelled', async () => {
    const clock = new SimClock();
    let count = 0;
    const pacer = new Pacer(clock, 120, () => (count += 1));
    pacer.wish();
    pacer.wish();
    pacer.cancel();
    await clock.advance(1000);
    expect(count).toBe(1);
  });
});
