import { beforeEach, describe, expect, it } from '@jest/globals';
import { Connection, LOOK_MS, type ConnectionState } from '../../../web/src/app/connection';
import { KNOWN_AT_HEADER, LOGIN_WANTED_HEADER } from '../../../web/src/shared/offline-protocol';
import { SimClock } from '../../support/sim-clock';

const MORNING = '2030-01-01T08:00:00.000Z';
const EVENING = '2030-01-01T20:00:00.000Z';

let clock: SimClock;
let answer: () => Promise<Response>;
let asked: string[];
let connection: Connection;

// jsdom has no Response; of an answer only this is looked at.
const answerWith = (
  knownAt: string | null,
  status = 200,
  loginWanted: string | null = null,
): Promise<Response> => {
  const fields = new Map([
    [KNOWN_AT_HEADER, knownAt],
    [LOGIN_WANTED_HEADER, loginWanted],
  ]);
  const headers = { get: (name: string) => fields.get(name) ?? null };
  return Promise.resolve({ headers, status, ok: status === 200 } as Response);
};
const fresh = (): Promise<Response> => answerWith(null);
const kept = (at: string) => (): Promise<Response> => answerWith(at);
const error = (status: number) => (): Promise<Response> => answerWith(null, status);
const isGone = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));

beforeEach(() => {
  clock = new SimClock();
  answer = fresh;
  asked = [];
  connection = new Connection({
    fetch: (url) => {
      asked.push(url);
      return answer();
    },
    clock,
  });
});

describe('The connection', () => {
  it('is there as long as the server answers', async () => {
    await connection.fetch('/api/library/tracks');
    expect(connection.getState()).toMatchObject({ isAway: false, knownAtMs: null });
  });

  it('is away when an answer is a kept one, and as old as the oldest of them', async () => {
    answer = kept(EVENING);
    await connection.fetch('/api/library/tracks?offset=0');
    answer = kept(MORNING);
    await connection.fetch('/api/library/tracks?offset=500');
    answer = kept(EVENING);
    await connection.fetch('/api/library/tracks?offset=1000');
    expect(connection.getState()).toMatchObject({ isAway: true, knownAtMs: Date.parse(MORNING) });
  });

  it.each(['now', 'later'] as const)(
    'waits for the listener where a password is wanted %s, and asks nobody meanwhile',
    async (wantsLogin) => {
      answer = () => answerWith(MORNING, 200, wantsLogin);
      await connection.fetch('/api/library/tracks');
      const wanting = { isAway: true, knownAtMs: Date.parse(MORNING), wantsLogin };
      expect(connection.getState()).toEqual(wanting);
      answer = fresh;
      await connection.look();
      await clock.advance(3 * LOOK_MS);
      expect(connection.getState()).toEqual(wanting);
      expect(asked).toEqual(['/api/library/tracks']);
      await connection.fetch('/api/library/tracks');
      expect(connection.getState()).toMatchObject({ isAway: false, wantsLogin: null });
    },
  );

  it('finds out whether a password is still wanted when the listener is back', async () => {
    await connection.lookForLogin();
    expect(asked).toEqual([]);
    answer = () => answerWith(MORNING, 200, 'later');
    await connection.fetch('/api/library/tracks');
    const known = { isAway: true, knownAtMs: Date.parse(MORNING) };
    const found: [() => Promise<Response>, ConnectionState['wantsLogin']][] = [
      [error(429), 'later'],
      [error(401), 'now'],
      [isGone, 'now'],
      [error(502), 'now'],
      [error(503), 'now'],
    ];
    for (const [next, wantsLogin] of found) {
      answer = next;
      await connection.lookForLogin();
      expect(connection.getState()).toEqual({ ...known, wantsLogin });
    }
    answer = fresh;
    await connection.lookForLogin();
    // The page then asks for the library again.
    expect(connection.getState()).toEqual({ ...known, isAway: false, wantsLogin: null });
    expect(asked.slice(1)).toEqual(Array.from({ length: 6 }, () => '/api/version'));
  });

  it('asks while it is away, and leaves it to the page to ask for the library again', async () => {
    answer = kept(MORNING);
    await connection.fetch('/api/library/tracks');
    answer = isGone;
    await clock.advance(LOOK_MS);
    expect(connection.getState().isAway).toBe(true);
    answer = fresh;
    await clock.advance(LOOK_MS);
    expect(connection.getState()).toMatchObject({ isAway: false, knownAtMs: Date.parse(MORNING) });
    connection.renew();
    await connection.fetch('/api/library/tracks');
    expect(connection.getState()).toMatchObject({ isAway: false, knownAtMs: null });
    await clock.advance(LOOK_MS * 3);
    expect(asked.filter((url) => url === '/api/health').length).toBe(2);
  });

  it('wants all of a list again when only some of it was kept', async () => {
    answer = kept(MORNING);
    await connection.fetch('/api/library/tracks?offset=0');
    answer = fresh;
    await connection.fetch('/api/library/tracks?offset=500');
    expect(connection.getState()).toMatchObject({ isAway: false, knownAtMs: Date.parse(MORNING) });
  });

  it('is away when nobody answers, and tells everyone', async () => {
    const told: boolean[] = [];
    connection.subscribe(() => told.push(connection.getState().isAway));
    answer = isGone;
    await connection.look();
    await clock.advance(LOOK_MS);
    answer = fresh;
    await connection.look();
    expect(told).toEqual([true, false]);
    expect(asked).toEqual(['/api/health', '/api/health', '/api/health']);
  });

  it.each([502, 504])('is not back with a proxy that says %i', async (status) => {
    answer = error(status);
    await connection.fetch('/api/library/tracks');
    await clock.advance(1);
    expect(connection.getState().isAway).toBe(true);
    await connection.fetch('/api/library/tracks');
    expect(connection.getState().isAway).toBe(true);
  });

  it('is there with a server that says 503, and back only when it is well', async () => {
    answer = error(503);
    await connection.look();
    expect(connection.getState().isAway).toBe(false);
    answer = isGone;
    await connection.look();
    answer = error(503);
    await connection.look();
    expect(connection.getState().isAway).toBe(true);
    await connection.fetch('/api/library/tracks');
    expect(connection.getState().isAway).toBe(false);
  });

  it('believes the last look, whenever the others end', async () => {
    let fail: (error: Error) => void = () => undefined;
    answer = () => new Promise((_, reject) => (fail = reject));
    const older = connection.look();
    answer = fresh;
    await connection.look();
    fail(new TypeError('Failed to fetch'));
    await older;
    expect(connection.getState().isAway).toBe(false);
  });

  it('hands on what fails, and finds out whether the server is away', async () => {
    answer = isGone;
    await expect(connection.fetch('/api/library/tracks')).rejects.toThrow('Failed to fetch');
    await clock.advance(1);
    expect(connection.getState().isAway).toBe(true);
    answer = fresh;
    await clock.advance(LOOK_MS);
    expect(connection.getState().isAway).toBe(false);
  });

  it('does not doubt a server that one question has failed with, nor for what is given up', async () => {
    answer = () => Promise.reject(new TypeError('Failed to fetch'));
    const asking = connection.fetch('/api/library/tracks');
    answer = fresh;
    await expect(asking).rejects.toThrow('Failed to fetch');
    await clock.advance(1);
    expect([connection.getState().isAway, asked.length]).toEqual([false, 2]);
    answer = isGone;
    const signal = AbortSignal.abort();
    await expect(connection.fetch('/api/library/tracks', { signal })).rejects.toThrow();
    await clock.advance(1);
    expect([connection.getState().isAway, asked.length]).toEqual([false, 3]);
  });
});
