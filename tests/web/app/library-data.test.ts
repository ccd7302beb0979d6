/** What comes from the server, checked at the border; and that lists are kept and renewed. */
import { describe, expect, it } from '@jest/globals';
import type { Fetch, LibraryTrack } from '../../../web/src/app/library-client';
import { LIST_COUNT_MAX, LibraryData } from '../../../web/src/app/library-data';
import { LibraryServer } from '../../support/library-server';
import { until } from '../../support/waiting';

const answer = (body: unknown, status = 200): Promise<Response> =>
  Promise.resolve({ ok: status < 400, status, json: () => Promise.resolve(body) } as Response);

const { signal } = new AbortController();

/** The first page of the list of tracks. */
const load = async (fetch: Fetch): Promise<readonly (LibraryTrack | null)[]> =>
  (await new LibraryData(fetch).tracks('tracks').fetchPart(0, 100, signal)).items;

/** So that what was asked for is there. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('A list of tracks', () => {
  it('makes the best of odd fields; a track without an id cannot be used', async () => {
    const tracks = await load(() =>
      answer({
        tracks: [
          { id: 7, title: '', artist: null, album_artist: 'Various', duration_s: 'long' },
          { title: 'no id' },
          null,
        ],
        total: 3,
      }),
    );
    const [first, ...others] = tracks;
    expect(others).toEqual([null, null]);
    expect(first).toMatchObject({
      id: '7',
      title: 'Untitled',
      artist: 'Various',
      durationSeconds: 0,
      artworkUrl: null,
      url: '/api/player/stream/7',
    });
  });

  it.each([
    'https://elsewhere.example/x',
    '//elsewhere.example/x',
    '/\\elsewhere.example/x',
    '\\\\elsewhere.example/x',
    '/a\\..\\x',
    '/\t/elsewhere.example/x',
    '/\r\n/elsewhere.example/x',
    'javascript:alert(1)',
    5,
  ])('plays nothing from another origin: %j', async (stream_url) => {
    const tracks = await load(() => answer({ tracks: [{ id: 'a/b', stream_url }], total: 1 }));
    expect(tracks[0]?.url).toBe('/api/player/stream/a%2Fb');
  });

  it.each([
    ['an error', () => answer({}, 503), 'error 503'],
    ['no list', () => answer({ items: [] }), 'no list'],
    ['a dead server', () => Promise.reject(new TypeError('x')), 'cannot be reached'],
    [
      'no JSON',
      () =>
        Promise.resolve({
          ok: true,
          status: 200,
          json: () => Promise.reject(new SyntaxError('x')),
        } as Response),
      'unreadable',
    ],
  ])('reports %s in words', async (_, fetch, words) => {
    await expect(load(fetch)).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining(words),
    });
  });
});

const TRACKS = Array.from({ length: 3 }, (_, index) => ({
  id: `${index}`,
  title: `Song ${index}`,
  duration_s: index === 0 ? 120.25 : null,
}));

const lengthsOf = (data: LibraryData): (number | undefined)[] =>
  TRACKS.map((_, index) => data.tracks('tracks').at(index)?.durationSeconds);

const opened = async (): Promise<{ server: LibraryServer; data: LibraryData }> => {
  const server = new LibraryServer(TRACKS);
  const data = new LibraryData(server.fetch);
  const list = data.tracks('tracks');
  list.subscribe(() => undefined); // It is in sight.
  list.want(0, 10);
  await settle();
  return { server, data };
};

describe('The library', () => {
  it('keeps what playing told of lengths when it changes', async () => {
    const { data } = await opened();
    data.learnDuration('1', 61.5);
    data.learnDuration('0', 100);
    expect(lengthsOf(data)).toEqual([100, 61.5, 0]);
    data.invalidate();
    await settle();
    expect(lengthsOf(data)).toEqual([100, 61.5, 0]);
  });

  it('leaves the tracks as they are where their length would look the same', async () => {
    const { data } = await opened();
    const list = data.tracks('tracks');
    const before = list.getSnapshot();
    data.learnDuration('0', 120.9);
    data.learnDuration('another', 5);
    expect(list.getSnapshot()).toBe(before);
  });

  it.each([0, Infinity, NaN])('does not take %f s for a length', async (seconds) => {
    const { data } = await opened();
    data.learnDuration('0', seconds);
    expect(lengthsOf(data)).toEqual([120.25, 0, 0]);
  });

  it('has the lists that were looked at last as they were', async () => {
    const server = new LibraryServer(TRACKS);
    const data = new LibraryData(server.fetch);
    const list = data.tracks('tracks');
    list.want(0, 10);
    await settle();
    for (let at = 1; at < LIST_COUNT_MAX; at += 1) data.tracks(`albums/${at}`);
    expect(data.tracks('tracks')).toBe(list);
    for (let at = 0; at < LIST_COUNT_MAX; at += 1) data.tracks(`genres/${at}`);
    expect(data.tracks('tracks')).not.toBe(list);
    expect(server.asked).toHaveLength(1);
  });

  it('never gives up a list in sight', async () => {
    const { data } = await opened();
    const list = data.tracks('tracks');
    for (let at = 0; at < 3 * LIST_COUNT_MAX; at += 1) data.tracks(`genres/${at}`);
    expect(data.tracks('tracks')).toBe(list);
    expect(list.at(0)?.id).toBe('0');
  });

  it('asks once more for what failed when the server is back, and tells so', async () => {
    const server = new LibraryServer(TRACKS);
    server.isDown = true;
    const data = new LibraryData(server.fetch);
    const list = data.tracks('tracks');
    list.subscribe(() => undefined);
    list.want(0, 10);
    await settle();
    let backCount = 0;
    data.on('back', () => (backCount += 1));
    server.isDown = false;
    data.retryFailed();
    await settle();
    expect([list.getSnapshot(), backCount]).toMatchObject([{ total: 3, error: null }, 1]);
  });

  it.each([
    ['places where the server knows them', false, 'offset=100'],
    ['what the last answer told where it does not', true, 'cursor=albums-99'],
  ])('asks for pages by %s', async (_, isChain, place) => {
    const tracks = Array.from({ length: 150 }, (_, at) => ({ id: `${at}`, album: `${at}` }));
    const server = new LibraryServer(tracks, { isChain });
    const list = new LibraryData(server.fetch).albums();
    list.want(0, 10);
    await settle();
    list.want(0, 150);
    await until(() => list.at(149) !== undefined);
    expect(server.asked).toEqual([
      '/api/library/albums?limit=100&offset=0',
      `/api/library/albums?limit=100&${place}`,
    ]);
    expect(list.at(149)?.name).toBe('149');
  });

  it('shows what is new of it in the lists in sight', async () => {
    const { data, server } = await opened();
    let changes = 0;
    data.on('change', () => (changes += 1));
    server.tracks = [{ id: 'new', title: 'New' }, ...TRACKS];
    data.invalidate();
    // What was there is shown until there is something newer.
    expect(data.tracks('tracks').at(0)?.id).toBe('0');
    await settle();
    expect(data.tracks('tracks').at(0)?.id).toBe('new');
    expect([data.tracks('tracks').getSnapshot().total, changes]).toEqual([4, 1]);
  });

  it('tells its newest albums only where the server says that these are they', async () => {
    const albums = [{ id: '7', name: 'New', track_count: 3 }];
    const asOf = (extra: object): LibraryData =>
      new LibraryData(() => answer({ albums, ...extra }));
    expect(await asOf({}).newestAlbums(5, signal)).toBeNull();
    expect(await asOf({ sort: 'added' }).newestAlbums(5, signal)).toMatchObject([{ name: 'New' }]);
  });
});
