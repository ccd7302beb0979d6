/** RangeSource and lists of ranges: one request for many places, and what servers make of it. */
import { describe, expect, it } from '@jest/globals';
import type { RangeSource } from '../../../web/src/net/range-source';
import { RangeSourceStage, FILE, NEVER, read, same } from '../../support/range-source-stage';
import type { ListAnswer } from '../../support/range-server';
import { failure, until } from '../../support/waiting';

const stage = new RangeSourceStage();
const PLACES = Array.from({ length: 24 }, (_, index) => 100_000 + index * 115_000);
const PROBE_BYTES = 9000;

const open = (lists: ListAnswer): RangeSource => {
  stage.lists = { answered: true };
  stage.server.lists = lists;
  return stage.open();
};

const expectProbes = async (source: RangeSource): Promise<void> => {
  const reads = PLACES.map((at) => read(source, at, at + PROBE_BYTES));
  (await Promise.all(reads)).forEach((bytes, index) => {
    const at = PLACES[index] ?? 0;
    expect(same(bytes, at, at + PROBE_BYTES)).toBe(true);
  });
};

describe('RangeSource with a server that answers lists of ranges', () => {
  it.each(['parts', 'reversed'] as const)(
    'fetches 24 places by one request (%s)',
    async (lists) => {
      const source = open(lists);
      await source.size(NEVER);
      await expectProbes(source);
      expect(stage.server.requests).toHaveLength(2);
      expect(stage.rangesAsked()[1]?.split(',')).toHaveLength(24);
      expect(stage.lists).toEqual({ answered: true });
      // Nothing but the places themselves, in whole blocks, and the heads of the parts.
      expect(source.stats().fetchedBytes).toBeLessThan(
        65_536 + 24 * (PROBE_BYTES + 2 * 4096 + 200),
      );
    },
  );

  it('asks for one place as before', async () => {
    const source = open('parts');
    await read(source, 500_000, 509_000);
    expect(stage.rangesAsked()[1]).not.toContain(',');
  });

  it('asks for no more than 64 places at once', async () => {
    const source = open('parts');
    const places = Array.from({ length: 80 }, (_, index) => 100_000 + index * 35_000);
    const reads = places.map((at) => read(source, at, at + 100));
    await Promise.all(reads);
    const lengths = stage.rangesAsked().map((range) => range?.split(',').length ?? 0);
    expect(Math.max(...lengths)).toBe(64);
  });

  it('answers a read as soon as its part is there', async () => {
    const source = open('parts');
    await source.size(NEVER);
    stage.server.fault = () => ({ type: 'hold', afterBytes: 60_000 });
    const reads = PLACES.map((at) => read(source, at, at + PROBE_BYTES));
    expect(await reads[0]).toHaveLength(PROBE_BYTES);
    stage.server.release();
    await Promise.all(reads);
    expect(stage.server.requests).toHaveLength(2);
  });

  it('fetches what a lost connection has not brought, and only that', async () => {
    const source = open('parts');
    await source.size(NEVER);
    stage.server.fault = (index) => (index === 1 ? { type: 'drop', afterBytes: 150_000 } : null);
    await expectProbes(source);
    expect(stage.lists).toEqual({ answered: true });
    // First one by one, with patience; once that works, the rest by a list again.
    expect(stage.rangesAsked()[2]).not.toContain(',');
    expect(source.stats().fetchedBytes).toBeLessThan(65_536 + 24 * (PROBE_BYTES + 2 * 4096 + 200));
  });

  it('gives the list up when the reader jumps, and keeps what has come', async () => {
    const source = open('parts');
    await source.size(NEVER);
    stage.server.fault = (index) => (index === 1 ? { type: 'hold', afterBytes: 60_000 } : null);
    const abort = new AbortController();
    const reads = PLACES.map((at) => read(source, at, at + PROBE_BYTES, abort.signal));
    const outcomes = Promise.allSettled(reads);
    await reads[0];
    abort.abort();
    await outcomes;
    expect(same(await read(source, 2_990_000, 2_999_000), 2_990_000, 2_999_000)).toBe(true);
    await until(() => stage.server.requests[1]?.cancelled === true);
    const count = stage.server.requests.length;
    await read(source, PLACES[0] ?? 0, (PLACES[0] ?? 0) + PROBE_BYTES);
    expect(stage.server.requests).toHaveLength(count);
  });

  it('never mixes two versions of a file', async () => {
    const source = open('parts');
    await source.size(NEVER);
    stage.server.etag = '"v2"';
    const reads = Promise.all(PLACES.map((at) => read(source, at, at + PROBE_BYTES)));
    expect((await failure(reads)).message).toContain('replaced');
  });
});

describe('RangeSource with a server that does not answer lists as it should', () => {
  it.each(['ignored', 'joined', 'first', 'short', 'placeless', 'torn'] as const)(
    'gets all 24 places all the same, and asks for no further list (%s)',
    async (lists) => {
      const source = open(lists);
      await source.size(NEVER);
      await expectProbes(source);
      expect(stage.lists).toEqual({ answered: false });
      expect(stage.rangesAsked().filter((range) => range?.includes(','))).toHaveLength(1);
      expect(stage.network).toEqual([]);
      const other = stage.open();
      await expectProbes(other);
      expect(stage.rangesAsked().filter((range) => range?.includes(','))).toHaveLength(1);
    },
  );

  it('does not take the whole file for an answer', async () => {
    const source = open('ignored');
    await source.size(NEVER);
    await expectProbes(source);
    await until(() => stage.server.requests[1]?.cancelled !== undefined);
    expect(source.stats().fetchedBytes).toBeLessThan(FILE.length / 4);
  });

  it.each([503, 404, 403])(
    'leaves status %i to the requests for one range each',
    async (status) => {
      const source = open('parts');
      await source.size(NEVER);
      stage.server.fault = (index) => (index === 1 ? { type: 'status', status } : null);
      await expectProbes(source);
    },
  );

  it('tells of a network that stays away', async () => {
    const source = open('parts');
    await source.size(NEVER);
    stage.server.fault = (index) =>
      index >= 1 && index < 20 ? { type: 'drop', afterBytes: 0 } : null;
    await expectProbes(source);
    expect(stage.network[0]?.attempt).toBe(1);
    expect(stage.network.at(-1)?.attempt).toBe(0);
  });
});
