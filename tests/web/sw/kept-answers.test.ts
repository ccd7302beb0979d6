import { beforeEach, describe, expect, it } from '@jest/globals';
import { KNOWN_AT_HEADER } from '../../../web/src/shared/offline-protocol';
import { KeptAnswers, KNOWN_AT_STEP_MS, type KeptLimits } from '../../../web/src/sw/kept-answers';
import { FakeCache } from './fake-caches';

const LIMITS: KeptLimits = { countMax: 3, bytesMax: 100, answerBytesMax: 60 };
const ROOT = 'https://music.example';

let cache: FakeCache;
let nowMs: number;

const open = (): KeptAnswers =>
  new KeptAnswers({
    limits: LIMITS,
    openCache: () => Promise.resolve(cache as unknown as Cache),
    nowMs: () => nowMs,
  });

const answer = (sizeBytes: number, headers: Record<string, string> = {}): Response =>
  new Response('x'.repeat(sizeBytes), { headers });

beforeEach(() => {
  cache = new FakeCache();
  nowMs = Date.UTC(2030, 0, 1);
});

describe('What is kept of the server’s answers', () => {
  it('comes back with its date, unpacked', async () => {
    const kept = open();
    await kept.keep(`${ROOT}/a`, answer(5, { ETag: 'W/"1"', 'Content-Encoding': 'gzip' }));
    const found = await kept.find(`${ROOT}/a`);
    expect(await found?.text()).toBe('xxxxx');
    expect(found?.headers.get(KNOWN_AT_HEADER)).toBe('2030-01-01T00:00:00.000Z');
    expect(found?.headers.get('ETag')).toBe('W/"1"');
    expect(found?.headers.has('Content-Encoding')).toBe(false);
    expect(await kept.find(`${ROOT}/b`)).toBeUndefined();
  });

  it('is written again when it is another one, or its date is old', async () => {
    const kept = open();
    const keep = (size: number, etag: string): Promise<void> =>
      kept.keep(`${ROOT}/a`, answer(size, { ETag: etag }));
    const dated = async (): Promise<string | null | undefined> =>
      (await kept.find(`${ROOT}/a`))?.headers.get(KNOWN_AT_HEADER);
    await keep(5, '"1"');
    nowMs += 60_000;
    await keep(5, '"1"');
    expect(await dated()).toBe('2030-01-01T00:00:00.000Z');
    await keep(6, '"2"');
    expect(await dated()).toBe('2030-01-01T00:01:00.000Z');
    expect(await (await kept.find(`${ROOT}/a`))?.text()).toBe('xxxxxx');
    nowMs += KNOWN_AT_STEP_MS;
    await keep(6, '"2"');
    expect(await dated()).toBe('2030-01-01T01:01:00.000Z');
  });

  it('makes room by what was seen least recently', async () => {
    const kept = open();
    for (const name of ['a', 'b', 'c']) {
      await kept.keep(`${ROOT}/${name}`, answer(20, { ETag: `"${name}"` }));
    }
    await kept.keep(`${ROOT}/a`, answer(20, { ETag: '"a"' }));
    await kept.keep(`${ROOT}/d`, answer(20));
    expect(cache.names.sort()).toEqual(['/a', '/c', '/d']);
    // 50 more are too many bytes beside all of them.
    await kept.keep(`${ROOT}/e`, answer(50));
    expect(cache.names.sort()).toEqual(['/a', '/d', '/e']);
    await kept.keep(`${ROOT}/f`, answer(60));
    expect(cache.names).toEqual(['/f']);
  });

  it('keeps its limits over a start of the service worker', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      await open().keep(`${ROOT}/${name}`, answer(20));
      nowMs += 1000;
    }
    expect(cache.names).toEqual(['/b', '/c', '/d']);
  });

  it('does not keep what is too long, nor the shorter answer before it, but all others', async () => {
    const kept = open();
    await kept.keep(`${ROOT}/b`, answer(45));
    await kept.keep(`${ROOT}/c`, answer(45));
    await kept.keep(`${ROOT}/a`, answer(5));
    await kept.keep(`${ROOT}/a`, answer(61));
    expect(cache.names).toEqual(['/b', '/c']);
  });

  it('forgets what the server has no more', async () => {
    const kept = open();
    await kept.keep(`${ROOT}/a`, answer(5));
    await kept.forget(`${ROOT}/a`);
    expect(await kept.find(`${ROOT}/a`)).toBeUndefined();
  });

  it('has the old answer until the new one is written, and waits for no slow body', async () => {
    const kept = open();
    await kept.keep(`${ROOT}/a`, answer(5));
    cache.isFull = true;
    await kept.keep(`${ROOT}/a`, answer(6));
    expect(await (await kept.find(`${ROOT}/a`))?.text()).toBe('xxxxx');
    cache.isFull = false;
    void kept.keep(`${ROOT}/b`, new Response(new ReadableStream()));
    await kept.keep(`${ROOT}/a`, answer(7));
    expect(await (await kept.find(`${ROOT}/a`))?.text()).toBe('xxxxxxx');
  });

  it('goes on after a full disk and a body that breaks off', async () => {
    const kept = open();
    cache.isFull = true;
    await kept.keep(`${ROOT}/a`, answer(5));
    cache.isFull = false;
    const broken = new ReadableStream({ start: (body) => body.error(new Error('gone')) });
    await kept.keep(`${ROOT}/a`, new Response(broken));
    expect(cache.names).toEqual([]);
    await kept.keep(`${ROOT}/a`, answer(5));
    expect(cache.names).toEqual(['/a']);
  });
});
