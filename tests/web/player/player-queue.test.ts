/** The queue as the player plays it. */
import { describe, expect, it } from '@jest/globals';
import type { SavedQueue } from '../../../web/src/player/queue-save';
import type { PlayerTrack } from '../../../web/src/player/player-types';
import { createWorld, makeTrack, type World, type WorldOptions } from '../../support/player-world';

const SECONDS = 8.3;
const tracks = (ids: string) => [...ids].map(makeTrack);

const worldOf = (options: WorldOptions = {}): World =>
  createWorld({ durationSeconds: SECONDS, ...options });

const playNow = async (world: World, ids: string, index = 0, forMs = 1000): Promise<void> => {
  world.player.playNow(tracks(ids), index);
  await world.clock.advance(forMs);
};

const current = (world: World): string => world.state().track?.id ?? '';
const queued = (world: World): string =>
  world
    .state()
    .queue.items.map(({ track }) => track.id)
    .join('');
const keyOf = (world: World, id: string): number =>
  world.state().queue.items.find(({ track }) => track.id === id)?.key ?? NaN;
/** What was opened to be heard at once; neighbours are prepared besides. */
const opened = (world: World): number =>
  world.engine.commandsOf('open').filter(({ rank }) => rank === 'heard').length;

describe('A track that becomes another one', () => {
  it('has its places in the queue and, shown, its name; others are as they were', async () => {
    const world = worldOf();
    await playNow(world, 'abca', 1);
    world.player.exchangeTrack('a', makeTrack('x'));
    expect(queued(world)).toBe('xbcx');
    expect(current(world)).toBe('b');
    world.player.exchangeTrack('b', makeTrack('y'));
    expect(queued(world)).toBe('xycx');
    expect(current(world)).toBe('y');
    expect(world.state().state).toBe('playing');
  });
});

describe('A list that is played', () => {
  it('plays from the chosen track on, and the ones before it are behind', async () => {
    const world = worldOf();
    await playNow(world, 'abc', 1);
    expect(current(world)).toBe('b');
    expect(world.state()).toMatchObject({ state: 'playing', hasNext: true, hasPrevious: true });
    await world.clock.advance(9000);
    expect(current(world)).toBe('c');
    expect(world.state()).toMatchObject({ state: 'playing', hasNext: false });
    await world.clock.advance(9000);
    expect(world.state().state).toBe('ended');
  });

  it('takes what is put next, and goes on with the list', async () => {
    const world = worldOf();
    await playNow(world, 'ab');
    world.player.enqueue(tracks('z'));
    world.player.playNext(tracks('x'));
    world.player.playNext(tracks('y'));
    expect(queued(world)).toBe('axybz');
    expect(world.state().queue.currentIndex).toBe(0);
    await world.clock.advance(9000);
    expect(current(world)).toBe('x');
    world.player.moveInQueue(keyOf(world, 'z'), 2);
    world.player.removeFromQueue(keyOf(world, 'y'));
    expect(queued(world)).toBe('axzb');
    world.player.next();
    expect(current(world)).toBe('z');
    world.player.jumpTo(keyOf(world, 'a'));
    await world.clock.advance(500);
    expect(current(world)).toBe('a');
    expect(world.state().state).toBe('playing');
  });

  it('plays the same track again where it stands twice', async () => {
    const world = worldOf();
    await playNow(world, 'aa');
    await world.clock.advance(9000);
    expect(current(world)).toBe('a');
    expect(world.state().queue.currentIndex).toBe(1);
    expect(world.state().state).toBe('playing');
  });

  it('goes on with what was added when all was over', async () => {
    const world = worldOf();
    await playNow(world, 'a', 0, 10_000);
    expect(world.state().state).toBe('ended');
    world.player.enqueue(tracks('b'));
    expect(world.state().state).toBe('ended');
    world.player.toggle();
    await world.clock.advance(1000);
    expect(current(world)).toBe('b');
    expect(world.state().state).toBe('playing');
  });

  it('plays on when the rest is cleared', async () => {
    const world = worldOf();
    await playNow(world, 'abc', 1);
    world.player.clearQueue();
    await world.clock.advance(1000);
    expect(queued(world)).toBe('b');
    expect(world.state()).toMatchObject({ state: 'playing', hasNext: false, hasPrevious: false });
    expect(world.audio.underruns).toBe(0);
  });

  it('tells of a change of the queue, and of nothing while there is none', async () => {
    const world = worldOf();
    await playNow(world, 'abc');
    const { queue } = world.state();
    let changes = 0;
    world.player.subscribe(() => (changes += 1));
    world.player.setRepeat('off');
    world.player.setShuffle(false);
    world.player.removeFromQueue(-1);
    expect([changes, world.state().queue === queue]).toEqual([0, true]);
    world.player.setRepeat('all');
    expect([changes, world.state().queue.repeat]).toEqual([1, 'all']);
  });
});

describe('Repeat', () => {
  it('of one plays the track again by itself, and lets next go on', async () => {
    const world = worldOf();
    await playNow(world, 'ab');
    world.player.setRepeat('one');
    await world.clock.advance(10_000);
    expect(current(world)).toBe('a');
    expect(world.state().state).toBe('playing');
    expect(world.player.positionSeconds).toBeLessThan(4);
    world.player.next();
    expect(current(world)).toBe('b');
    expect(world.state().queue.repeat).toBe('all');
  });

  it('of all begins the list again', async () => {
    const world = worldOf();
    await playNow(world, 'ab', 1);
    world.player.setRepeat('all');
    expect(world.state().hasNext).toBe(true);
    await world.clock.advance(9000);
    expect(current(world)).toBe('a');
  });

  it('does not try a broken track again when it is the only one', async () => {
    const world = worldOf();
    world.engine.broken.set('/api/player/stream/a', { code: 'gone', message: 'no good' });
    world.player.setRepeat('all');
    await playNow(world, 'a', 0, 5000);
    expect(world.state()).toMatchObject({ state: 'error', gaveUp: false, skipped: [] });
    expect(opened(world)).toBe(1);
  });

  it('stops at the third broken track in a row all the same', async () => {
    const world = worldOf();
    for (const id of 'abcd') {
      world.engine.broken.set(`/api/player/stream/${id}`, { code: 'gone', message: 'no good' });
    }
    world.player.setRepeat('all');
    await playNow(world, 'abcd', 2, 60_000);
    expect(current(world)).toBe('a');
    expect(world.state()).toMatchObject({ state: 'error', gaveUp: true });
    expect(opened(world)).toBe(3);
  });
});

describe('Shuffle', () => {
  it('skips what cannot be played, and goes back the way that was played', async () => {
    const world = worldOf();
    world.player.setShuffle(true);
    await playNow(world, 'abcdefgh', 3, 100); // The next one is not prepared yet.
    expect(world.state().queue).toMatchObject({ currentIndex: 0, shuffle: true });
    const [, broken, good] = [...queued(world)];
    world.engine.broken.set(`/api/player/stream/${broken}`, { code: 'gone', message: 'no good' });
    world.player.next();
    await world.clock.advance(1000);
    expect(current(world)).toBe(good);
    expect(world.state().skipped.map(({ track }) => track.id)).toEqual([broken]);
    world.player.previous();
    await world.clock.advance(1000);
    expect(current(world)).toBe('d');
  });
});

/** What a page leaves behind that was closed in the middle of the second track. */
const saved = async (): Promise<SavedQueue> => {
  const world = worldOf();
  await playNow(world, 'abc', 1);
  return world.player.saveQueue(100);
};

const finder =
  (known: readonly PlayerTrack[]) =>
  (id: string): PlayerTrack | undefined =>
    known.find((track) => track.id === id);

describe('A restored queue', () => {
  it('shows the track paused at its place, and fetches nothing before it is played', async () => {
    const world = worldOf();
    const known = tracks('abcd').map((track) => ({ ...track, durationSeconds: 8 }));
    world.player.restore(await saved(), 5.5, finder(known));
    await world.clock.advance(5000);
    expect(world.state()).toMatchObject({
      state: 'paused',
      track: { id: 'b' },
      durationSeconds: 8,
      hasNext: true,
      hasPrevious: true,
    });
    expect(world.player.positionSeconds).toBe(5.5);
    expect(opened(world)).toBe(0);
    expect(world.audio.src).toBe('');
    world.player.toggle();
    await world.clock.advance(1000);
    expect(world.state().state).toBe('playing');
    expect(world.audio.heard[0]?.mediaTime).toBeCloseTo(5.5, 1);
    await world.clock.advance(4000);
    expect(current(world)).toBe('c');
  });

  it('lets the place be chosen before it is played', async () => {
    const world = worldOf();
    world.player.restore(await saved(), 5.5, finder(tracks('abc')));
    world.player.seek(2);
    expect(world.player.positionSeconds).toBe(2);
    world.player.setSettings({ preset: 'warm' });
    await world.clock.advance(1000);
    expect(opened(world)).toBe(0);
    world.player.play();
    await world.clock.advance(500);
    expect(world.audio.heard[0]?.mediaTime).toBeCloseTo(2, 1);
    expect(world.state().settings.preset).toBe('warm');
  });

  it('tells its place, and stays paused while another track is made ready', async () => {
    const world = worldOf();
    const places: number[] = [];
    world.player.on('seek', (seconds) => places.push(seconds));
    world.player.restore(await saved(), 5.5, finder(tracks('abc')));
    expect(places).toEqual([5.5]);
    world.player.prepare(makeTrack('c'));
    await world.clock.advance(2000);
    expect(world.state()).toMatchObject({ state: 'paused', track: { id: 'b' } });
    expect(world.player.positionSeconds).toBe(5.5);
  });

  it.each(['next', 'previous'] as const)('is left for a neighbour by %s', async (step) => {
    const world = worldOf();
    world.player.restore(await saved(), 1, finder(tracks('abc')));
    world.player[step]();
    await world.clock.advance(1000);
    expect(current(world)).toBe(step === 'next' ? 'c' : 'a');
    expect(world.state().state).toBe('playing');
    expect(world.audio.heard[0]?.mediaTime).toBeCloseTo(0, 1);
  });

  it('begins the track behind it where the one that played is gone', async () => {
    const world = worldOf();
    world.player.restore(await saved(), 5.5, finder(tracks('ac')));
    expect(current(world)).toBe('c');
    expect(world.player.positionSeconds).toBe(0);
  });

  it('is nothing where nothing of it is left', async () => {
    const world = worldOf();
    world.player.restore(await saved(), 5.5, finder(tracks('xyz')));
    expect(world.state()).toMatchObject({ state: 'idle', track: null, hasNext: false });
    world.player.play();
    expect(world.state().state).toBe('idle');
  });

  it('plays the original at its place where there is no MSE', async () => {
    const world = worldOf({ hasMse: false });
    world.player.restore(await saved(), 5.5, finder(tracks('abc')));
    expect(world.audio.src).toBe('');
    world.player.play();
    await world.clock.advance(100);
    expect(world.audio.src).toBe('/api/player/stream/b');
    expect(world.state().mode).toBe('original');
  });
});

describe('A queue that was empty', () => {
  it.each(['enqueue', 'playNext'] as const)('offers the first that %s brings', async (put) => {
    const world = worldOf();
    world.player[put](tracks('ab'));
    expect(world.state()).toMatchObject({ state: 'paused', track: { id: 'a' }, hasNext: true });
    expect(opened(world)).toBe(0);
    world.player.play();
    await world.clock.advance(1000);
    expect(world.state().state).toBe('playing');
  });
});

describe('A library that changes', () => {
  it('tells its news to what plays, without touching the sound', async () => {
    const world = worldOf();
    await playNow(world, 'abc', 1, 3000);
    const news = tracks('ab').map((track) => ({ ...track, title: `New ${track.id}` }));
    world.player.refreshTracks(news, new Set(['c']));
    await world.clock.advance(1000);
    const { track, queue, state } = world.state();
    expect([track?.title, state]).toEqual(['New b', 'playing']);
    expect(queue.items.map((item) => [item.track.title, item.isGone])).toEqual([
      ['New a', false],
      ['New b', false],
      ['Title c', true],
    ]);
    expect(opened(world)).toBe(1);
    expect(world.audio.underruns).toBe(0);
  });
});

describe('A list of which a part is there', () => {
  it('grows while it plays, without touching the sound', async () => {
    const world = worldOf();
    const growth = world.player.playNow(tracks('bc'), 0);
    await world.clock.advance(1000);
    growth.addBehind(tracks('de'));
    growth.addBehind(tracks('f'));
    growth.addBefore(tracks('a'));
    await world.clock.advance(1000);
    const { queue, state } = world.state();
    expect(queue.items.map(({ track }) => track.id).join('')).toBe('abcdef');
    expect([queue.currentIndex, state, opened(world)]).toEqual([1, 'playing', 1]);
    expect(world.audio.underruns).toBe(0);
  });

  it('has each of its tracks once, and those of the listener besides', async () => {
    const world = worldOf();
    const growth = world.player.playNow(tracks('bc'), 0);
    world.player.enqueue(tracks('d'));
    growth.addBehind(tracks('cde'));
    const ids = world.state().queue.items.map(({ track }) => track.id);
    expect(ids.join('')).toBe('bcded');
    await world.clock.advance(1000);
  });

  it('begins anew around what plays, and has a next one all the time', async () => {
    const world = worldOf();
    const growth = world.player.playNow(tracks('abcd'), 1);
    world.player.playNext(tracks('n'));
    await world.clock.advance(1000);
    let hasAlways = true;
    world.player.subscribe(() => (hasAlways &&= world.state().hasNext));
    growth.restart('behind', tracks('bwx'));
    growth.addBefore(tracks('uv'));
    const { queue } = world.state();
    expect(queue.items.map(({ track }) => track.id).join('')).toBe('uvbnwx');
    expect([queue.currentIndex, hasAlways]).toEqual([2, true]);
  });

  it.each([
    ['another list', (world: World) => world.player.playNow(tracks('xy'), 0), 'xy'],
    ['a track alone', (world: World) => world.player.load(makeTrack('x')), 'x'],
    ['no list', (world: World) => world.player.clearQueue(), 'b'],
  ])('does not grow into %s', async (_, replace, left) => {
    const world = worldOf();
    const growth = world.player.playNow(tracks('bc'), 0);
    replace(world);
    expect(growth.isOpen).toBe(false);
    growth.addBehind(tracks('d'));
    const { items } = world.state().queue;
    expect(items.map(({ track }) => track.id).join('')).toBe(left);
  });
});
