import { describe, expect, it } from '@jest/globals';
import { fetchTracks, type Fetch } from '../../../web/src/app/library-client';

const answer = (body: unknown, status = 200): Promise<Response> =>
  Promise.resolve({ ok: status < 400, status, json: () => Promise.resolve(body) } as Response);

const load = (fetch: Fetch): ReturnType<typeof fetchTracks> =>
  fetchTracks(fetch, new AbortController().signal);

describe('fetchTracks', () => {
  it('fetches page after page until it has all', async () => {
    const asked: string[] = [];
    const { tracks, leftOutCount } = await load((url) => {
      asked.push(url);
      const offset = Number(new URL(url, 'http://host').searchParams.get('offset'));
      const size = Math.min(500, 1203 - offset);
      const page = Array.from({ length: size }, (_, i) => ({ id: `t${offset + i}`, title: 'x' }));
      return answer({ tracks: page, total: 1203 });
    });
    expect(tracks).toHaveLength(1203);
    expect(leftOutCount).toBe(0);
    expect(asked).toHaveLength(3);
    expect(asked[2]).toContain('offset=1000');
  });

  it('lists a track once that a change of the library has moved to the next page', async () => {
    const { tracks, leftOutCount } = await load((url) => {
      const offset = Number(new URL(url, 'http://host').searchParams.get('offset'));
      // Behind the first page two tracks have been put in front of all others.
      const first = offset === 0 ? 0 : offset - 2;
      const page = Array.from({ length: 500 }, (_, i) => ({ id: `t${first + i}` }));
      return answer({ tracks: page, total: 1000 });
    });
    expect(tracks.map((track) => track.id)).toEqual(Array.from({ length: 998 }, (_, i) => `t${i}`));
    expect(leftOutCount).toBe(0);
  });

  it('ends when the server repeats itself', async () => {
    const page = Array.from({ length: 500 }, (_, i) => ({ id: `${i}` }));
    const { signal } = new AbortController();
    const fetch: Fetch = () => answer({ tracks: page, total: 1e300 });
    expect((await fetchTracks(fetch, signal, 2000)).tracks).toHaveLength(500);
  });

  it('does not ask for ever when the server promises more than it has', async () => {
    let calls = 0;
    const { tracks } = await load(() => {
      calls += 1;
      return answer({ tracks: calls === 1 ? [{ id: 'a' }] : [], total: 99 });
    });
    expect(tracks).toHaveLength(1);
    expect(calls).toBe(2);
  });

  it('lists no more tracks than it can hold, and tells how many are left out', async () => {
    const asked: string[] = [];
    const fetch: Fetch = (url) => {
      asked.push(url);
      const page = Array.from({ length: 500 }, (_, i) => ({ id: `${asked.length}-${i}` }));
      return answer({ tracks: page, total: 1_000_000 });
    };
    const { signal } = new AbortController();
    const { tracks, leftOutCount } = await fetchTracks(fetch, signal, 1200);
    expect(tracks).toHaveLength(1200);
    expect(leftOutCount).toBe(998_800);
    expect(asked).toHaveLength(3);
  });

  it('says that nothing is left out of a library that just fits', async () => {
    const page = Array.from({ length: 500 }, (_, i) => ({ id: `${i}` }));
    const { signal } = new AbortController();
    const listing = await fetchTracks(() => answer({ tracks: page, total: 500 }), signal, 500);
    expect(listing).toMatchObject({ leftOutCount: 0, tracks: { length: 500 } });
  });

  it('makes the best of odd fields and drops tracks without an id', async () => {
    const { tracks } = await load(() =>
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
    expect(others).toEqual([]);
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
    const { tracks } = await load(() => answer({ tracks: [{ id: 'a/b', stream_url }], total: 1 }));
    expect(tracks[0]?.url).toBe('/api/player/stream/a%2Fb');
  });

  it.each([
    ['an error', () => answer({}, 503), 'error 503'],
    ['no list', () => answer({ items: [] }), 'no track list'],
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
