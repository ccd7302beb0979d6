/** RangeSource: what it asks for, reads ahead and survives. */
import { describe, expect, it } from '@jest/globals';
import { READ_AHEAD_MAX_BYTES } from '../../../web/src/net/read-ahead';
import { randomBytes, seededRandom } from '../../support/random';
import {
  RangeSourceStage,
  BACK_OFF_MS,
  FILE,
  NEVER,
  read,
  same,
} from '../../support/range-source-stage';
import { RangeServer } from '../../support/range-server';
import { failure, until } from '../../support/waiting';

const stage = new RangeSourceStage();
const { open, rangesAsked } = stage;

describe('RangeSource', () => {
  it('asks for the first 64 KiB before anyone reads, and learns the size from them', async () => {
    const source = open();
    expect(await source.size(NEVER)).toBe(FILE.length);
    expect(rangesAsked()).toEqual(['bytes=0-65535']);
  });

  it('answers from the first request what lies in it', async () => {
    const source = open();
    expect(same(await read(source, 10, 65_536), 10, 65_536)).toBe(true);
    expect(stage.server.requests).toHaveLength(1);
  });

  it('fetches nothing twice', async () => {
    const source = open();
    await read(source, 1_000_000, 1_100_000);
    const count = stage.server.requests.length;
    expect(same(await read(source, 1_010_000, 1_020_000), 1_010_000, 1_020_000)).toBe(true);
    expect(stage.server.requests).toHaveLength(count);
  });

  it('clamps a read to the end of the file', async () => {
    const source = open();
    const bytes = await read(source, FILE.length - 10, FILE.length + 500);
    expect(same(bytes, FILE.length - 10, FILE.length)).toBe(true);
    expect(await read(source, FILE.length + 5, FILE.length + 9)).toHaveLength(0);
  });

  it('joins neighbouring misses to one request', async () => {
    const source = open();
    await source.size(NEVER);
    const reads = [0, 1, 2, 3].map((i) =>
      read(source, 1_000_000 + i * 50_000, 1_050_000 + i * 50_000),
    );
    for (const bytes of await Promise.all(reads)) expect(bytes).toHaveLength(50_000);
    const runs = rangesAsked().slice(1);
    expect(runs).toHaveLength(1);
  });

  it('fetches scattered ranges in parallel, but not all at once', async () => {
    const source = open();
    await source.size(NEVER);
    stage.server.fault = () => ({ type: 'hold', afterBytes: 100 });
    const offsets = Array.from({ length: 8 }, (_, i) => 200_000 + i * 300_000);
    const reads = Promise.all(offsets.map((at) => read(source, at, at + 5000)));
    await until(() => stage.server.requests.length >= 7);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(stage.server.requests).toHaveLength(7);
    expect(stage.server.concurrentMax).toBe(6);
    stage.server.fault = () => null;
    stage.server.release();
    (await reads).forEach((bytes, i) => {
      const at = offsets[i] ?? 0;
      expect(same(bytes, at, at + 5000)).toBe(true);
    });
  });

  it('hands out bytes while the rest of the answer is still on its way', async () => {
    stage.server.fault = () => ({ type: 'hold', afterBytes: 20_000 });
    const source = open();
    expect(same(await read(source, 0, 20_000), 0, 20_000)).toBe(true);
    expect(stage.server.requests[0]?.sentBytes).toBe(20_000);
  });

  it('reads ahead of a sequential reader, within 4 MiB', async () => {
    const file = randomBytes(12_000_000, 2);
    stage.server.file = file;
    const source = open();
    const step = 60_000;
    for (let at = 0; at + step < 6_000_000; at += step) {
      const bytes = await read(source, at, at + step);
      expect(Buffer.compare(bytes, file.subarray(at, at + step))).toBe(0);
      const ahead = source.stats().fetchedBytes - (at + step);
      expect(ahead).toBeLessThanOrEqual(READ_AHEAD_MAX_BYTES + 2 * 65_536);
    }
    // One request per read would be a hundred.
    expect(stage.server.requests.length).toBeLessThan(12);
    // At least half a window is always at hand.
    await until(() => source.stats().fetchedBytes >= 6_000_000 + READ_AHEAD_MAX_BYTES / 2);
    stage.server.fault = () => ({ type: 'silence' });
    expect(await read(source, 6_000_000, 6_500_000)).toHaveLength(500_000);
  });

  it('fetches nothing ahead of scattered reads', async () => {
    const source = open();
    await read(source, 0, 1000);
    for (const at of [500_000, 2_500_000, 1_500_000, 2_900_000]) {
      await read(source, at, at + 1000);
    }
    expect(source.stats().fetchedBytes).toBeLessThanOrEqual(65_536 + 4 * 2 * 4096);
  });

  it('gives up the old place when the reader jumps', async () => {
    const source = open();
    await source.size(NEVER);
    stage.server.fault = (index) => (index === 1 ? { type: 'hold', afterBytes: 100 } : null);
    const abort = new AbortController();
    const old = failure(read(source, 500_000, 700_000, abort.signal));
    await until(() => stage.server.requests.length === 2);
    abort.abort();
    expect((await old).code).toBe('aborted');
    expect(stage.server.requests[1]?.cancelled).toBe(false);
    expect(same(await read(source, 2_000_000, 2_001_000), 2_000_000, 2_001_000)).toBe(true);
    await until(() => stage.server.requests[1]?.cancelled === true);
  });

  it('does not wait for all that lies before it when it jumps into what is on its way', async () => {
    const source = open();
    await source.size(NEVER);
    stage.server.fault = (index) => (index === 1 ? { type: 'hold', afterBytes: 100 } : null);
    const abort = new AbortController();
    const old = failure(read(source, 500_000, 2_900_000, abort.signal));
    await until(() => stage.server.requests.length === 2);
    abort.abort();
    expect((await old).code).toBe('aborted');
    expect(same(await read(source, 1_800_000, 1_801_000), 1_800_000, 1_801_000)).toBe(true);
    await until(() => stage.server.requests[1]?.cancelled === true);
    expect(stage.server.requests).toHaveLength(3);
  });

  it('waits for what is nearly there when it jumps a little way into it', async () => {
    const source = open();
    await source.size(NEVER);
    stage.server.fault = (index) => (index === 1 ? { type: 'hold', afterBytes: 100 } : null);
    const abort = new AbortController();
    const old = failure(read(source, 500_000, 2_900_000, abort.signal));
    await until(() => stage.server.requests.length === 2);
    abort.abort();
    await old;
    const near = read(source, 700_000, 701_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    stage.server.release();
    expect(same(await near, 700_000, 701_000)).toBe(true);
    expect(stage.server.requests).toHaveLength(2);
  });

  it('uses what an aborted read has left on its way', async () => {
    const source = open();
    await source.size(NEVER);
    stage.server.fault = (index) => (index === 1 ? { type: 'hold', afterBytes: 100 } : null);
    const abort = new AbortController();
    const old = failure(read(source, 500_000, 700_000, abort.signal));
    await until(() => stage.server.requests.length === 2);
    abort.abort();
    await old;
    const again = read(source, 510_000, 700_000);
    stage.server.release();
    expect(same(await again, 510_000, 700_000)).toBe(true);
    expect(stage.server.requests.filter(({ range }) => range?.startsWith('bytes=49'))).toHaveLength(
      1,
    );
  });

  it('rejects pending reads when closed, and lets go of the connection', async () => {
    const source = open();
    await source.size(NEVER);
    stage.server.fault = () => ({ type: 'hold', afterBytes: 10 });
    const pending = failure(read(source, 500_000, 700_000));
    await until(() => stage.server.requests.length === 2);
    source.close();
    expect((await pending).code).toBe('aborted');
    await until(() => stage.server.requests[1]?.cancelled === true);
    expect((await failure(read(source, 0, 10))).code).toBe('aborted');
    expect(stage.clock.timerCount).toBe(0);
  });

  it('keeps the cache within its limit and still answers everything', async () => {
    const source = open({ cacheBytesMax: 100_000 });
    for (let at = 0; at + 70_000 < FILE.length; at += 70_000) {
      expect(same(await read(source, at, at + 70_000), at, at + 70_000)).toBe(true);
      expect(source.stats().cachedBytes).toBeLessThanOrEqual(100_000);
    }
    expect(same(await read(source, 0, 400_000), 0, 400_000)).toBe(true);
  });
});

describe('RangeSource on a bad network', () => {
  it('resumes at the last byte that arrived', async () => {
    const source = open();
    await source.size(NEVER);
    stage.server.fault = (index) => (index === 1 ? { type: 'drop', afterBytes: 70_000 } : null);
    expect(same(await read(source, 1_048_576, 1_248_576), 1_048_576, 1_248_576)).toBe(true);
    // The first break may swallow bytes that the kernel still held, never the order.
    const resumed = Number(/bytes=(\d+)-/.exec(stage.server.requests[2]?.range ?? '')?.[1]);
    expect(resumed).toBeGreaterThan(1_048_576);
    expect(resumed).toBeLessThanOrEqual(1_048_576 + 70_000);
    expect(stage.network.map(({ attempt }) => attempt)).toEqual([1, 0]);
  });

  it('tries again after 503, waiting longer each time', async () => {
    stage.server.fault = (index) => (index < 7 ? { type: 'status', status: 503 } : null);
    const source = open();
    expect(await read(source, 0, 10)).toHaveLength(10);
    expect(stage.network.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 0]);
    expect(stage.network[0]?.message).toContain('503');
    const waits = stage.clock.delaysMs.filter((ms) => ms < BACK_OFF_MS);
    // Three quarters of the full delay, as random() says 0.5.
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000].map((ms) => ms * 0.75));
  });

  it('gives up after two minutes without a byte, and says why', async () => {
    stage.server.fault = () => ({ type: 'status', status: 502 });
    const source = open();
    const error = await failure(source.size(NEVER));
    expect(error.code).toBe('network');
    expect(error.message).toContain('502');
    expect(stage.clock.nowMs()).toBeGreaterThanOrEqual(120_000);
    expect(stage.clock.nowMs()).toBeLessThan(130_000);
    expect((await failure(read(source, 0, 10))).code).toBe('network');
  });

  it('does not count the sleep of the machine: it goes on where it was', async () => {
    stage.server.fault = (index) => {
      if (index === 3) stage.clock.advance(3_600_000);
      return index < 6 ? { type: 'status', status: 502 } : null;
    };
    const source = open();
    expect(await read(source, 0, 10)).toHaveLength(10);
    expect(stage.clock.nowMs()).toBeGreaterThan(3_600_000);
    expect(stage.network.at(-1)?.attempt).toBe(0);
  });

  it('gives up on a body that always breaks at the same place', async () => {
    stage.server.fault = (index) => (index === 0 ? null : { type: 'drop', afterBytes: 0 });
    const source = open();
    const error = await failure(read(source, 500_000, 600_000));
    expect(error.code).toBe('network');
    expect(stage.clock.nowMs()).toBeLessThan(130_000);
  });

  it('survives the server being gone for a while', async () => {
    const source = open();
    await source.size(NEVER);
    const url = new URL(stage.server.url);
    await stage.server.stop();
    const pending = read(source, 500_000, 600_000);
    await until(() => stage.network.length >= 2);
    // The same port again, as after a restart.
    const back = await RangeServer.start(FILE, Number(url.port));
    expect(same(await pending, 500_000, 600_000)).toBe(true);
    expect(stage.network.at(-1)?.attempt).toBe(0);
    await back.stop();
    stage.server = await RangeServer.start(FILE);
  });

  it('treats ten silent seconds as a lost connection', async () => {
    stage.server.fault = (index) => (index === 0 ? { type: 'silence' } : null);
    const source = open();
    await until(() => stage.server.requests.length === 1);
    stage.clock.advance(9999);
    expect(stage.network).toHaveLength(0);
    stage.clock.advance(1);
    expect(await source.size(NEVER)).toBe(FILE.length);
    expect(stage.network[0]?.message).toContain('silent');
  });

  it('does not retry what nobody waits for', async () => {
    const source = open();
    await source.size(NEVER);
    stage.server.fault = () => ({ type: 'hold', afterBytes: 100 });
    const abort = new AbortController();
    const old = failure(read(source, 500_000, 700_000, abort.signal));
    await until(() => stage.server.requests.length === 2);
    abort.abort();
    await old;
    stage.server.fault = () => ({ type: 'status', status: 503 });
    await stage.server.stop();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(stage.network).toHaveLength(0);
    expect(source.stats().retryCount).toBe(0);
    stage.server = await RangeServer.start(FILE);
  });

  it('does not hammer a server that is gone while it reads ahead', async () => {
    const source = open();
    await read(source, 0, 60_000);
    stage.server.fault = () => ({ type: 'status', status: 503 });
    expect(await read(source, 60_000, 65_000)).toHaveLength(5000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(stage.server.requests).toHaveLength(2);
    expect(stage.network).toHaveLength(0);
    stage.server.fault = () => null;
    expect(same(await read(source, 65_000, 200_000), 65_000, 200_000)).toBe(true);
  });

  it('delivers the right bytes through any mixture of faults', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = seededRandom(seed);
      stage.server.fault = () => {
        const dice = random();
        if (dice < 0.15) return { type: 'drop', afterBytes: Math.floor(random() * 90_000) };
        if (dice < 0.25) return { type: 'status', status: 503 };
        if (dice < 0.35) return { type: 'cap', byteCount: 1 + Math.floor(random() * 50_000) };
        return null;
      };
      const source = open({ cacheBytesMax: 300_000, random });
      for (let count = 0; count < 8; count += 1) {
        const spans = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
          const begin = Math.floor(random() * FILE.length);
          return { begin, end: Math.min(FILE.length, begin + Math.floor(random() * 200_000)) };
        });
        const answers = await Promise.all(spans.map(({ begin, end }) => read(source, begin, end)));
        answers.forEach((bytes, i) => {
          const { begin, end } = spans[i] ?? { begin: 0, end: 0 };
          if (!same(bytes, begin, end)) throw new Error(`seed ${seed}: bytes differ at ${begin}`);
        });
      }
      source.close();
    }
  }, 30_000);
});
