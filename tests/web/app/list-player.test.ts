/** Lists that are longer than what the page holds of them, played. */
import { describe, expect, it } from '@jest/globals';
import { LibraryData, type TrackItems } from '../../../web/src/app/library-data';
import {
  BEFORE_COUNT_MAX,
  ListPlayer,
  partsOf,
  QUEUE_COUNT_MAX,
  queuedRange,
  scatteredParts,
} from '../../../web/src/app/list-player';
import { LibraryServer } from '../../support/library-server';
import { createWorld, type World } from '../../support/player-world';

const libraryOfCount = (count: number): LibraryServer =>
  new LibraryServer(Array.from({ length: count }, (_, at) => ({ id: `${at}`, title: `S ${at}` })));

const settle = async (): Promise<void> => {
  for (let round = 0; round < 200; round += 1) await Promise.resolve();
};

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
  await new Promise((resolve) => setTimeout(resolve, 100));
  await settle();
  return {
    world,
    server,
    list,
    listPlayer: new ListPlayer({ player: world.player, newSeed: () => 7 }),
  };
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

  it('ends where the server could not be reached', async () => {
    const opened = await open(1234);
    const { server, list, listPlayer } = opened;
    listPlayer.play(list, 5);
    server.isDown = true;
    await sound(opened);
    expect(queued(opened)).toEqual(upTo(100));
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
