/** What is shared goes through the service worker to the page: whole, once, and within limits. */
import { describe, expect, it } from '@jest/globals';
import { clearShared, readShared, type Shared } from '../../../web/src/app/local/shared-inbox';
import { SHARED_CACHE, type ShareLimits } from '../../../web/src/shared/shared-files';
import {
  clearLeft,
  isForeign,
  receiveShared,
  type SenderFacts,
} from '../../../web/src/sw/shared-files';
import { until } from '../../support/waiting';
import { FakeCaches, type FakeCache } from './fake-caches';

const ORIGIN = 'https://music.example';
const LONG_MS = 3_600_000;

const shareOf = (values: readonly (File | string)[], headers: HeadersInit = {}): Request => {
  const body = new FormData();
  for (const value of values) body.append('files', value);
  return new Request(`${ORIGIN}/share`, { method: 'POST', body, headers });
};

const share = (
  caches: FakeCaches,
  request: Request,
  limits?: ShareLimits,
  nowMs = 0,
): Promise<Response> => {
  const options = { caches, origin: ORIGIN, nowMs: () => nowMs };
  return receiveShared(request, limits ? { ...options, limits } : options);
};

/** As a page sees them, by relative addresses. */
const ofPage = (caches: FakeCaches): CacheStorage =>
  ({
    has: (name: string) => caches.has(name),
    open: async (name: string) => {
      const cache = await caches.open(name);
      return { match: (path: string) => cache.match(`${ORIGIN}${path}`) };
    },
    delete: (name: string) => caches.delete(name),
  }) as unknown as CacheStorage;

const inbox = (caches: FakeCaches, nowMs = 0): Promise<Shared> => readShared(ofPage(caches), nowMs);

const namesOf = ({ files }: Shared): string[] => files.map(({ name }) => name);

describe('What is shared', () => {
  it('reaches the page with names, types, dates and bytes, in order', async () => {
    const caches = new FakeCaches();
    const files = [
      new File(['first'], 'Ólafur – “1”.flac', { type: 'audio/flac', lastModified: 1234 }),
      new File([''], 'empty', { lastModified: 5 }),
    ];
    const answer = await share(caches, shareOf(files));
    expect(answer.status).toBe(303);
    expect(answer.headers.get('Location')).toBe(`${ORIGIN}/?open=shared`);
    const { files: found, report } = await inbox(caches);
    // A form gives what has no type one of its own.
    const facts = found.map(({ name, type }) => [name, type]);
    expect(facts).toEqual([
      ['Ólafur – “1”.flac', 'audio/flac'],
      ['empty', 'application/octet-stream'],
    ]);
    expect(await found[0]?.text()).toBe('first');
    expect(found[1]?.size).toBe(0);
    const nothing = { tooLargeCount: 0, tooManyCount: 0, noRoomCount: 0 };
    expect(report).toEqual({ receivedAtMs: 0, takenCount: 2, ...nothing });
  });

  it('stays there until it is cleared; what has come since stays then, too', async () => {
    const caches = new FakeCaches();
    // Looking makes nothing.
    expect(await inbox(caches)).toEqual({ files: [], report: null });
    expect(await caches.has(SHARED_CACHE)).toBe(false);
    const shareOne = (name: string, nowMs: number): Promise<Response> =>
      share(caches, shareOf([new File(['x'], name)]), undefined, nowMs);
    const clear = ({ report }: Shared): Promise<void> =>
      report ? clearShared(ofPage(caches), report) : Promise.reject(new Error('no report'));
    await shareOne('old.mp3', 1);
    const old = await inbox(caches, 1);
    expect(namesOf(await inbox(caches, 1))).toEqual(['old.mp3']);
    await shareOne('new.mp3', 2);
    await clear(old);
    const latest = await inbox(caches, 2);
    expect(namesOf(latest)).toEqual(['new.mp3']);
    await clear(latest);
    expect(await caches.has(SHARED_CACHE)).toBe(false);
    await clear(latest);
    expect(await caches.has(SHARED_CACHE)).toBe(false);
  });

  it('takes the place of what was shared before', async () => {
    const caches = new FakeCaches();
    await share(caches, shareOf([new File(['old'], 'old.mp3'), new File(['old'], 'old2.mp3')]));
    await share(caches, shareOf([new File(['new'], 'new.mp3')]));
    expect(namesOf(await inbox(caches))).toEqual(['new.mp3']);
  });

  it('is bounded in bytes and files, and what is left out is counted', async () => {
    const caches = new FakeCaches();
    const sized = (name: string, size: number): File => new File(['x'.repeat(size)], name);
    const files = [sized('a', 4), sized('huge', 100), sized('b', 5), sized('c', 2), sized('d', 1)];
    await share(caches, shareOf([...files, sized('e', 0)]), { bytesMax: 10, countMax: 3 });
    const found = await inbox(caches);
    expect(namesOf(found)).toEqual(['a', 'b', 'd']);
    expect(found.report).toMatchObject({
      takenCount: 3,
      tooLargeCount: 2,
      tooManyCount: 1,
      noRoomCount: 0,
    });
  });

  it('is as much as the browser has room for, and the rest is counted', async () => {
    const caches = new FakeCaches();
    const cache = (await caches.open(SHARED_CACHE)) as unknown as FakeCache;
    const put = cache.put.bind(cache);
    cache.put = (request, response) => {
      cache.isFull = String(request).endsWith('/share/1');
      return put(request, response);
    };
    const onlyThis = {
      open: () => Promise.resolve(cache as unknown as Cache),
      delete: () => Promise.resolve(true),
    };
    const files = ['a', 'b', 'c'].map((name) => new File(['x'], name));
    await receiveShared(shareOf(files), { caches: onlyThis, origin: ORIGIN, nowMs: () => 0 });
    const found = await inbox(caches);
    expect(namesOf(found)).toEqual(['a']);
    expect(found.report).toMatchObject({ takenCount: 1, noRoomCount: 2 });
  });

  it('opens the page also where nothing arrives or nothing can be kept', async () => {
    const caches = new FakeCaches();
    const broken = new Request(`${ORIGIN}/share`, { method: 'POST', body: 'no form' });
    expect((await share(caches, broken)).status).toBe(303);
    expect((await inbox(caches)).report).toBeNull();
    expect((await share(caches, shareOf(['only text']))).status).toBe(303);
    expect((await inbox(caches)).files).toEqual([]);
  });

  it('is given up where no page has fetched it for long, also before it is all there', async () => {
    const caches = new FakeCaches();
    const clear = (nowMs: number): Promise<void> =>
      clearLeft({ caches, origin: ORIGIN, nowMs: () => nowMs });
    await clear(LONG_MS);
    expect(await caches.keys()).toEqual([]);
    await share(caches, shareOf([new File(['x'], 'a.mp3')]), undefined, LONG_MS);
    await clear(LONG_MS + 1000);
    expect(await caches.has(SHARED_CACHE)).toBe(true);
    await clear(2 * LONG_MS);
    expect(await caches.has(SHARED_CACHE)).toBe(false);
    // The worker was ended while it took in the first of them.
    const cache = (await caches.open(SHARED_CACHE)) as unknown as FakeCache;
    const { put } = cache;
    cache.put = (request, response) =>
      String(request).endsWith('/share/0')
        ? new Promise(() => undefined)
        : put.call(cache, request, response);
    const only = { open: () => caches.open(SHARED_CACHE), delete: () => Promise.resolve(true) };
    const request = shareOf([new File(['x'], 'a.mp3')]);
    void receiveShared(request, { caches: only, origin: ORIGIN, nowMs: () => 0 });
    await until(() => cache.entries.size > 0);
    await clear(LONG_MS);
    expect(await caches.has(SHARED_CACHE)).toBe(false);
    await share(caches, shareOf([new File(['x'], 'a.mp3')]));
    expect((await inbox(caches, LONG_MS)).files).toEqual([]);
  });
});

describe('A form of a page', () => {
  const facts = (change: Partial<SenderFacts>, headers: HeadersInit = {}): SenderFacts => ({
    headers: new Headers(headers),
    referrer: '',
    destination: 'document',
    ...change,
  });

  it.each([
    ['names itself', facts({}, { Origin: 'https://bad.example' })],
    ['is of another port', facts({}, { Origin: `${ORIGIN}:8443` })],
    ['has a referrer', facts({ referrer: 'https://bad.example/' })],
    ['is of another site, as the browser says', facts({}, { 'Sec-Fetch-Site': 'cross-site' })],
    ['is of a neighbour', facts({}, { 'Sec-Fetch-Site': 'same-site' })],
    ['is for a frame', facts({ destination: 'iframe' })],
  ])('that %s is foreign', (_, sender) => {
    expect(isForeign(sender, ORIGIN)).toBe(true);
  });

  it.each([
    ['of the system', facts({})],
    ['of the system in Chromium', facts({}, { Origin: 'null', 'Sec-Fetch-Site': 'none' })],
    ['of our own', facts({ referrer: `${ORIGIN}/` }, { Origin: ORIGIN })],
    ['that a browser says nothing of', facts({ referrer: 'about:client', destination: '' })],
  ])('%s is not', (_, sender) => {
    expect(isForeign(sender, ORIGIN)).toBe(false);
  });

  it('is refused in words, and takes nothing from what was shared before', async () => {
    const caches = new FakeCaches();
    await share(caches, shareOf([new File(['mine'], 'mine.mp3')]));
    const foreign = shareOf([new File(['bad'], 'bad.mp3')], { Origin: 'https://bad.example' });
    const answer = await share(caches, foreign);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('Content-Type')).toContain('text/html');
    expect(await answer.text()).toContain('Nothing was taken in');
    expect(namesOf(await inbox(caches))).toEqual(['mine.mp3']);
  });
});
