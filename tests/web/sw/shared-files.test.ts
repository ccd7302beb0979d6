/** What is shared goes through the service worker to the page, whole and once. */
import { describe, expect, it } from '@jest/globals';
import { takeShared } from '../../../web/src/app/local/shared-inbox';
import { SHARED_CACHE, SHARED_COUNT_MAX } from '../../../web/src/shared/shared-files';
import { receiveShared } from '../../../web/src/sw/shared-files';
import { FakeCaches } from './fake-caches';

const ORIGIN = 'https://music.example';

const shareOf = (values: readonly (File | string)[]): Request => {
  const body = new FormData();
  for (const value of values) body.append('files', value);
  return new Request(`${ORIGIN}/share`, { method: 'POST', body });
};

const share = (caches: FakeCaches, request: Request): Promise<Response> =>
  receiveShared(request, {
    origin: ORIGIN,
    renewCache: async () => {
      await caches.delete(SHARED_CACHE);
      return caches.open(SHARED_CACHE);
    },
  });

/** As a page asks for it, by a relative address. */
const inbox = (caches: FakeCaches): Promise<readonly File[]> =>
  takeShared({
    open: async (name: string) => {
      const cache = await caches.open(name);
      return { match: (path: string) => cache.match(`${ORIGIN}${path}`) };
    },
    delete: (name: string) => caches.delete(name),
  } as unknown as CacheStorage);

describe('What is shared', () => {
  it('reaches the page with names, types, dates and bytes, in order, once', async () => {
    const caches = new FakeCaches();
    const files = [
      new File(['first'], 'Ólafur – “1”.flac', { type: 'audio/flac', lastModified: 1234 }),
      new File([''], 'empty', { lastModified: 5 }),
    ];
    const answer = await share(caches, shareOf(files));
    expect(answer.status).toBe(303);
    expect(answer.headers.get('Location')).toBe(`${ORIGIN}/?open=shared`);
    const found = await inbox(caches);
    // A form gives what has no type one of its own.
    const facts = found.map(({ name, type }) => [name, type]);
    expect(facts).toEqual([
      ['Ólafur – “1”.flac', 'audio/flac'],
      ['empty', 'application/octet-stream'],
    ]);
    expect(await found[0]?.text()).toBe('first');
    expect(found[1]?.size).toBe(0);
    expect(await inbox(caches)).toEqual([]);
  });

  it('replaces what was shared before, and is cut where it is too much', async () => {
    const caches = new FakeCaches();
    await share(caches, shareOf([new File(['old'], 'old.mp3'), new File(['old'], 'old2.mp3')]));
    await share(caches, shareOf([new File(['new'], 'new.mp3')]));
    expect((await inbox(caches)).map(({ name }) => name)).toEqual(['new.mp3']);
    const many = Array.from({ length: SHARED_COUNT_MAX + 3 }, (_, at) => new File(['x'], `${at}`));
    await share(caches, shareOf(many));
    expect((await inbox(caches)).length).toBe(SHARED_COUNT_MAX);
  });

  it('opens the page also where nothing arrives or nothing can be kept', async () => {
    const caches = new FakeCaches();
    const broken = new Request(`${ORIGIN}/share`, { method: 'POST', body: 'no form' });
    expect((await share(caches, broken)).status).toBe(303);
    expect((await share(caches, shareOf(['only text']))).status).toBe(303);
    expect(await inbox(caches)).toEqual([]);
  });
});
