/** Lists that are longer than what the page holds of them, played. */
import { describe, expect, it } from '@jest/globals';
import { LibraryData, type TrackItems } from '../../../web/src/app/library-data';
import { RETRY_MS_MAX } from '../../../web/src/app/list-filling';
import {
  BEFORE_COUNT_MAX,
  partsOf,
  QUEUE_COUNT_MAX,
  queuedRange,
  scatteredParts,
} from '../../../web/src/app/list-parts';
import { ListPlayer } from '../../../web/src/app/list-player';
import { LibraryServer } from '../../support/library-server';
import { createWorld, makeTrack, type World } from '../../support/player-world';
import { until } from '../../support/waiting';

const libraryOfCount = (count: number): LibraryServer =>
  new LibraryServer(Array.from({ length: count }, (_, at) => ({ id: `${at}`, title: `S ${at}` })));

const settle = async (): Promise<void> => {
  for (let round = 0; round < 200; round += 1) await Promise.resolve();
};

const listPlayerOf = ({ player, clock }: World): ListPlayer =>
  new ListPlayer({
    player,
    newSeed: () => 7,
    delay: (work, delayMs) => {
      const timer = clock.setTimeout(work, delayMs);
      return () => clock.clearTimeout(timer);
    },
  });

type Opened = {
  readonly world: World;
  readonly server: LibraryServer;
  readonly list: TrackItems;
  readonly listPlayer: ListPlayer;
};

/** With the page in which `index` is. */
const open = async (count: number, index = 0): Promise<Opened> => {
  const world = createWorld({ durationSeconds: 60 });
  const server = libraryOfCount(count);
  const list = new LibraryData(server.fetch).tracks('tracks');
  list.want(0, 10);
  await settle();
  list.want(index, index + 10);
  await until(() => list.at(index) !== undefined);
  return {
    world,
    server,
    list,
    listPlayer: listPlayerOf(world),
  };
};

/** One album of many tracks, its first page here. */
const openAlbum = async (): Promise<Opened> => {
  const world = createWorld({ durationSeconds: 60 });
  const server = libraryOfCount(1234);
  server.tracks = server.tracks.map((track) => ({ ...track, album: 'A' }));
  const list = new LibraryData(server.fetch).tracks('albums/albums-A');
  list.want(0, 10);
  await settle();
  return { world, server, list, listPlayer: listPlayerOf(world) };
};

const queued = ({ world }: Opened): number[] =>
  world.state().queue.items.map(({ track }) => Number(track.id));

/** There is sound, and what comes thereupon has come. */
const sound = async ({ world }: Opened): Promise<void> => {
  await world.clock.advance(1000);
  for (let round = 0; round < 60; round += 1) await settle();
};

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

describe('A list that is played', () => {
  it('becomes the queue as a whole, once there is sound', async () => {
    const opened = await open(1234, 700);
    const { world, server, list, listPlayer } = opened;
    const askedBefore = server.asked.length;
    listPlayer.play(list, 705);
    expect(world.state().track?.id).toBe('705');
    expect(server.asked).toHaveLength(askedBefore);
    expect(queued(opened)).toEqual(upTo(100).map((at) => 700 + at));
    await sound(opened);
    expect(queued(opened)).toEqual(upTo(1234));
    expect(world.state().queue.currentIndex).toBe(705);
    expect(listPlayer.placeOf(list, '1233')).toBe(1233);
    expect(world.audio.underruns).toBe(0);
  });

  it('is not asked for where all of it is here', async () => {
    const opened = await open(80);
    const { server, list, listPlayer } = opened;
    const askedBefore = server.asked.length;
    listPlayer.play(list, 3);
    await sound(opened);
    expect(queued(opened)).toEqual(upTo(80));
    expect(server.asked).toHaveLength(askedBefore);
  });

  it('grows no more once another one plays', async () => {
    const opened = await open(1234, 700);
    const { world, list, listPlayer } = opened;
    listPlayer.play(list, 705);
    world.player.playNow([], 0);
    await sound(opened);
    expect(queued(opened)).toEqual([]);
  });

  it('comes as a whole although the server could not be reached for a while', async () => {
    const opened = await open(1234);
    const { world, server, list, listPlayer } = opened;
    listPlayer.play(list, 5);
    server.isDown = true;
    await sound(opened);
    expect(queued(opened)).toEqual(upTo(100));
    const askedBefore = server.asked.length;
    await world.clock.advance(20_000);
    // After 2, 4 and 8 seconds.
    expect(server.asked.length - askedBefore).toBe(3);
    server.isDown = false;
    await world.clock.advance(RETRY_MS_MAX);
    await sound(opened);
    expect(queued(opened)).toEqual(upTo(1234));
  });

  it('is not asked for any more where it is gone, or something else plays', async () => {
    const opened = await openAlbum();
    const { world, server, list, listPlayer } = opened;
    const tracksBefore = server.tracks;
    listPlayer.play(list, 5);
    server.tracks = [];
    await sound(opened);
    const askedBefore = server.asked.length;
    await world.clock.advance(3 * RETRY_MS_MAX);
    expect(server.asked).toHaveLength(askedBefore);
    server.tracks = tracksBefore;
    server.isDown = true;
    listPlayer.play(list, 5);
    await sound(opened);
    world.player.playNow([], 0);
    await world.clock.advance(3 * RETRY_MS_MAX);
    expect(server.asked).toHaveLength(askedBefore + 1);
  });

  it.each([
    ['where it was fetched anew', 50],
    ['where it is as it was', 150],
  ])('has each track once although the list has changed, %s', async (_, index) => {
    const opened = await open(400, 100);
    const { server, list, listPlayer } = opened;
    list.subscribe(() => undefined);
    list.want(50, 150);
    server.tracks = [{ id: '1000' }, { id: '1001' }, ...server.tracks];
    server.isBroken = (url) => url.includes('offset=100');
    list.invalidate();
    await settle();
    expect([list.at(99)?.id, list.at(100)?.id]).toEqual(['97', '100']);
    listPlayer.play(list, index);
    server.isBroken = () => false;
    await sound(opened);
    const ids = queued(opened);
    expect([...ids].sort((a, b) => a - b)).toEqual([...upTo(400), 1000, 1001]);
    if (index < 100) expect(ids).toEqual([1000, 1001, ...upTo(400)]);
  });

  it('is known by its address, whatever holds it', async () => {
    const { server, list, listPlayer } = await open(80);
    listPlayer.play(list, 3);
    const data = new LibraryData(server.fetch);
    expect(listPlayer.placeOf(data.tracks('tracks'), '7')).toBe(7);
    expect(listPlayer.placeOf(data.tracks('tracks?search=x'), '7')).toBeNull();
  });

  it('is shuffled as a whole', async () => {
    const opened = await open(1234);
    const { world, list, listPlayer } = opened;
    listPlayer.playShuffled(list);
    await sound(opened);
    const ids = queued(opened);
    expect(world.state().queue).toMatchObject({ shuffle: true, currentIndex: 0 });
    expect([...ids].sort((a, b) => a - b)).toEqual(upTo(1234));
    // Of those that come soon some are from far behind what was here.
    expect(Math.max(...ids.slice(2, 60))).toBeGreaterThan(600);
  });
});

describe('A list that is too long to be queued', () => {
  const TOTAL = 2 * QUEUE_COUNT_MAX;

  it('is shuffled as a whole when that is wanted, and goes on in order when it is not', async () => {
    const opened = await open(TOTAL, 5000);
    const { world, list, listPlayer } = opened;
    listPlayer.play(list, 5005);
    await sound(opened);
    expect(queued(opened)).toEqual(upTo(QUEUE_COUNT_MAX).map((at) => 4005 + at));
    world.player.pause();
    world.player.setShuffle(true);
    await sound(opened);
    await sound(opened);
    const shuffledIds = queued(opened);
    expect(world.state().track?.id).toBe('5005');
    expect(shuffledIds.length).toBeGreaterThan(QUEUE_COUNT_MAX - 200);
    expect(new Set(shuffledIds).size).toBe(shuffledIds.length);
    // As many of them are in the one half of the list as in the other, nearly.
    const farCount = shuffledIds.filter((id) => id >= TOTAL / 2).length;
    expect(farCount / shuffledIds.length).toBeGreaterThan(0.3);
    world.player.setShuffle(false);
    await sound(opened);
    expect(queued(opened)).toEqual(upTo(QUEUE_COUNT_MAX).map((at) => 4005 + at));
    expect(world.state().queue.currentIndex).toBe(1000);
  });

  it('has a next one all the time while it is taken anew', async () => {
    const opened = await open(TOTAL, 5000);
    const { world, list, listPlayer } = opened;
    listPlayer.play(list, 5005);
    await sound(opened);
    let hasAlways = true;
    world.player.subscribe(() => (hasAlways &&= world.state().hasNext));
    for (const shuffle of [true, false]) {
      world.player.setShuffle(shuffle);
      await sound(opened);
    }
    expect(queued(opened)).toEqual(upTo(QUEUE_COUNT_MAX).map((at) => 4005 + at));
    expect(hasAlways).toBe(true);
  });

  it('stays as it is until the server can be reached', async () => {
    const opened = await open(TOTAL, 5000);
    const { world, server, list, listPlayer } = opened;
    listPlayer.play(list, 5005);
    await sound(opened);
    const before = queued(opened);
    server.isDown = true;
    world.player.setShuffle(true);
    await sound(opened);
    expect(queued(opened).sort((a, b) => a - b)).toEqual(before);
    expect(world.state().hasNext).toBe(true);
    server.isDown = false;
    await world.clock.advance(RETRY_MS_MAX);
    await sound(opened);
    await sound(opened);
    expect(Math.max(...queued(opened))).toBeGreaterThan(15_000);
  });

  it('has what was played once, after shuffling too', async () => {
    const opened = await open(TOTAL, 5000);
    const { world, list, listPlayer } = opened;
    listPlayer.play(list, 5005);
    await sound(opened);
    for (let count = 0; count < 2; count += 1) {
      world.player.next();
      await sound(opened);
    }
    expect(world.state().track?.id).toBe('5007');
    world.player.setShuffle(true);
    await sound(opened);
    await sound(opened);
    expect(queued(opened).slice(0, 3)).toEqual([5005, 5006, 5007]);
    expect(new Set(queued(opened)).size).toBe(queued(opened).length);
    world.player.setShuffle(false);
    await sound(opened);
    expect(queued(opened)).toEqual(upTo(QUEUE_COUNT_MAX).map((at) => 4007 + at));
  });

  it('is taken anew with its next track where something else plays', async () => {
    const opened = await open(TOTAL, 5000);
    const { world, list, listPlayer } = opened;
    listPlayer.play(list, 5005);
    await sound(opened);
    world.player.playNext([makeTrack('99999')]);
    world.player.next();
    await sound(opened);
    world.player.setShuffle(true);
    await sound(opened);
    expect(Math.max(...queued(opened).filter((id) => id < TOTAL))).toBeLessThan(15_000);
    world.player.next();
    await sound(opened);
    await sound(opened);
    expect(Math.max(...queued(opened).filter((id) => id < TOTAL))).toBeGreaterThan(15_000);
  });
});

describe('A list that is to be shuffled as soon as it is here', () => {
  /** Nothing of it is here yet. */
  const openUnknown = (): Opened => {
    const world = createWorld({ durationSeconds: 60 });
    const server = libraryOfCount(80);
    const list = new LibraryData(server.fetch).tracks('tracks');
    return { world, server, list, listPlayer: listPlayerOf(world) };
  };

  it('plays when it has come', async () => {
    const opened = openUnknown();
    opened.listPlayer.playShuffledSoon(opened.list);
    await sound(opened);
    expect([queued(opened).length, opened.world.state().queue.shuffle]).toEqual([80, true]);
  });

  it('leaves alone what the listener has chosen meanwhile', async () => {
    const opened = openUnknown();
    const { world, list, listPlayer } = opened;
    listPlayer.playShuffledSoon(list);
    world.player.playNow([makeTrack('7'), makeTrack('8')], 0);
    await sound(opened);
    expect(list.at(0)).toBeDefined();
    expect([queued(opened), world.state().queue.shuffle]).toEqual([[7, 8], false]);
  });

  it('does not begin later where it cannot be had now, but when it is asked for again', async () => {
    const opened = openUnknown();
    const { server, list, listPlayer } = opened;
    server.isDown = true;
    listPlayer.playShuffledSoon(list);
    await settle();
    server.isDown = false;
    list.retry();
    await sound(opened);
    expect([list.getSnapshot().total, queued(opened)]).toEqual([80, []]);
    listPlayer.playShuffledSoon(list);
    expect(queued(opened)).toHaveLength(80);
  });

  it('takes nothing from what is in sight', async () => {
    const { world, list } = await open(1234);
    list.subscribe(() => undefined);
    list.want(700, 720);
    listPlayerOf(world).playShuffledSoon(list);
    await until(() => list.at(700) !== undefined);
    expect(list.at(700)?.id).toBe('700');
  });
});

describe('Of a list that is too long to be queued', () => {
  const TOTAL = 100_000;

  it.each([
    [0, 0],
    [500, 0],
    [50_000, 50_000 - BEFORE_COUNT_MAX],
    [99_999, TOTAL - QUEUE_COUNT_MAX],
  ])('what is around the track %i is: from %i on', (index, begin) => {
    expect(queuedRange(TOTAL, index)).toEqual({ begin, end: begin + QUEUE_COUNT_MAX });
  });

  it('first that comes which is played next, and each item once', () => {
    const here = { begin: 50_000, end: 50_100 };
    const wanted = queuedRange(TOTAL, 50_005);
    const parts = partsOf(here, wanted);
    expect(parts[0]).toEqual({ offset: 50_100, limit: 500, side: 'behind' });
    const covered = new Set<number>();
    for (const { offset, limit } of parts) {
      for (let at = offset; at < offset + limit; at += 1) covered.add(at);
    }
    const sum = parts.reduce((total, { limit }) => total + limit, 0);
    expect([covered.size, sum]).toEqual([QUEUE_COUNT_MAX - 100, QUEUE_COUNT_MAX - 100]);
    expect(Math.min(...covered)).toBe(wanted.begin);
  });

  it('shuffled, places all over it are, each once', () => {
    const here = { begin: 50_000, end: 50_100 };
    const parts = scatteredParts(here, TOTAL, 7);
    const offsets = parts.map(({ offset }) => offset);
    expect(new Set(offsets).size).toBe(QUEUE_COUNT_MAX / 100 - 1);
    expect(offsets).not.toContain(50_000);
    const tenths = new Set(offsets.map((offset) => Math.floor(offset / 10_000)));
    expect(tenths.size).toBe(10);
  });
});
