import { describe, expect, it } from '@jest/globals';
import { settingsTag } from '../../support/fake-engine';
import {
  ADAPTIVE,
  createWorld,
  findJumps,
  makeTrack,
  type World,
} from '../../support/player-world';

const startPlaying = async (world: World, seconds = 1): Promise<void> => {
  world.player.load(makeTrack('a'));
  world.player.play();
  await world.clock.advance(seconds * 1000);
};

const lastTag = (world: World): number | undefined => world.audio.heard.at(-1)?.tag;

describe('Player', () => {
  it('asks the element to play inside the click, before there is any data', async () => {
    const world = createWorld();
    world.player.load(makeTrack('a'));
    expect(world.audio.playCalls).toBe(0);
    world.player.play();
    expect(world.audio.playCalls).toBe(1);
    expect(world.state().state).toBe('loading');
    await world.clock.advance(500);
    expect(world.state().state).toBe('playing');
    expect(world.state().mode).toBe('enhanced');
  });

  it('plays a whole track without a gap and ends at its last sample', async () => {
    const world = createWorld({ durationSeconds: 20.013 });
    await startPlaying(world, 25);
    expect(world.state().error).toBeNull();
    expect(world.state().state).toBe('ended');
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.audio.underruns).toBe(0);
    expect(world.audio.heard.at(-1)?.mediaTime).toBeCloseTo(20.01, 2);
    expect(world.state().durationSeconds).toBeCloseTo(20.013, 6);
    expect(world.buffer().pieces.at(-1)?.end).toBeCloseTo(20.013, 6);
    expect(world.player.getStats().stalls).toBe(0);
  });

  it('appends the init segment at once, and only once', async () => {
    const world = createWorld();
    await startPlaying(world, 5);
    const appends = world.buffer().log.filter((entry) => entry === 'append').length;
    expect(appends).toBe(1 + world.buffer().pieces.length);
  });

  it('holds no more than 30 s behind and 30 s ahead', async () => {
    const world = createWorld({ durationSeconds: 300 });
    await startPlaying(world, 100);
    const { pieces } = world.buffer();
    const position = world.audio.currentTime;
    expect(pieces[0]?.start).toBeGreaterThan(position - 35);
    expect(pieces[0]?.start).toBeLessThanOrEqual(position - 30);
    expect(pieces.at(-1)?.end).toBeLessThanOrEqual(position + 30);
    expect(pieces.at(-1)?.end).toBeGreaterThan(position + 27);
  });

  it('seeks inside the buffer without asking the engine', async () => {
    const world = createWorld();
    await startPlaying(world, 3);
    const before = world.engine.commands.length;
    world.player.seek(20);
    await world.clock.advance(100);
    expect(world.audio.heard.at(-1)?.mediaTime).toBeGreaterThan(20);
    const asked = world.engine.commands.slice(before);
    expect(asked.filter((command) => 'epoch' in command && command.epoch > 0)).toEqual([]);
    expect(world.state().state).toBe('playing');
  });

  it('seeks to a place that is not there, renders from its chunk on, and plays', async () => {
    const world = createWorld();
    await startPlaying(world, 3);
    world.player.seek(101.7);
    expect(world.player.positionSeconds).toBe(101.7);
    await world.clock.advance(400);
    const target = world.engine.commandsOf('render').find(({ epoch }) => epoch === 1);
    expect(target?.chunk).toBe(50);
    expect(findJumps(world.audio)).toHaveLength(1);
    expect(findJumps(world.audio)[0]?.to).toBeCloseTo(101.7, 6);
    expect(world.state().state).toBe('playing');
  });

  it('seeks back to a place that was removed', async () => {
    const world = createWorld();
    await startPlaying(world, 60);
    world.player.seek(2);
    await world.clock.advance(1000);
    expect(world.audio.currentTime).toBeGreaterThan(2.3);
    expect(world.audio.currentTime).toBeLessThan(3);
    expect(world.buffer().pieces.at(-1)?.end).toBeLessThan(40);
  });

  it('plays a track that has ended from its start, under settings that were changed since', async () => {
    const world = createWorld({ durationSeconds: 8.3 });
    await startPlaying(world, 10);
    expect(world.state().state).toBe('ended');
    world.player.setSettings({ preset: 'warm' });
    await world.clock.advance(1000);
    expect(world.state()).toMatchObject({ state: 'ended', error: null });
    expect(world.audio.duration).toBeCloseTo(8.3, 6);
    const before = world.audio.heard.length;
    world.player.toggle();
    await world.clock.advance(10_000);
    const heard = world.audio.heard.slice(before);
    const warm = settingsTag({ ...ADAPTIVE, preset: 'warm' });
    expect(heard[0]?.mediaTime).toBeCloseTo(0, 6);
    expect(heard.at(-1)?.mediaTime).toBeCloseTo(8.29, 2);
    expect(heard.every(({ tag }) => tag === warm)).toBe(true);
    expect(world.state()).toMatchObject({ state: 'ended', error: null });
    expect(world.player.getStats().stalls).toBe(0);
  });

  it('keeps its length when settings change while it is paused at the very end', async () => {
    const world = createWorld({ durationSeconds: 8.3 });
    await startPlaying(world, 3);
    world.player.pause();
    world.audio.currentTime = 8.3;
    world.player.setSettings({ preset: 'warm' });
    await world.clock.advance(2000);
    expect(world.sources.at(-1)?.duration).toBeCloseTo(8.3, 6);
    world.player.play();
    await world.clock.advance(2000);
    expect(world.audio.heard.at(-1)?.mediaTime).toBeCloseTo(8.29, 2);
    expect(world.state()).toMatchObject({ state: 'ended', error: null });
  });

  it('stays paused where it was taken to after the end, until play is pressed', async () => {
    const world = createWorld({ durationSeconds: 8.3 });
    await startPlaying(world, 10);
    world.player.seek(3);
    await world.clock.advance(500);
    expect(world.state().state).toBe('paused');
    expect(world.player.positionSeconds).toBe(3);
    world.player.toggle();
    await world.clock.advance(500);
    expect(world.state().state).toBe('playing');
    expect(world.audio.currentTime).toBeGreaterThan(3.3);
    expect(world.audio.currentTime).toBeLessThan(3.6);
  });

  it('plays from where it was taken to after the end, though that is not rendered yet', async () => {
    const world = createWorld({ durationSeconds: 8.3, mediaLatencyMs: () => 30 });
    await startPlaying(world, 10);
    world.player.setSettings({ preset: 'warm' });
    await world.clock.advance(500);
    world.player.seek(3);
    world.player.toggle();
    const before = world.audio.heard.length;
    await world.clock.advance(1000);
    expect(world.audio.heard[before]?.mediaTime).toBeCloseTo(3, 6);
    expect(world.state().state).toBe('playing');
  });

  it('applies a seek that comes before the track is open', async () => {
    const world = createWorld();
    world.player.load(makeTrack('a'));
    world.player.play();
    world.player.seek(50);
    expect(world.player.positionSeconds).toBe(50);
    await world.clock.advance(1000);
    expect(world.audio.heard[0]?.mediaTime).toBeCloseTo(50, 6);
  });

  it('leaves one render of the newest epoch in flight after a burst of seeks', async () => {
    const world = createWorld({ durationSeconds: 600 });
    await startPlaying(world);
    for (let i = 0; i < 40; i += 1) {
      world.player.seek(100 + i * 10);
      await world.clock.advance(5);
    }
    expect(world.engine.mostInFlight).toBe(1);
    await world.clock.advance(500);
    expect(world.audio.heard.at(-1)?.mediaTime).toBeGreaterThan(490);
    expect(world.audio.heard.at(-1)?.mediaTime).toBeLessThan(491);
  });

  it('appends nothing of an older epoch after a seek or a change of settings', async () => {
    const world = createWorld({ mediaLatencyMs: () => 150, clusterMs: () => 5 });
    await startPlaying(world, 2);
    const { appendedFrom } = world.buffer();
    const beforeSeek = appendedFrom.length;
    world.player.seek(100);
    await world.clock.advance(2000);
    expect(appendedFrom.slice(beforeSeek).every((start) => start >= 100)).toBe(true);
    expect(appendedFrom.length).toBeGreaterThan(beforeSeek + 5);
    const beforeChange = appendedFrom.length;
    world.player.setSettings({ preset: 'warm' });
    await world.clock.advance(3000);
    const warm = settingsTag({ ...ADAPTIVE, preset: 'warm' });
    // The last one is still on its way.
    const tags = appendedFrom
      .slice(beforeChange, -1)
      .map((start) => world.buffer().pieceAt(start)?.tag);
    expect(tags.length).toBeGreaterThan(5);
    expect(tags.every((tag) => tag === warm)).toBe(true);
  });

  it.each([50, 200, 350])(
    'does not run dry when settings change with little ahead and a slow engine (+%i ms)',
    async (delayMs) => {
      const world = createWorld({ clusterMs: () => 200 }); // Two and a half times real time.
      let isPlaying = false;
      let stalls = 0;
      await startPlaying(world, 3);
      world.player.seek(101.9);
      world.audio.addEventListener('playing', () => (isPlaying = true));
      while (!isPlaying) await world.clock.advance(10);
      world.audio.addEventListener('waiting', () => (stalls += 1));
      await world.clock.advance(delayMs);
      world.player.setSettings({ preset: 'warm' });
      await world.clock.advance(6000);
      expect(stalls).toBe(0);
      expect(lastTag(world)).toBe(settingsTag({ ...ADAPTIVE, preset: 'warm' }));
    },
  );

  it('is heard with new settings soon, without a gap and without a removal', async () => {
    const world = createWorld();
    await startPlaying(world, 5);
    const changedAt = world.audio.currentTime;
    const wishedAtMs = world.clock.nowMs();
    world.player.setSettings({ preset: 'warm' });
    await world.clock.advance(3000);
    const warm = settingsTag({ ...ADAPTIVE, preset: 'warm' });
    const firstWarm = world.audio.heard.find(({ tag }) => tag === warm);
    expect(firstWarm?.mediaTime).toBeGreaterThanOrEqual(changedAt + 0.35);
    expect(firstWarm?.mediaTime).toBeLessThan(changedAt + 0.9);
    expect(lastTag(world)).toBe(warm);
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.audio.underruns).toBe(0);
    expect(world.buffer().log.filter((entry) => entry.startsWith('remove'))).toEqual([]);
    const [record] = world.player.getStats().switches;
    expect(record?.appendedFromSeconds).toBeCloseTo(firstWarm?.mediaTime ?? 0, 2);
    const { requestedAtMs = 0, heardAtMs = null } = record ?? {};
    expect(requestedAtMs).toBe(wishedAtMs);
    expect(Math.abs((heardAtMs ?? 0) - (firstWarm?.atMs ?? NaN))).toBeLessThan(25);
  });

  it.each([0, 130, 240, 310, 420])(
    'leaves alone what the browser decodes next, wherever the playhead is (+%i ms)',
    async (offsetMs) => {
      const world = createWorld();
      await startPlaying(world, 4.1 + offsetMs / 1000);
      const changedAt = world.audio.currentTime;
      world.player.setSettings({ preset: 'warm' });
      await world.clock.advance(1500);
      const [record] = world.player.getStats().switches;
      expect(record?.requestedAtSeconds).toBeCloseTo(changedAt, 6);
      expect(record?.appendedFromSeconds).toBeGreaterThanOrEqual(changedAt + 0.35);
      expect(record?.appendedFromSeconds).toBeLessThan(changedAt + 0.86);
    },
  );

  it('takes intensity 0 for 0', async () => {
    const world = createWorld();
    await startPlaying(world, 3);
    world.player.setSettings({ intensity: 0 });
    await world.clock.advance(3000);
    expect(world.state().settings.intensity).toBe(0);
    expect(world.engine.commandsOf('configure').at(-1)?.settings.intensity).toBe(0);
    expect(lastTag(world)).toBe(settingsTag({ ...ADAPTIVE, intensity: 0 }));
  });

  it('opens with intensity 0 when that is what is set', () => {
    const world = createWorld();
    world.player.setSettings({ intensity: 0 });
    world.player.load(makeTrack('a'));
    void world.clock.advance(10);
    expect(world.state().settings.intensity).toBe(0);
  });

  it('lets the last of many changes win, and plays on meanwhile', async () => {
    const world = createWorld();
    await startPlaying(world, 5);
    for (let percent = 100; percent >= 20; percent -= 1) {
      world.player.setSettings({ intensity: percent / 100 });
      await world.clock.advance(16);
    }
    await world.clock.advance(2000);
    expect(lastTag(world)).toBe(settingsTag({ ...ADAPTIVE, intensity: 0.2 }));
    expect(world.audio.underruns).toBe(0);
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.engine.commandsOf('configure').length).toBeLessThan(20);
  });

  it('lets a change win that comes while a seek is under way', async () => {
    const world = createWorld();
    await startPlaying(world, 3);
    world.player.seek(80);
    await world.clock.advance(10);
    world.player.setSettings({ preset: 'punchy' });
    await world.clock.advance(1500);
    const punchy = settingsTag({ ...ADAPTIVE, preset: 'punchy' });
    const after = world.audio.heard.filter(({ mediaTime }) => mediaTime >= 80);
    expect(after.length).toBeGreaterThan(50);
    expect(after.every(({ tag }) => tag === punchy)).toBe(true);
  });

  it('does not play old sound after a seek into what was rendered before a change', async () => {
    const world = createWorld();
    await startPlaying(world, 10);
    world.player.setSettings({ preset: 'bright' });
    await world.clock.advance(2000);
    world.player.seek(4);
    const heardBefore = world.audio.heard.length;
    await world.clock.advance(1500);
    const bright = settingsTag({ ...ADAPTIVE, preset: 'bright' });
    const after = world.audio.heard.slice(heardBefore).filter(({ mediaTime }) => mediaTime < 8);
    expect(after.length).toBeGreaterThan(50);
    expect(after.every(({ tag }) => tag === bright)).toBe(true);
  });

  it('hears a change made while paused from the playhead on', async () => {
    const world = createWorld();
    await startPlaying(world, 4);
    world.player.pause();
    await world.clock.advance(200);
    const position = world.audio.currentTime;
    world.player.setSettings({ preset: 'warm' });
    await world.clock.advance(500);
    const heardBefore = world.audio.heard.length;
    world.player.play();
    await world.clock.advance(500);
    const after = world.audio.heard.slice(heardBefore);
    const warm = settingsTag({ ...ADAPTIVE, preset: 'warm' });
    expect(after[0]?.mediaTime).toBeCloseTo(position, 6);
    expect(after.every(({ tag }) => tag === warm)).toBe(true);
  });

  it('keeps the old sound when the engine is late, rather than stall', async () => {
    const world = createWorld();
    await startPlaying(world, 5);
    world.engine.isStopped = true;
    world.player.setSettings({ preset: 'warm' });
    await world.clock.advance(4000);
    expect(world.state().state).toBe('playing');
    expect(lastTag(world)).toBe(settingsTag(ADAPTIVE));
    world.engine.isStopped = false;
    await world.clock.advance(4000);
    expect(lastTag(world)).toBe(settingsTag({ ...ADAPTIVE, preset: 'warm' }));
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.audio.underruns).toBe(0);
  });

  it('says that it buffers when the engine cannot keep up, and recovers', async () => {
    const world = createWorld();
    await startPlaying(world, 1);
    world.player.seek(60);
    await world.clock.advance(100);
    world.engine.isStopped = true;
    await world.clock.advance(6000);
    expect(world.state().state).toBe('buffering');
    expect(world.player.getStats().stalls).toBe(1);
    world.engine.isStopped = false;
    await world.clock.advance(1000);
    expect(world.state().state).toBe('playing');
  });

  it('reports the time to the first sound', async () => {
    const world = createWorld({ clusterMs: () => 30, latencyMs: () => 5 });
    await startPlaying(world);
    const { timeToFirstSoundMs } = world.player.getStats();
    expect(timeToFirstSoundMs).toBeGreaterThan(40);
    expect(timeToFirstSoundMs).toBeLessThan(120);
  });

  it('plays the next track of the queue by itself', async () => {
    const world = createWorld({ durationSeconds: 6 });
    world.player.setQueue([makeTrack('a'), makeTrack('b')]);
    await startPlaying(world, 8);
    expect(world.state().track?.id).toBe('b');
    expect(world.state().state).toBe('playing');
    await world.clock.advance(8000);
    expect(world.state().state).toBe('ended');
    expect(world.engine.commandsOf('close')[0]).toMatchObject({ session: 1 });
  });

  it('goes to the start of the track, or to the one before when it is at the start', async () => {
    const world = createWorld();
    world.player.setQueue([makeTrack('z'), makeTrack('a')]);
    await startPlaying(world, 6);
    world.player.previous();
    expect(world.state().track?.id).toBe('a');
    expect(world.player.positionSeconds).toBe(0);
    world.player.previous();
    expect(world.state().track?.id).toBe('z');
  });

  it('follows a pause that comes from outside', async () => {
    const world = createWorld();
    await startPlaying(world, 2);
    world.audio.pause();
    await world.clock.advance(50);
    expect(world.state().state).toBe('paused');
  });

  it('waits for a click when the browser blocks sound', async () => {
    const world = createWorld();
    world.audio.playError = new DOMException('not allowed', 'NotAllowedError');
    await startPlaying(world);
    expect(world.state().state).toBe('blocked');
    world.audio.playError = null;
    world.player.play();
    await world.clock.advance(500);
    expect(world.state().state).toBe('playing');
  });
});
