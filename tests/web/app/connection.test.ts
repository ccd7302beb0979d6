import { beforeEach, describe, expect, it } from '@jest/globals';
import { Connection, LOOK_MS } from '../../../web/src/app/connection';
import { KNOWN_AT_HEADER } from '../../../web/src/shared/offline-protocol';
import { SimClock } from '../../support/sim-clock';

const MORNING = '2030-01-01T08:00:00.000Z';
const EVENING = '2030-01-01T20:00:00.000Z';

let clock: SimClock;
let hasLink: boolean;
let answer: () => Promise<Response>;
let asked: string[];
let connection: Connection;

// jsdom has no Response; of an answer only this is looked at.
const answerWith = (knownAt: string | null): Promise<Response> => {
  const headers = { get: (name: string) => (name === KNOWN_AT_HEADER ? knownAt : null) };
  return Promise.resolve({ headers } as Response);
};
const fresh = (): Promise<Response> => answerWith(null);
const kept = (at: string) => (): Promise<Response> => answerWith(at);
const isGone = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));

beforeEach(() => {
  clock = new SimClock();
  hasLink = true;
  answer = fresh;
  asked = [];
  connection = new Connection({
    fetch: (url) => {
      asked.push(url);
      return answer();
    },
    clock,
    hasLink: () => hasLink,
  });
});

describe('The connection', () => {
  it('is there as long as the server answers', async () => {
    await connection.fetch('/api/library/tracks');
    expect(connection.getState()).toEqual({ isAway: false, knownAtMs: null });
  });

  it('is away when an answer is a kept one, and as old as the oldest of them', async () => {
    answer = kept(EVENING);
    await connection.fetch('/api/library/tracks?offset=0');
    answer = kept(MORNING);
    await connection.fetch('/api/library/tracks?offset=500');
    answer = kept(EVENING);
    await connection.fetch('/api/library/tracks?offset=1000');
    expect(connection.getState()).toEqual({ isAway: true, knownAtMs: Date.parse(MORNING) });
  });

  it('asks while it is away, and leaves it to the page to ask for the library again', async () => {
    answer = kept(MORNING);
    await connection.fetch('/api/library/tracks');
    answer = isGone;
    await clock.advance(LOOK_MS);
    expect(connection.getState().isAway).toBe(true);
    answer = fresh;
    await clock.advance(LOOK_MS);
    expect(connection.getState()).toEqual({ isAway: false, knownAtMs: Date.parse(MORNING) });
    connection.renew();
    await connection.fetch('/api/library/tracks');
    expect(connection.getState()).toEqual({ isAway: false, knownAtMs: null });
    await clock.advance(LOOK_MS * 3);
    expect(asked.filter((url) => url === '/api/health').length).toBe(2);
  });

  it('wants all of a list again when only some of it was kept', async () => {
    answer = kept(MORNING);
    await connection.fetch('/api/library/tracks?offset=0');
    answer = fresh;
    await connection.fetch('/api/library/tracks?offset=500');
    expect(connection.getState()).toEqual({ isAway: false, knownAtMs: Date.parse(MORNING) });
  });

  it('is away without a link, and tells everyone', async () => {
    const told: boolean[] = [];
    connection.subscribe(() => told.push(connection.getState().isAway));
    hasLink = false;
    await connection.look();
    await clock.advance(LOOK_MS);
    hasLink = true;
    await connection.look();
    expect(told).toEqual([true, false]);
    expect(asked).toEqual(['/api/health']);
  });

  it('hands on what fails', async () => {
    answer = isGone;
    await expect(connection.fetch('/api/library/tracks')).rejects.toThrow('Failed to fetch');
    expect(connection.getState().isAway).toBe(false);
  });
});
