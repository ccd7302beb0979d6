import { beforeEach, describe, expect, it } from '@jest/globals';
import { KNOWN_AT_HEADER, LOGIN_WANTED_HEADER } from '../../../web/src/shared/offline-protocol';
import { KeptAnswers } from '../../../web/src/sw/kept-answers';
import { serverFirst } from '../../../web/src/sw/server-first';
import { FakeCache } from './fake-caches';

const URL_ASKED = 'https://music.example/api/library/tracks';
const JSON_TYPE = /^application\/json/;
const NEVER = new Promise<never>(() => undefined);

let cache: FakeCache;
let behind: Promise<unknown>[];

type Init = { readonly status?: number; readonly headers?: Record<string, string> };
type Asked = {
  readonly fetch: () => Promise<Response>;
  /** The server is given up at once. */
  readonly isSilent?: boolean;
  readonly signal?: AbortSignal;
};

const ask = async ({ fetch, isSilent = false, signal }: Asked): Promise<Response> => {
  const kept = new KeptAnswers({
    limits: { countMax: 10, bytesMax: 1000, answerBytesMax: 1000 },
    openCache: () => Promise.resolve(cache as unknown as Cache),
    nowMs: () => 0,
  });
  const answer = await serverFirst(new Request(URL_ASKED, signal ? { signal } : {}), {
    kept,
    mediaType: JSON_TYPE,
    fetch,
    wait: () => (isSilent ? Promise.resolve() : NEVER),
    waitUntil: (work) => behind.push(work),
  });
  await Promise.all(behind);
  return answer;
};

const answer = (text: string, { headers, ...init }: Init = {}): Response =>
  new Response(text, { ...init, headers: { 'Content-Type': 'application/json', ...headers } });
const says =
  (text: string, init: Init = {}) =>
  (): Promise<Response> =>
    Promise.resolve(answer(text, init));
const isGone = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));

beforeEach(() => {
  cache = new FakeCache();
  behind = [];
});

describe('An answer of the library', () => {
  it('is the server’s as long as it answers, and the last one when it is gone', async () => {
    await ask({ fetch: says('old') });
    const now = await ask({ fetch: says('new') });
    expect(await now.text()).toBe('new');
    expect(now.headers.has(KNOWN_AT_HEADER)).toBe(false);
    const kept = await ask({ fetch: isGone });
    expect(await kept.text()).toBe('new');
    expect(kept.headers.get(KNOWN_AT_HEADER)).toBe(new Date(0).toISOString());
  });

  it('is the server’s error, not what was known before', async () => {
    await ask({ fetch: says('old') });
    for (const status of [500, 503, 421]) {
      expect((await ask({ fetch: says('no', { status }) })).status).toBe(status);
    }
    expect(await (await ask({ fetch: isGone })).text()).toBe('old');
  });

  it('is the last one when a proxy has no answer, and the proxy’s word where none is kept', async () => {
    for (const status of [502, 504]) {
      cache = new FakeCache();
      expect((await ask({ fetch: says('no server', { status }) })).status).toBe(status);
      await ask({ fetch: says('old') });
      expect(await (await ask({ fetch: says('no server', { status }) })).text()).toBe('old');
    }
  });

  it('is the last one when a password is wanted, now or later, which it says', async () => {
    for (const [status, wanted] of [
      [401, 'now'],
      [429, 'later'],
    ] as const) {
      cache = new FakeCache();
      const bare = await ask({ fetch: says('who are you?', { status }) });
      expect(bare.status).toBe(status);
      expect(await (await ask({ fetch: says('old') })).text()).toBe('old');
      const kept = await ask({ fetch: says('who are you?', { status }) });
      expect(await kept.text()).toBe('old');
      expect(kept.status).toBe(200);
      expect(kept.headers.get(LOGIN_WANTED_HEADER)).toBe(wanted);
      expect(kept.headers.get(KNOWN_AT_HEADER)).toBe(new Date(0).toISOString());
      expect(await (await ask({ fetch: isGone })).headers.has(LOGIN_WANTED_HEADER)).toBe(false);
    }
  });

  it('is not replaced by a page to log in', async () => {
    await ask({ fetch: says('old') });
    await ask({ fetch: says('log in', { headers: { 'Content-Type': 'text/html' } }) });
    const led = answer('elsewhere');
    Object.defineProperty(led, 'redirected', { value: true });
    await ask({ fetch: () => Promise.resolve(led) });
    expect(await (await ask({ fetch: isGone })).text()).toBe('old');
  });

  it('fails as without a service worker where nothing is kept', async () => {
    await expect(ask({ fetch: isGone })).rejects.toThrow('Failed to fetch');
  });

  it('is not kept when the server forbids it, or has it no more', async () => {
    await ask({ fetch: says('now', { headers: { 'Cache-Control': 'no-store' } }) });
    await expect(ask({ fetch: isGone })).rejects.toThrow();
    await ask({ fetch: says('old') });
    await ask({ fetch: says('gone', { status: 404 }) });
    await expect(ask({ fetch: isGone })).rejects.toThrow();
  });

  it('is the last one when nothing is heard for long, and the late one is kept', async () => {
    await ask({ fetch: says('old') });
    let come: (answer: Response) => void = () => undefined;
    const late = new Promise<Response>((resolve) => (come = resolve));
    const asking = serverFirstLate(late);
    expect(await (await asking).text()).toBe('old');
    come(answer('late'));
    for (let count = -1; count !== behind.length; await Promise.all(behind)) count = behind.length;
    expect(await (await ask({ fetch: isGone })).text()).toBe('late');
  });

  it('is waited for when nothing is kept', async () => {
    const answer = await ask({ fetch: says('slow'), isSilent: true });
    expect(await answer.text()).toBe('slow');
  });

  it('is none for a page that has given up', async () => {
    await ask({ fetch: says('old') });
    const signal = AbortSignal.abort();
    await expect(ask({ fetch: isGone, signal })).rejects.toThrow();
  });
});

/** Without waiting for what goes on behind the answer. */
const serverFirstLate = (late: Promise<Response>): Promise<Response> =>
  serverFirst(new Request(URL_ASKED), {
    kept: new KeptAnswers({
      limits: { countMax: 10, bytesMax: 1000, answerBytesMax: 1000 },
      openCache: () => Promise.resolve(cache as unknown as Cache),
      nowMs: () => 0,
    }),
    mediaType: JSON_TYPE,
    fetch: () => late,
    wait: () => Promise.resolve(),
    waitUntil: (work) => behind.push(work),
  });
