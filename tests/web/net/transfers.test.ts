import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RangeTransfer } from '../../../web/src/net/range-transfer';
import { Reconnection } from '../../../web/src/net/reconnection';
import { Transfers, TRANSFER_COUNT_MAX, type ListSupport } from '../../../web/src/net/transfers';
import type { PlayerError } from '../../../web/src/shared/errors';
import type { ByteRange } from '../../../web/src/shared/units';
import { randomBytes } from '../../support/random';
import { RangeServer } from '../../support/range-server';
import { VirtualClock } from '../../support/virtual-clock';
import { until } from '../../support/waiting';

const FILE = randomBytes(200_000, 3);
const run = (begin: number, end: number): ByteRange => ({ begin, end });

describe('Transfers', () => {
  let server!: RangeServer;
  let transfers!: Transfers;
  const state = { isWaitedFor: true, ended: 0, givenUp: 0 };
  let network: number[] = [];
  let onLoss = (): void => undefined;
  let failures: PlayerError[] = [];
  let whole: { transfer: RangeTransfer; isKept: boolean }[] = [];
  let arrived = new Uint8Array(0);

  const create = (lists: ListSupport | null = null): Transfers => {
    const clock = new VirtualClock(9000);
    const onNetwork = (attempt: number): void => {
      network.push(attempt);
      onLoss();
    };
    return new Transfers({
      url: server.url,
      fetch: (url, init) => fetch(url, init),
      clock,
      reconnection: new Reconnection({ clock, random: () => 0.5, onNetwork }),
      lists,
      onAnswer: (answer, transfer) => {
        if (answer.type !== 'whole') return true;
        const isKept = transfers.keepOnly(transfer);
        whole.push({ transfer, isKept });
        return isKept;
      },
      onFacts: () => undefined,
      onBytes: (offset, bytes) => arrived.set(bytes, offset),
      isWaitedFor: () => state.isWaitedFor,
      onGivenUp: () => (state.givenUp += 1),
      onWhole: () => undefined,
      onEnded: () => (state.ended += 1),
      onFailed: (error) => failures.push(error),
    });
  };

  beforeEach(async () => {
    server = await RangeServer.start(FILE);
    Object.assign(state, { isWaitedFor: true, ended: 0, givenUp: 0 });
    network = [];
    onLoss = () => undefined;
    failures = [];
    whole = [];
    arrived = new Uint8Array(FILE.length);
    transfers = create();
  });
  afterEach(async () => {
    transfers.close();
    await server.stop();
  });

  const hasAll = ({ begin, end }: ByteRange): boolean =>
    Buffer.compare(arrived.subarray(begin, end), FILE.subarray(begin, end)) === 0;

  it('brings what it is asked for, and tells of each end', async () => {
    transfers.request([run(0, 1000), run(5000, 9000)], [run(20_000, 30_000)]);
    expect(transfers.remaining).toEqual([run(0, 1000), run(5000, 9000), run(20_000, 30_000)]);
    await until(() => state.ended === 3);
    expect([run(0, 1000), run(5000, 9000), run(20_000, 30_000)].every(hasAll)).toBe(true);
    expect(transfers).toMatchObject({ requestCount: 3, fetchedBytes: 15_000, remaining: [] });
  });

  it('asks for no more at a time than browsers have connections', async () => {
    const runs = Array.from({ length: 10 }, (_, index) => run(index * 9000, index * 9000 + 10));
    transfers.request(runs, [run(150_000, 160_000)]);
    expect(transfers.remaining).toEqual(runs.slice(0, TRANSFER_COUNT_MAX));
    await until(() => state.ended === TRANSFER_COUNT_MAX);
  });

  it('asks for several runs by one request where the server answers that', async () => {
    transfers = create({ answered: true });
    server.lists = 'parts';
    transfers.request([run(0, 1000), run(50_000, 51_000)], []);
    await until(() => state.ended === 1);
    expect(server.requests.map(({ range }) => range)).toEqual(['bytes=0-999,50000-50999']);
    expect(hasAll(run(50_000, 51_000))).toBe(true);
  });

  it('goes on where a connection was lost, as long as somebody waits', async () => {
    server.fault = (index) => (index === 0 ? { type: 'drop', afterBytes: 40_000 } : null);
    transfers.start(run(0, 100_000));
    await until(() => state.ended === 1);
    expect(hasAll(run(0, 100_000))).toBe(true);
    expect(network[0]).toBe(1);
    expect(server.requests[1]?.range).not.toBe('bytes=0-99999');
    expect(state.givenUp).toBe(0);
  });

  it('lets go what nobody waits for when it is lost', async () => {
    state.isWaitedFor = false;
    server.fault = () => ({ type: 'status', status: 503 });
    transfers.start(run(0, 1000));
    await until(() => state.ended === 1);
    expect(state.givenUp).toBe(1);
    expect(network).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('drops what is not needed, by what has not arrived of it', async () => {
    server.fault = () => ({ type: 'silence' });
    transfers.start(run(0, 1000));
    transfers.start(run(80_000, 90_000));
    await until(() => server.requests.length === 2);
    transfers.drop(([range]) => (range?.begin ?? 0) >= 80_000);
    expect(transfers.remaining).toEqual([run(0, 1000)]);
    await until(() => server.requests.some(({ cancelled }) => cancelled));
  });

  it('keeps one request alone where the server sends the whole file', async () => {
    server.ranges = false;
    transfers.start(run(0, 1000));
    transfers.start(run(80_000, 90_000));
    await until(() => state.ended > 0 && transfers.remaining.length === 0);
    expect(whole.filter(({ isKept }) => isKept)).toHaveLength(1);
    expect(hasAll(run(0, FILE.length))).toBe(true);
  });

  it('fails where trying again is futile', async () => {
    server.fault = () => ({ type: 'status', status: 404 });
    transfers.start(run(0, 1000));
    await until(() => failures.length > 0);
    expect(failures).toMatchObject([{ code: 'gone' }]);
  });

  it('stops everything when it is closed, without a word', async () => {
    server.fault = () => ({ type: 'status', status: 503 });
    onLoss = () => {
      transfers.close();
      state.isWaitedFor = false;
    };
    transfers.start(run(0, 1000));
    await until(() => state.ended === 1);
    expect(transfers.remaining).toEqual([]);
    expect(network).toEqual([1]);
    expect(failures).toEqual([]);
  });
});
