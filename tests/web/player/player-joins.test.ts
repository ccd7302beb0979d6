/** Tracks that follow each other on one timeline, through the player. */
import { describe, expect, it } from '@jest/globals';
import { settingsTag } from '../../support/fake-engine';
import {
  ADAPTIVE,
  createWorld,
  findJumps,
  makeTrack,
  type World,
  type WorldOptions,
} from '../../support/player-world';

const queueOf = (ids: string, options: WorldOptions = {}): World => {
  const world = createWorld({ durationSeconds: 8.013, ...options });
  world.player.setQueue([...ids].map(makeTrack));
  return world;
};

const click = async (world: World, id: string, forMs = 1000): Promise<void> => {
  world.player.load(makeTrack(id));
  world.player.play();
  await world.clock.advance(forMs);
};

const removeTrack = (world: World, id: string): void => {
  const item = world.state().queue.items.find(({ track }) => track.id === id);
  if (item) world.player.removeFromQueue(item.key);
};

/** What was opened because it follows, or was clicked. */
const opens = (world: World): string[] =>
  world.engine
    .commandsOf('open')
    .filter(({ rank }) => rank === 'heard' || rank === 'next')
    .map(({ url }) => url.split('/').at(-1) ?? '');

describe('Tracks that follow each other', () => {
  it('are one line without a gap, on one MediaSource', async () => {
    const world = queueOf('abc');
    await click(world, 'a', 23_000);
    expect(world.state()).toMatchObject({ track: { id: 'c' }, state: 'playing', error: null });
    expect(world.player.positionSeconds).toBeGreaterThan(6);
    expect(world.player.positionSeconds).toBeLessThan(7.1);
    expect(world.sources).toHaveLength(1);
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.audio.underruns).toBe(0);
    expect(opens(world)).toEqual(['a', 'b', 'c']);
    await world.clock.advance(3000);
    expect(world.state().state).toBe('ended');
    // Frame counts of 1/48000 s in whole microseconds, rounded up.
    const lastMs = (world.audio.heard.at(-1)?.mediaTime ?? 0) * 1000;
    expect(lastMs).toBeGreaterThan(3 * 8013 - 20);
    expect(lastMs).toBeLessThan(3 * 8013 + 1);
  });

  it('lie where the one before ends, to the microsecond', async () => {
    const durationSeconds = 384_677 / 48_000; // 8.01410417 s.
    const world = queueOf('abcd', { durationSeconds });
    await click(world, 'a', 26_000);
    const microseconds = Math.ceil((384_677 * 125) / 6);
    // The lead comes a packet early.
    const starts = world.buffer().appendedFrom.map((from) => (from > 0 ? from + 0.02 : from));
    const begins = starts.filter((from) => {
      const us = from * 1e6;
      return Math.abs(us / microseconds - Math.round(us / microseconds)) < 1e-6;
    });
    expect(begins.map((from) => Math.round(from * 1e6))).toEqual(
      [0, 1, 2, 3].map((index) => index * microseconds),
    );
  });

  it('end at their last frame, however late it is known how the browser cuts', async () => {
    const durationSeconds = 384_677 / 48_000;
    const world = queueOf('a', { durationSeconds, joinTestMs: 5000 });
    await click(world, 'a', 3000);
    const { pieces } = world.buffer();
    // All but the last cluster: half a second, or less.
    expect(pieces.at(-1)?.end).toBeLessThan(durationSeconds);
    expect(pieces.at(-1)?.end).toBeGreaterThan(durationSeconds - 0.5);
    await world.clock.advance(3000);
    expect(pieces.at(-1)?.end).toBeCloseTo(durationSeconds, 5);
    await world.clock.advance(3000);
    expect(world.state()).toMatchObject({ state: 'ended', error: null });
    expect(world.audio.underruns).toBe(0);
  });

  it('are heard to their last frame, also when that waits to be cut', async () => {
    const world = queueOf('ab', { durationSeconds: 3.013, joinTestMs: 5000 });
    await click(world, 'a', 4500);
    // Its last cluster is not there yet: a stall, and no end.
    expect(world.state()).toMatchObject({ track: { id: 'a' } });
    await world.clock.advance(1500);
    expect(world.state()).toMatchObject({ track: { id: 'b' }, state: 'playing', error: null });
    const ofFirst = world.audio.heard.filter(({ mediaTime }) => mediaTime < 10);
    expect(ofFirst.at(-1)?.mediaTime).toBeGreaterThan(3.013 - 0.02);
  });

  it('begin on the grid of packets where the browser can cut nothing else', async () => {
    const durationSeconds = 384_677 / 48_000;
    const world = queueOf('abcd', { durationSeconds, joins: 'carry' });
    await click(world, 'a', 34_000);
    expect(world.state()).toMatchObject({ track: { id: 'd' }, state: 'ended', error: null });
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.audio.underruns).toBe(0);
    const offGrid = world.buffer().appendedFrom.filter((from) => {
      const packets = from / 0.02;
      return Math.abs(packets - Math.round(packets)) > 1e-6;
    });
    expect(offGrid).toEqual([]);
    expect(world.audio.heard.at(-1)?.mediaTime).toBeGreaterThan(4 * durationSeconds - 0.02);
    // What is heard of each track is its own time, though its packets begin earlier.
    const carried = world.engine.commandsOf('carry').map(({ from }) => from);
    expect(carried).toHaveLength(3);
  });

  it('begin anew, one after another, where the browser does not join them', async () => {
    const world = queueOf('abc', { joins: 'none' });
    await click(world, 'a', 27_000);
    expect(world.state()).toMatchObject({ track: { id: 'c' }, state: 'ended', error: null });
    expect(findJumps(world.audio)).toHaveLength(2);
    expect(world.audio.heard.length).toBeGreaterThan(3 * 799);
    expect(world.sources).toHaveLength(1);
  });

  it('tells the page of each track as it is heard', async () => {
    const world = queueOf('ab', { loudnessLufs: () => -18 });
    await click(world, 'a', 7000);
    expect(world.state().track?.id).toBe('a');
    expect(opens(world)).toEqual(['a', 'b']);
    await world.clock.advance(1600);
    expect(world.state()).toMatchObject({ track: { id: 'b' }, state: 'playing' });
    expect(world.state().plan?.profile).toBe('profile of /api/player/stream/b');
    expect(world.state().info).not.toBeNull();
    expect(world.player.positionSeconds).toBeLessThan(1);
    expect(world.player.bufferedRanges[0]?.startSeconds).toBeCloseTo(0, 6);
  });

  it('sound at once by the button, without a wait for the engine', async () => {
    const world = queueOf('abc', { clusterMs: () => 200 });
    await click(world, 'a', 4000);
    const before = world.audio.heard.length;
    const clickedMs = world.clock.nowMs();
    world.player.next();
    await world.clock.advance(1000);
    expect(world.state()).toMatchObject({ track: { id: 'b' }, state: 'playing' });
    const first = world.audio.heard[before];
    expect((first?.atMs ?? Infinity) - clickedMs).toBeLessThan(40);
    expect(opens(world).filter((id) => id === 'b')).toHaveLength(1);
    expect(world.sources).toHaveLength(1);
  });

  it('are left by a click on any other one, whose sound is all that is kept', async () => {
    const world = queueOf('abc', { durationSeconds: 120 });
    await click(world, 'a', 4000);
    await click(world, 'c', 3000);
    expect(world.state()).toMatchObject({ track: { id: 'c' }, state: 'playing' });
    expect(world.player.positionSeconds).toBeGreaterThan(2.5);
    expect(world.sources).toHaveLength(1);
    const { pieces } = world.buffer();
    const begin = pieces[0]?.start ?? 0;
    expect(begin).toBeGreaterThan(30);
    expect(findJumps(world.audio).map(({ to }) => to)).toEqual([begin]);
    await world.clock.advance(1000); // Until previous() does not go to the track before any more.
    const open = world.engine.commandsOf('open').map(({ session }) => session);
    const closed = world.engine.commandsOf('close').map(({ session }) => session);
    expect(open.filter((session) => !closed.includes(session))).toHaveLength(1);
  });

  it('sound at once by the button for the one before', async () => {
    const world = queueOf('ab', { clusterMs: () => 200, durationSeconds: 120 });
    await click(world, 'b', 4500);
    world.player.previous();
    await world.clock.advance(500);
    expect(world.state().track?.id).toBe('b');
    const before = world.audio.heard.length;
    const clickedMs = world.clock.nowMs();
    world.player.previous();
    await world.clock.advance(1000);
    expect(world.state()).toMatchObject({ track: { id: 'a' }, state: 'playing' });
    expect((world.audio.heard[before]?.atMs ?? Infinity) - clickedMs).toBeLessThan(300);
  });

  it('are prepared while a pointer rests on them, and sound at once when clicked', async () => {
    const world = queueOf('abcd', { clusterMs: () => 100, durationSeconds: 120 });
    world.player.prepare(makeTrack('c'));
    await world.clock.advance(600);
    expect(world.audio.heard).toEqual([]);
    const clickedMs = world.clock.nowMs();
    await click(world, 'c', 1000);
    expect((world.audio.heard[0]?.atMs ?? Infinity) - clickedMs).toBeLessThan(40);
    expect(world.player.getStats().timeToFirstSoundMs).toBeLessThan(60);
    const opened = world.engine.commandsOf('open').map(({ url }) => url.split('/').at(-1));
    expect(opened.filter((id) => id === 'c')).toHaveLength(1);
  });

  it('are let go when the pointer leaves them', async () => {
    const world = queueOf('ab');
    world.player.prepare(makeTrack('a'));
    world.player.prepare(makeTrack('b'));
    world.player.prepare(null);
    await world.clock.advance(100);
    expect(world.engine.commandsOf('open').map(({ session }) => session)).toEqual(
      world.engine.commandsOf('close').map(({ session }) => session),
    );
    await click(world, 'a', 500);
    expect(world.state()).toMatchObject({ track: { id: 'a' }, state: 'playing' });
  });

  it('change their settings together', async () => {
    const world = queueOf('ab');
    await click(world, 'a', 6000);
    world.player.setSettings({ preset: 'warm' });
    await world.clock.advance(8000);
    expect(world.state().track?.id).toBe('b');
    const warm = settingsTag({ ...ADAPTIVE, preset: 'warm' });
    const later = world.audio.heard.filter(({ mediaTime }) => mediaTime > 7);
    expect(later.every(({ tag }) => tag === warm)).toBe(true);
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.audio.underruns).toBe(0);
  });

  it('are not joined to a track that the queue does not have any more', async () => {
    const world = queueOf('abc');
    await click(world, 'a', 6000);
    removeTrack(world, 'b');
    await world.clock.advance(5000);
    expect(world.state()).toMatchObject({ track: { id: 'c' }, state: 'playing' });
    expect(findJumps(world.audio)).toEqual([]);
  });

  it('are sought in as if each were alone', async () => {
    const world = queueOf('ab', { durationSeconds: 60 });
    await click(world, 'a', 58_000);
    await world.clock.advance(4000);
    expect(world.state().track?.id).toBe('b');
    world.player.seek(40);
    expect(world.player.positionSeconds).toBe(40);
    await world.clock.advance(2000);
    expect(world.player.positionSeconds).toBeGreaterThan(41);
    world.player.seek(0.5);
    await world.clock.advance(1000);
    expect(world.player.positionSeconds).toBeGreaterThan(0.9);
    expect(world.player.positionSeconds).toBeLessThan(1.6);
    expect(world.state()).toMatchObject({ track: { id: 'b' }, state: 'playing', error: null });
  });

  it('go on after the end, when another one is clicked then', async () => {
    const world = queueOf('a');
    await click(world, 'a', 10_000);
    expect(world.state().state).toBe('ended');
    await click(world, 'b', 2000);
    expect(world.state()).toMatchObject({ track: { id: 'b' }, state: 'playing', error: null });
    expect(world.sources).toHaveLength(1);
    expect(world.player.positionSeconds).toBeGreaterThan(1.5);
  });

  it('wait for a next one that is late, and then go on', async () => {
    const world = queueOf('abc');
    await click(world, 'a', 2500);
    world.engine.isStopped = true;
    removeTrack(world, 'b');
    await world.clock.advance(8000);
    world.engine.isStopped = false;
    await world.clock.advance(2000);
    expect(world.state()).toMatchObject({ track: { id: 'c' }, state: 'playing', error: null });
  });

  it('are not joined behind an end that was heard', async () => {
    const world = queueOf('a');
    await click(world, 'a', 10_000);
    expect(world.state().state).toBe('ended');
    world.player.enqueue([makeTrack('b'), makeTrack('c')]);
    await world.clock.advance(1000);
    expect(world.state()).toMatchObject({ track: { id: 'a' }, state: 'ended' });
    world.player.toggle();
    await world.clock.advance(2000);
    expect(world.state()).toMatchObject({ track: { id: 'b' }, state: 'playing' });
    expect(world.player.positionSeconds).toBeGreaterThan(1.5);
  });

  it('sound with the settings that are shown, also those prepared with others', async () => {
    const world = queueOf('ab');
    world.player.setRepeat('one');
    await click(world, 'a', 3000);
    world.player.setSettings({ compare: 'original' });
    await world.clock.advance(8000);
    expect(world.state()).toMatchObject({ track: { id: 'a' }, settings: { compare: 'off' } });
    expect(world.player.positionSeconds).toBeLessThan(4);
    expect(world.audio.heard.at(-1)?.tag).toBe(settingsTag(ADAPTIVE));
    expect(findJumps(world.audio)).toEqual([]);
  });

  it('begin at their start behind a file that ends before its headers say', async () => {
    const world = queueOf('ab', { durationSeconds: 60, actualSeconds: 20.013 });
    await click(world, 'a', 2000);
    world.player.seek(55);
    await world.clock.advance(1800);
    expect(world.state()).toMatchObject({ track: { id: 'b' }, state: 'playing', error: null });
    expect(world.player.positionSeconds).toBeLessThan(2);
  });

  it('find room in a full buffer for what is wanted at once', async () => {
    const world = queueOf('ab', { durationSeconds: 120 });
    await click(world, 'a', 100);
    world.buffer().quotaBytes = 150_000; // Six seconds.
    await world.clock.advance(9000);
    await click(world, 'b', 1000);
    expect(world.state()).toMatchObject({ track: { id: 'b' }, state: 'playing', error: null });
    // To a place whose sound had to go, with six seconds behind it.
    await world.clock.advance(9000);
    world.player.seek(0.2);
    await world.clock.advance(1000);
    expect(world.state()).toMatchObject({ track: { id: 'b' }, state: 'playing', error: null });
    expect(world.player.positionSeconds).toBeGreaterThan(0.7);
  });

  it('give up what is joined to them for a place that has no room', async () => {
    const durationSeconds = (url: string): number => (url.endsWith('a') ? 2.013 : 120);
    const world = queueOf('ab', { durationSeconds });
    await click(world, 'a', 100);
    world.buffer().quotaBytes = 150_000; // Six seconds.
    await world.clock.advance(1700);
    // The beginning had to go for what follows.
    expect(world.buffer().pieces[0]?.start).toBeGreaterThan(0.4);
    expect(world.buffer().pieces.at(-1)?.end).toBeGreaterThan(6);
    world.player.seek(0);
    await world.clock.advance(400);
    expect(world.player.bufferedRanges).toEqual([{ startSeconds: 0, endSeconds: 2.013 }]);
    await world.clock.advance(600);
    expect(world.state()).toMatchObject({ track: { id: 'a' }, state: 'playing', error: null });
    await world.clock.advance(3000);
    expect(world.state()).toMatchObject({ track: { id: 'b' }, state: 'playing', error: null });
  });

  it('are sought in while the end is being taken back', async () => {
    const world = queueOf('ab', { durationSeconds: 4.013, mediaLatencyMs: () => 40 });
    removeTrack(world, 'b');
    await click(world, 'a', 2000);
    world.player.pause();
    await world.clock.advance(100);
    // Old sound goes, which opens the ended stream; in the same moment another track is wanted.
    world.player.setSettings({ preset: 'warm' });
    await click(world, 'c', 1000);
    expect(world.state()).toMatchObject({ track: { id: 'c' }, state: 'playing', error: null });
    expect(world.player.positionSeconds).toBeGreaterThan(0.5);
  });

  it('may be short and many: the worker has a place for each', async () => {
    const world = queueOf('abcdefgh', { durationSeconds: 0.9 });
    await click(world, 'a', 1000);
    for (let step = 0; step < 12; step += 1) {
      await world.clock.advance(310);
      const open = world.engine.commandsOf('open').map(({ session }) => session);
      const closed = world.engine.commandsOf('close').map(({ session }) => session);
      expect(open.filter((session) => !closed.includes(session)).length).toBeLessThanOrEqual(6);
    }
    await world.clock.advance(5000);
    expect(world.state()).toMatchObject({ track: { id: 'h' }, state: 'ended', error: null });
  });
});
