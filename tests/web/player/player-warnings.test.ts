import { describe, expect, it } from '@jest/globals';
import { createWorld, findJumps, makeTrack, type World } from '../../support/player-world';

const play = async (world: World, id: string): Promise<void> => {
  world.player.load(makeTrack(id));
  world.player.play();
  await world.clock.advance(1000);
};

describe('What the engine notices of a track', () => {
  it('is in the snapshot, while the sound goes on as if nothing were', async () => {
    const world = createWorld();
    await play(world, 'a');
    expect(world.state().warnings).toEqual([]);
    world.engine.tell({ event: 'noticed', session: 1, warnings: ['undecodable-audio'] });
    await world.clock.advance(500);
    const warnings = ['undecodable-audio', 'ends-early'] as const;
    world.engine.tell({ event: 'noticed', session: 1, warnings });
    await world.clock.advance(3000);
    expect(world.state()).toMatchObject({ state: 'playing', error: null, warnings });
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.audio.underruns).toBe(0);
  });

  it('is not said of the next track, nor of the original that plays instead', async () => {
    const world = createWorld();
    await play(world, 'a');
    world.engine.tell({ event: 'noticed', session: 1, warnings: ['ends-early'] });
    await world.clock.advance(10);
    expect(world.state().warnings).toEqual(['ends-early']);
    await play(world, 'b');
    expect(world.state().warnings).toEqual([]);
    world.engine.tell({ event: 'noticed', session: 2, warnings: ['undecodable-audio'] });
    const message = 'most of it cannot be decoded';
    const detail = 'mostly-undecodable';
    world.engine.tell({ event: 'failed', session: 2, code: 'corrupt', detail, message });
    await world.clock.advance(10);
    expect(world.state()).toMatchObject({ mode: 'original', modeReason: message, warnings: [] });
  });
});
