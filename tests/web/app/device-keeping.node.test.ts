/**
 * Which files come to the device, in which order, and when: real files, an IndexedDB after the
 * standard.
 */

import { afterEach, describe, expect, it } from '@jest/globals';
import { DeviceKeeping, RETRY_MS } from '../../../web/src/app/device-keeping';
import { OriginalFiles } from '../../../web/src/originals/original-files';
import type { PlayerSnapshot } from '../../../web/src/player/player-types';
import { freshDatabase } from '../../support/fresh-database';
import { makeTrack } from '../../support/player-world';
import { MemoryStorage } from '../../support/memory-storage';
import { SimClock } from '../../support/sim-clock';

const BASE = 'https://music.example/albums/3';
const SIZE = 1000;
const keyOf = (id: string): string => `https://music.example/api/player/stream/${id}`;

type Answers = Readonly<Record<string, number>>;

const worlds: OriginalFiles[] = [];
afterEach(() => {
  for (const files of worlds.splice(0)) files.close();
});

/** `statuses`: of tracks that are not there to be had. */
const setUp = ({
  fresh = true,
  statuses = {} as Answers,
  persisted = false,
  savesData = false,
  memory = new MemoryStorage(),
} = {}) => {
  if (fresh) freshDatabase();
  const clock = new SimClock();
  const files = new OriginalFiles();
  worlds.push(files);
  const asked: string[] = [];
  let toldCount = 0;
  let refused = statuses;
  let isOnline = true;
  let shown = { state: 'idle', durationSeconds: 60 } as PlayerSnapshot;
  const keeping = new DeviceKeeping({
    files,
    fetch: (url, init) => {
      const id = url.slice(url.lastIndexOf('/') + 1);
      const range = new Headers(init.headers).get('Range') ?? '';
      asked.push(`${id} ${range}`);
      if (!isOnline) return Promise.reject(new TypeError('Failed to fetch'));
      const status = refused[id];
      if (status !== undefined) return Promise.resolve(new Response(null, { status }));
      const begin = Number(/bytes=(\d+)-/.exec(range)?.[1] ?? 0);
      const headers = {
        ETag: `"${id}"`,
        'Content-Range': `bytes ${begin}-${SIZE - 1}/${SIZE}`,
        'Content-Type': 'audio/flac',
      };
      const body = new Uint8Array(SIZE - begin).fill(id.charCodeAt(0));
      return Promise.resolve(new Response(body, { status: 206, headers }));
    },
    player: { getSnapshot: () => shown, positionSeconds: 0, bufferedRanges: [] },
    clock,
    dateMs: () => 1000,
    baseUrl: BASE,
    storage: {
      persist: () => Promise.resolve(true),
      persisted: () => Promise.resolve(persisted),
    },
    memory,
    savesData: () => savesData,
    inOneTab: (work) => work(),
    channel: { tell: () => (toldCount += 1) },
  });
  return {
    keeping,
    clock,
    files,
    asked,
    toldCount: () => toldCount,
    answerAgain: () => (refused = {}),
    setOnline: (online: boolean) => (isOnline = online),
    show: (change: Partial<PlayerSnapshot>) => (shown = { ...shown, ...change }),
    wholeIds: () =>
      [...keeping.getState().items.values()]
        .filter(({ isWhole }) => isWhole)
        .map(({ track }) => track.id),
    /** As long as it takes, were it to happen. */
    rest: async (): Promise<void> => {
      for (let count = 0; count < 60; count += 1) {
        await clock.advance(20);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    /** Lets pass as much real and virtual time as it takes. */
    until: async (isTrue: () => boolean): Promise<void> => {
      for (let count = 0; !isTrue(); count += 1) {
        if (count > 2000) throw new Error('it does not come to this');
        await clock.advance(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  };
};

const tracks = ['a', 'b', 'c'].map(makeTrack);

describe('Keeping tracks on the device', () => {
  it('brings them one after another, in the order of the list', async () => {
    const { keeping, asked, until, wholeIds, toldCount } = setUp();
    await keeping.start();
    expect(keeping.getState().isLasting).toBe(false);
    expect(await keeping.keep(tracks)).toBe('coming');
    await until(() => wholeIds().length === 3);
    expect(asked).toEqual(['a bytes=0-', 'b bytes=0-', 'c bytes=0-']);
    const item = keeping.getState().items.get(keyOf('b'));
    expect(item).toMatchObject({ sizeBytes: SIZE, receivedBytes: SIZE, isWhole: true });
    expect(item?.track).toEqual(tracks[1]);
    expect(keeping.getState()).toMatchObject({ isLasting: true, problem: null, current: null });
    expect(toldCount()).toBeGreaterThanOrEqual(3);
  });

  it('does not bring again what is there', async () => {
    const { keeping, asked, until, wholeIds } = setUp();
    await keeping.keep(tracks);
    await until(() => wholeIds().length === 3);
    await keeping.keep(tracks);
    await until(() => keeping.getState().current === null);
    expect(asked).toHaveLength(3);
  });

  it('goes on after the page was left', async () => {
    const first = setUp();
    first.setOnline(false);
    await first.keeping.keep(tracks);
    await first.until(() => first.keeping.getState().problem === 'network');
    const second = setUp({ fresh: false });
    await second.keeping.start();
    await second.until(() => second.wholeIds().length === 3);
    expect(second.wholeIds()).toEqual(['a', 'b', 'c']);
  });

  it('tries again by itself while the server is away, and at once when told', async () => {
    const { keeping, asked, until, setOnline, wholeIds, clock } = setUp();
    setOnline(false);
    await keeping.keep(tracks.slice(0, 1));
    await until(() => keeping.getState().problem === 'network');
    expect(asked).toHaveLength(1);
    await clock.advance(RETRY_MS);
    await until(() => asked.length === 2);
    setOnline(true);
    keeping.lookAgain();
    await until(() => wholeIds().length === 1);
    expect(keeping.getState().problem).toBeNull();
  });

  it.each([
    [404, null],
    [503, 'server'],
  ] as const)('brings the others where one answers %d', async (status, problem) => {
    const { keeping, until, wholeIds, answerAgain, asked } = setUp({ statuses: { b: status } });
    await keeping.keep(tracks);
    await until(() => wholeIds().length === 2);
    await until(() => asked.includes('c bytes=0-'));
    if (problem !== null) expect(asked.slice(0, 3).map(([id]) => id)).toEqual(['a', 'b', 'c']);
    expect(keeping.getState().items.get(keyOf('b'))?.isRefused).toBe(problem === null);
    answerAgain();
    keeping.resume();
    await until(() => wholeIds().length === 3);
    expect(keeping.getState().problem).toBeNull();
  });

  it('waits while what plays has not sound enough ahead', async () => {
    const { keeping, until, wholeIds, show, rest, asked } = setUp();
    show({ state: 'loading' });
    await keeping.keep(tracks.slice(0, 1));
    await rest();
    expect(asked).toEqual([]);
    show({ state: 'paused' });
    await until(() => wholeIds().length === 1);
  });

  it('does not wait for an original file, of which nobody tells what is ahead', async () => {
    const { keeping, until, wholeIds, show } = setUp();
    show({ state: 'playing', mode: 'original' });
    await keeping.keep(tracks.slice(0, 1));
    await until(() => wholeIds().length === 1);
  });

  it('pauses in all tabs, beyond a reload, and goes on', async () => {
    const memory = new MemoryStorage();
    const first = setUp({ memory });
    first.show({ state: 'loading' });
    await first.keeping.keep(tracks);
    first.keeping.pause();
    first.show({ state: 'paused' });
    await first.rest();
    expect(first.asked).toEqual([]);
    expect(first.keeping.getState().isPaused).toBe(true);
    const second = setUp({ fresh: false, memory });
    await second.keeping.start();
    await second.rest();
    expect(second.asked).toEqual([]);
    second.keeping.resume();
    await second.until(() => second.wholeIds().length === 3);
    await first.keeping.refresh(null);
    expect(first.keeping.getState().isPaused).toBe(false);
    expect(first.asked).toEqual([]);
  });

  it('goes on by itself in a new visit only where no byte is to be saved', async () => {
    const first = setUp();
    first.setOnline(false);
    await first.keeping.keep(tracks);
    await first.until(() => first.keeping.getState().problem === 'network');
    const second = setUp({ fresh: false, savesData: true });
    await second.keeping.start();
    await second.rest();
    expect(second.asked).toEqual([]);
    expect(second.keeping.getState().isPaused).toBe(true);
    second.keeping.resume();
    await second.until(() => second.wholeIds().length === 3);
  });

  it('shows what it does not know, so that it can go', async () => {
    const { keeping, files, wholeIds } = setUp();
    await files.add([{ key: keyOf('x'), addedAtMs: 1, about: 'nonsense' }]);
    keeping.pause();
    await keeping.start();
    expect(keeping.getState().items.get(keyOf('x'))?.track.title).toBe('x');
    expect(await keeping.remove([keyOf('x')])).toBe(true);
    expect([...keeping.getState().items]).toEqual([]);
    expect(wholeIds()).toEqual([]);
  });

  it('lets them go again, also what is on its way', async () => {
    const { keeping, until, wholeIds, show, files } = setUp();
    await keeping.keep(tracks.slice(0, 1));
    await until(() => wholeIds().length === 1);
    show({ state: 'loading' });
    await keeping.keep(tracks.slice(1));
    await keeping.remove([keyOf('a'), keyOf('b')]);
    show({ state: 'paused' });
    await until(() => wholeIds().length === 1);
    expect(wholeIds()).toEqual(['c']);
    expect((await files.list()).map(({ key }) => key)).toEqual([keyOf('c')]);
  });
});
