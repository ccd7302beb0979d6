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

  it('does not take what came at once for infinitely fast', () => {
    const metered = link.begin();
    clock.advance(5);
    metered.answered();
    metered.received(64 * 1024);
    metered.ended();
    expect(link.estimate()).toEqual({ latencyMs: 5, bytesPerSecond: (64 * 1024 * 1000) / 2.5 });
  });

  // 20 Mbit/s and 30 ms: the first 64 KiB are there 56 ms after they were asked for.
  it.each([
    { what: 'in one piece', pieces: [65_536] },
    { what: 'in a few pieces', pieces: [20_000, 25_000, 20_536] },
  ])('is not misled by a burst that has waited in a buffer, $what', ({ pieces }) => {
    const metered = link.begin();
    clock.advance(55);
    metered.answered();
    for (const bytes of pieces) metered.received(bytes);
    clock.advance(1);
    metered.ended();
    const rate = link.estimate()?.bytesPerSecond ?? 0;
    expect(rate).toBeLessThan(2_500_000);
    expect(rate).toBeGreaterThan(1_250_000);
  });

  it('rates a link higher when more has come', () => {
    // 100 Mbit/s and 20 ms.
    const load = (bytes: number): number => {
      const metered = link.begin();
      clock.advance(20);
      metered.answered();
      metered.received(1000);
      clock.advance(bytes / 12_500);
      metered.received(bytes - 1000);
      metered.ended();
      return link.estimate()?.bytesPerSecond ?? 0;
    };
    const first = load(64 * 1024);
    expect(first).toBeLessThan(6_000_000);
    expect(load(2_000_000)).toBeGreaterThan(2 * first);
    expect(link.estimate()?.bytesPerSecond).toBeLessThanOrEqual(12_500_000);
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
    { latencyMs: 300, bytesPerSecond: 50_000, atLeast: 0.9 },
    { latencyMs: 30, bytesPerSecond: 2_500_000, atLeast: 0.6 },
  ])('lets its link be measured: $bytesPerSecond B/s', async ({ atLeast, ...shape }) => {
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
    // So little tells of a fast link that it is no slower than that.
    expect(estimate?.bytesPerSecond).toBeGreaterThan(atLeast * shape.bytesPerSecond);
    expect(estimate?.bytesPerSecond).toBeLessThan(1.1 * shape.bytesPerSecond);
    source.close();
  });
});
