/** What of the queue survives a reload, and what a storage that is no good costs. */
import { describe, expect, it } from '@jest/globals';
import {
  PLACE_KEY,
  QUEUE_KEY,
  QUEUE_STORE_VERSION,
  QueueStore,
  SAVE_INTERVAL_MS,
  STORED_COUNT_MAX,
  type QueueStorage,
} from '../../../web/src/app/queue-store';
import { packTracks } from '../../../web/src/app/packed-tracks';
import { MemoryStorage } from '../../support/memory-storage';
import { createWorld, makeTrack, type World } from '../../support/player-world';

const tracks = (ids: string) => [...ids].map(makeTrack);

type Page = { readonly world: World; readonly store: QueueStore };

/** A page that has just been opened. */
const openPage = (storage: QueueStorage | null, tab = 'one'): Page => {
  const world = createWorld({ durationSeconds: 60 });
  const store = new QueueStore({ player: world.player, storage, clock: world.clock, tab });
  store.restore();
  return { world, store };
};

const shown = ({ world }: Page): object => {
  const { track, queue, state } = world.state();
  return {
    track: track?.id ?? null,
    queue: queue.items.map((item) => item.track.id).join(''),
    at: queue.currentIndex,
    seconds: Math.round(world.player.positionSeconds),
    state,
  };
};

const NOTHING = { track: null, queue: '', at: -1, seconds: 0, state: 'idle' };

/** `abcdef` from `c` on, played for ten seconds, and the page closed. */
const played = async (storage: QueueStorage | null): Promise<Page> => {
  const page = openPage(storage);
  page.world.player.playNow(tracks('abcdef'), 2);
  await page.world.clock.advance(10_000);
  page.store.save();
  page.store.dispose();
  return page;
};

describe('A queue that is kept', () => {
  it('is there again, paused at its place', async () => {
    const storage = new MemoryStorage();
    await played(storage);
    const page = openPage(storage);
    expect(shown(page)).toEqual({
      track: 'c',
      queue: 'abcdef',
      at: 2,
      seconds: 10,
      state: 'paused',
    });
    await page.world.clock.advance(60_000);
    expect(page.world.engine.commandsOf('open')).toEqual([]);
  });

  it('is there again with its order and what is set', async () => {
    const storage = new MemoryStorage();
    const { world, store } = openPage(storage);
    world.player.setShuffle(true);
    world.player.setRepeat('all');
    world.player.playNow(tracks('abcdef'), 2);
    world.player.next();
    world.player.playNext(tracks('a'));
    await world.clock.advance(1000);
    store.save();
    const { items, ...rest } = world.state().queue;
    const again = openPage(storage).world.state().queue;
    expect(again).toMatchObject(rest);
    expect(again.items.map(({ track }) => track.id)).toEqual(items.map(({ track }) => track.id));
  });

  it('is written now and then while it plays, and not at all while nothing happens', async () => {
    const storage = new MemoryStorage();
    const { world } = openPage(storage);
    await world.clock.advance(60_000);
    expect(storage.writes).toEqual([]);
    world.player.playNow(tracks('abcdef'), 2);
    await world.clock.advance(5 * SAVE_INTERVAL_MS);
    expect(storage.writes.filter((key) => key === QUEUE_KEY)).toHaveLength(1);
    expect(storage.writes.filter((key) => key === PLACE_KEY)).toHaveLength(5);
    world.player.pause();
    await world.clock.advance(SAVE_INTERVAL_MS);
    const { length } = storage.writes;
    await world.clock.advance(60_000);
    expect(storage.writes).toHaveLength(length);
  });

  it('is not overwritten before it was read', async () => {
    const storage = new MemoryStorage();
    await played(storage);
    const world = createWorld();
    const store = new QueueStore({ player: world.player, storage, clock: world.clock, tab: 'x' });
    world.player.setShuffle(true);
    await world.clock.advance(3 * SAVE_INTERVAL_MS);
    store.save();
    store.dispose();
    expect(shown(openPage(storage))).toMatchObject({ track: 'c', seconds: 10 });
  });

  it('does not come over what was chosen meanwhile', async () => {
    const storage = new MemoryStorage();
    await played(storage);
    const world = createWorld();
    const store = new QueueStore({ player: world.player, storage, clock: world.clock, tab: 'x' });
    world.player.playNow(tracks('xy'), 0);
    store.restore();
    await world.clock.advance(1000);
    expect(world.state().track?.id).toBe('x');
    store.save();
    expect(shown(openPage(storage))).toMatchObject({ track: 'x', queue: 'xy' });
  });

  it('is that of the tab that played last, with its own place', async () => {
    const storage = new MemoryStorage();
    const first = await played(storage);
    const second = openPage(storage, 'two');
    second.world.player.playNow(tracks('xyz'), 1);
    await second.world.clock.advance(3000);
    second.store.save();
    first.world.player.seek(40);
    await first.world.clock.advance(2000);
    first.store.save();
    expect(shown(openPage(storage))).toMatchObject({ track: 'c', queue: 'abcdef', seconds: 42 });
  });

  it('is there with what was shown of its tracks, whatever the library knows by then', async () => {
    const storage = new MemoryStorage();
    const page = openPage(storage);
    const facts = { artist: 'Mira', albumId: '7', durationSeconds: 61.5, artworkUrl: null };
    const track = { ...makeTrack('a/b'), ...facts, url: '/api/player/stream/a%2Fb' };
    page.world.player.playNow([track, makeTrack('c')], 0);
    page.store.save();
    expect(
      openPage(storage)
        .world.state()
        .queue.items.map((item) => item.track),
    ).toEqual([track, makeTrack('c')]);
  });

  it('loses the tracks of which nothing is known', async () => {
    const storage = new MemoryStorage();
    await played(storage);
    const kept = JSON.parse(storage.getItem(QUEUE_KEY) ?? '') as { tracks: { tracks: unknown[] } };
    kept.tracks.tracks[2] = ['c', 7];
    storage.setItem(QUEUE_KEY, JSON.stringify(kept));
    expect(shown(openPage(storage))).toMatchObject({
      track: 'd',
      queue: 'abdef',
      at: 2,
      seconds: 0,
    });
  });
});

describe('A queue that is too long to be kept', () => {
  const long = Array.from({ length: STORED_COUNT_MAX + 20_000 }, (_, at) => makeTrack(`id-${at}`));

  const restored = (storage: MemoryStorage, at: number): Page => {
    const { world, store } = openPage(storage);
    world.player.playNow(long, at);
    store.save();
    return openPage(storage);
  };

  it.each([0, 1000, 20_000, long.length - 1])('is kept around what plays: %i', (at) => {
    const { world } = restored(new MemoryStorage(), at);
    const { items, currentIndex } = world.state().queue;
    expect(items).toHaveLength(STORED_COUNT_MAX);
    expect(items[currentIndex]?.track.id).toBe(`id-${at}`);
    const next = items[currentIndex + 1]?.track.id;
    expect(next).toBe(at + 1 < long.length ? `id-${at + 1}` : undefined);
  });

  it('is kept in small where there is little room', () => {
    const storage = new MemoryStorage(200_000);
    const { world } = restored(storage, 15_000);
    const { items, currentIndex } = world.state().queue;
    expect(items).toHaveLength(1000);
    expect(items[currentIndex]?.track.id).toBe('id-15000');
  });

  it('is not kept where there is no room, and nothing older in its place', async () => {
    const storage = new MemoryStorage(1000);
    await played(storage);
    expect(shown(openPage(storage))).toMatchObject({ track: 'c' });
    expect(shown(restored(storage, 5))).toEqual(NOTHING);
  });
});

describe('A storage that is no good', () => {
  const good = { ids: ['a', 'b'], order: null, index: 1, repeat: 'off', played: [1], nextCount: 0 };
  const entry = (queue: object, version = QUEUE_STORE_VERSION): string =>
    JSON.stringify({
      version,
      stamp: 's',
      queue: { seed: 1, ...good, ...queue },
      tracks: packTracks(tracks('ab')),
    });

  it('gives back what is in order', () => {
    const storage = new MemoryStorage();
    storage.setItem(QUEUE_KEY, entry({}));
    expect(shown(openPage(storage))).toMatchObject({ track: 'b', queue: 'ab' });
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"version":2}',
    entry({}, QUEUE_STORE_VERSION + 1),
    entry({ ids: ['a', 7] }),
    entry({ ids: 'ab' }),
    entry({ order: [0, 0] }),
    entry({ order: [0] }),
    entry({ order: [0, 2] }),
    entry({ index: 2 }),
    entry({ index: 0.5 }),
    entry({ index: -2 }),
    entry({ played: [0, 5] }),
    entry({ nextCount: 1 }),
    entry({ repeat: 'twice' }),
    entry({ seed: -1 }),
    entry({ ids: Array.from({ length: STORED_COUNT_MAX + 1 }, () => 'a') }),
  ])('gives nothing back, whatever is in it: %.60s', (text) => {
    const storage = new MemoryStorage();
    storage.setItem(QUEUE_KEY, text);
    storage.setItem(PLACE_KEY, text);
    expect(shown(openPage(storage))).toEqual(NOTHING);
  });

  it.each([
    ['of another queue', { stamp: 'other', positionSeconds: 5 }],
    ['before the start', { stamp: 's', positionSeconds: -5 }],
    ['in words', { stamp: 's', positionSeconds: '5' }],
    ['nowhere', { stamp: 's' }],
    ['beyond all measure', { stamp: 's', positionSeconds: 1e9 }],
  ])('has a place that does not count: %s', (_, place) => {
    const storage = new MemoryStorage();
    storage.setItem(QUEUE_KEY, entry({}));
    storage.setItem(PLACE_KEY, JSON.stringify({ version: QUEUE_STORE_VERSION, ...place }));
    expect(shown(openPage(storage))).toMatchObject({ track: 'b', seconds: 0 });
  });

  it('costs nothing else when it refuses or is not there', async () => {
    const refuse = (): never => {
      throw new DOMException('no', 'SecurityError');
    };
    for (const storage of [null, { getItem: refuse, setItem: refuse, removeItem: refuse }]) {
      const page = await played(storage);
      expect(page.world.state().state).toBe('playing');
      expect(shown(openPage(storage))).toEqual(NOTHING);
    }
  });
});
