/** What the page is told while nothing sounds. */
import { describe, expect, it } from '@jest/globals';
import { NO_PROGRESS } from '../../../web/src/engine/engine-protocol';
import { createWorld, makeTrack, type World } from '../../support/player-world';

const PROGRESS = { isFetching: true, neededBytes: 400_000, receivedBytes: 100_000 };

/** Somebody wants to hear a track whose sound does not come. */
const silent = async (): Promise<World> => {
  const world = createWorld();
  world.engine.isStopped = true;
  world.engine.progress = PROGRESS;
  world.player.load(makeTrack('a'));
  world.player.play();
  return world;
};

describe('A listener who hears nothing', () => {
  it('is told nothing for two seconds, then how far it is, until there is sound', async () => {
    const world = await silent();
    await world.clock.advance(1900);
    expect(world.state()).toMatchObject({ state: 'loading', wait: null });
    expect(world.engine.commandsOf('progress')).toHaveLength(0);
    await world.clock.advance(700);
    expect(world.state().wait).toEqual(PROGRESS);
    world.engine.progress = { ...PROGRESS, receivedBytes: 300_000 };
    await world.clock.advance(1000);
    expect(world.state().wait).toMatchObject({ receivedBytes: 300_000 });
    world.engine.isStopped = false;
    await world.clock.advance(1000);
    expect(world.state()).toMatchObject({ state: 'playing', wait: null });
    const asked = world.engine.commandsOf('progress').length;
    await world.clock.advance(5000);
    expect(world.engine.commandsOf('progress')).toHaveLength(asked);
  });

  it('is told the same in mid-track', async () => {
    const world = await silent();
    world.engine.isStopped = false;
    await world.clock.advance(1000);
    world.engine.isStopped = true;
    world.player.seek(90);
    await world.clock.advance(3000);
    expect(world.state()).toMatchObject({ wait: PROGRESS });
    world.engine.isStopped = false;
    await world.clock.advance(1000);
    expect(world.state()).toMatchObject({ state: 'playing', wait: null });
  });

  it('is told that nothing came where nobody answers, and more when somebody does', async () => {
    // As while the worker itself is on its way.
    let latencyMs = 20_000;
    const world = createWorld({ latencyMs: () => latencyMs });
    world.engine.progress = PROGRESS;
    world.player.load(makeTrack('a'));
    world.player.play();
    await world.clock.advance(2200);
    expect(world.state().wait).toBeNull();
    await world.clock.advance(600);
    expect(world.state().wait).toEqual(NO_PROGRESS);
    latencyMs = 1;
    world.engine.isStopped = true;
    await world.clock.advance(30_000);
    expect(world.state().wait).toEqual(PROGRESS);
  });

  it('goes on to show what was told while a busy worker answers late', async () => {
    let latencyMs = 1;
    const world = createWorld({ latencyMs: () => latencyMs });
    world.engine.isStopped = true;
    world.engine.progress = PROGRESS;
    world.player.load(makeTrack('a'));
    world.player.play();
    await world.clock.advance(3000);
    expect(world.state().wait).toEqual(PROGRESS);
    latencyMs = 5000;
    for (let count = 0; count < 20; count += 1) {
      await world.clock.advance(200);
      expect(world.state().wait).toEqual(PROGRESS);
    }
  });

  it('waits anew after the machine has slept', async () => {
    const world = await silent();
    await world.clock.advance(1500);
    world.clock.sleep(600_000);
    await world.clock.advance(1500);
    expect(world.state().wait).toBeNull();
    await world.clock.advance(1500);
    expect(world.state().wait).toEqual(PROGRESS);
  });

  it('is told of an original that does not come', async () => {
    const world = createWorld({ hasMse: false });
    world.player.load(makeTrack('a'));
    world.player.play();
    await world.clock.advance(3000);
    expect(world.state()).toMatchObject({ mode: 'original', state: 'loading', wait: NO_PROGRESS });
    world.player.pause();
    expect(world.state().wait).toBeNull();
  });

  it('waits anew for another track', async () => {
    const world = await silent();
    await world.clock.advance(3000);
    expect(world.state().wait).not.toBeNull();
    world.player.load(makeTrack('b'));
    expect(world.state().wait).toBeNull();
    world.player.play();
    await world.clock.advance(1500);
    expect(world.state().wait).toBeNull();
    await world.clock.advance(1500);
    expect(world.state().wait).toEqual(PROGRESS);
  });

  it('is told nothing while paused', async () => {
    const world = await silent();
    world.player.pause();
    await world.clock.advance(5000);
    expect(world.state().wait).toBeNull();
    expect(world.engine.commandsOf('progress')).toHaveLength(0);
  });

  it('is told no more on pausing, and waits anew on going on', async () => {
    const world = await silent();
    await world.clock.advance(3100);
    expect(world.state().wait).not.toBeNull();
    world.player.pause();
    expect(world.state().wait).toBeNull();
    const asked = world.engine.commandsOf('progress').length;
    await world.clock.advance(5000);
    expect(world.state().wait).toBeNull();
    expect(world.engine.commandsOf('progress')).toHaveLength(asked);
    world.player.play();
    await world.clock.advance(1500);
    expect(world.state().wait).toBeNull();
    await world.clock.advance(1500);
    expect(world.state().wait).toEqual(PROGRESS);
  });

  it('may have the original meanwhile, and the next track enhanced', async () => {
    const world = await silent();
    await world.clock.advance(3000);
    world.player.playOriginal('meanwhile');
    await world.clock.advance(100);
    expect(world.state()).toMatchObject({ mode: 'original', modeReason: 'meanwhile', wait: null });
    expect(world.audio.src).toContain('/api/player/stream/a');
    expect(world.engine.commandsOf('close')).toHaveLength(1);
    world.engine.isStopped = false;
    world.player.retry();
    await world.clock.advance(1000);
    expect(world.state()).toMatchObject({ mode: 'enhanced', state: 'playing' });
    world.player.playOriginal('meanwhile');
    await world.clock.advance(100);
    world.player.pause();
    world.player.retry();
    await world.clock.advance(1000);
    expect(world.state()).toMatchObject({ mode: 'enhanced', state: 'paused' });
    expect(world.audio.paused).toBe(true);
    world.player.load(makeTrack('b'));
    world.player.play();
    await world.clock.advance(1000);
    expect(world.state()).toMatchObject({ mode: 'enhanced', state: 'playing' });
  });
});
