import { beforeEach, describe, expect, it } from '@jest/globals';
import { AGE_MAX_MS, LinkMeter, STRETCH_COUNT } from '../../../web/src/net/link-meter';
import { RangeSource } from '../../../web/src/net/range-source';
import { randomBytes } from '../../support/random';
import { SlowLink } from '../../support/slow-link';
import { VirtualClock } from '../../support/virtual-clock';

let clock: VirtualClock;
let link: LinkMeter;

beforeEach(() => {
  clock = new VirtualClock();
  link = new LinkMeter(clock);
});

/** A transfer of ten pieces behind the first, so many milliseconds apart. */
const transfer = (latencyMs: number, pieceBytes: number, everyMs: number): void => {
  const metered = link.begin();
  clock.advance(latencyMs);
  metered.answered();
  metered.received(pieceBytes);
  for (let count = 0; count < 10; count += 1) {
    clock.advance(everyMs);
    metered.received(pieceBytes);
  }
  metered.ended();
};

describe('LinkMeter', () => {
  it('tells latency and rate of what came', () => {
    expect(link.estimate()).toBeNull();
    transfer(80, 5000, 20);
    expect(link.estimate()).toEqual({ latencyMs: 80, bytesPerSecond: 250_000 });
  });

  it('goes by the best of the last stretches', () => {
    transfer(80, 5000, 20);
    transfer(120, 5000, 50);
    expect(link.estimate()).toEqual({ latencyMs: 80, bytesPerSecond: 250_000 });
    for (let count = 0; count < STRETCH_COUNT; count += 1) transfer(120, 5000, 50);
    expect(link.estimate()).toEqual({ latencyMs: 120, bytesPerSecond: 100_000 });
  });

  it('forgets what is old, and what is too short to tell', () => {
    transfer(10, 100, 1);
    expect(link.estimate()).toBeNull();
    transfer(10, 5000, 10);
    expect(link.estimate()).not.toBeNull();
    clock.advance(AGE_MAX_MS + 1);
    expect(link.estimate()).toBeNull();
  });

  it('adds up transfers that share the link', () => {
    const one = link.begin();
    const other = link.begin();
    for (const metered of [one, other]) metered.answered();
    one.received(1000);
    for (let count = 0; count < 20; count += 1) {
      clock.advance(10);
      one.received(1000);
      other.received(1000);
    }
    other.ended();
    expect(link.estimate()).toBeNull();
    one.ended();
    one.ended();
    expect(link.estimate()?.bytesPerSecond).toBe(200_000);
  });

  it('takes what came at once for as fast as clocks can tell', () => {
    const metered = link.begin();
    clock.advance(5);
    metered.answered();
    metered.received(64 * 1024);
    metered.ended();
    expect(link.estimate()).toEqual({ latencyMs: 5, bytesPerSecond: 64 * 1024 * 1000 });
  });

  it('waits for the first transfer, but not for ever', async () => {
    const metered = link.begin();
    clock.advance(40);
    metered.answered();
    metered.received(1400);
    const settled = link.settled(100);
    for (let count = 0; count < 5; count += 1) {
      clock.advance(20);
      metered.received(1000);
    }
    expect(await settled).toEqual({ latencyMs: 40, bytesPerSecond: 50_000, waitedMs: 100 });

    link = new LinkMeter(clock);
    const silent = link.settled(100);
    clock.advance(100);
    expect(await silent).toEqual({ latencyMs: 100, bytesPerSecond: 0, waitedMs: 100 });
  });

  it('waits no longer than until the first transfer ends', async () => {
    const metered = link.begin();
    const settled = link.settled(100);
    metered.answered();
    metered.received(70_000);
    metered.ended();
    expect((await settled).bytesPerSecond).toBe(70_000_000);
    expect(clock.timerCount).toBe(0);
  });
});

describe('A RangeSource', () => {
  it.each([
    { latencyMs: 300, bytesPerSecond: 50_000 },
    { latencyMs: 30, bytesPerSecond: 2_500_000 },
  ])('lets its link be measured: $bytesPerSecond B/s', async (shape) => {
    const file = randomBytes(1_000_000, 1);
    const slow = new SlowLink(file, shape, clock);
    const source = new RangeSource({
      url: 'https://music.example/track',
      fetch: slow.fetch,
      clock,
      random: () => 0.5,
      lists: { answered: true },
      link,
      onNetwork: () => undefined,
    });
    const { signal } = new AbortController();
    const taken: number[] = [];
    const reads = [200_000, 400_000, 600_000].map((begin) =>
      source.read({ begin, end: begin + 20_000 }, signal, (_, bytes) => taken.push(bytes.length)),
    );
    let isDone = false;
    void Promise.all(reads).then(() => (isDone = true));
    await slow.until(() => isDone && link.estimate() !== null);
    expect(slow.requests.map((spans) => spans.length)).toEqual([1, 3]);
    expect(taken.reduce((sum, size) => sum + size, 0)).toBe(60_000);
    const estimate = link.estimate();
    expect(estimate?.latencyMs).toBeCloseTo(shape.latencyMs, 3);
    expect(estimate?.bytesPerSecond).toBeGreaterThan(0.9 * shape.bytesPerSecond);
    expect(estimate?.bytesPerSecond).toBeLessThan(1.1 * shape.bytesPerSecond);
    source.close();
  });
});
