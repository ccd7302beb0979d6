/** Level, comparison, profiles and meters through the player. */
import { describe, expect, it } from '@jest/globals';
import { STAGES } from '../../../web/src/engine/engine-protocol';
import { deepestGains } from '../../../web/src/player/stage-gains';
import { TrackProfiles } from '../../../web/src/player/track-profiles';
import { settingsTag } from '../../support/fake-engine';
import {
  ADAPTIVE,
  createWorld,
  findJumps,
  makeTrack,
  type World,
} from '../../support/player-world';

const play = async (world: World, id = 'a', seconds = 5): Promise<void> => {
  world.player.load(makeTrack(id));
  world.player.play();
  await world.clock.advance(seconds * 1000);
};

describe('Player and the comparison', () => {
  it('goes from one to the other without a gap, and leaves again', async () => {
    const world = createWorld();
    await play(world);
    for (const compare of ['original', 'enhanced', 'off'] as const) {
      world.player.setSettings({ compare });
      await world.clock.advance(1500);
      expect(world.audio.heard.at(-1)?.tag).toBe(settingsTag({ ...ADAPTIVE, compare }));
    }
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.audio.underruns).toBe(0);
  });

  it('ends with the track', async () => {
    const world = createWorld();
    await play(world);
    world.player.setSettings({ compare: 'original', level: 'off' });
    await world.clock.advance(500);
    await play(world, 'b', 1);
    expect(world.state().settings).toMatchObject({ compare: 'off', level: 'off' });
    expect(world.engine.commandsOf('open').at(-1)?.settings.compare).toBe('off');
  });
});

describe('Player and the level', () => {
  it('is changed while playing without a gap', async () => {
    const world = createWorld();
    await play(world);
    world.player.setSettings({ level: 'off' });
    await world.clock.advance(2000);
    expect(world.audio.heard.at(-1)?.tag).toBe(settingsTag({ ...ADAPTIVE, level: 'off' }));
    expect(findJumps(world.audio)).toEqual([]);
  });
});

describe('Player and profiles', () => {
  it('hands back what was measured when the track is played again', async () => {
    const world = createWorld({ loudnessLufs: () => -18 });
    await play(world, 'a');
    await play(world, 'b');
    await play(world, 'a');
    const profiles = world.engine.commandsOf('open').map(({ profile }) => profile);
    expect(profiles).toEqual([null, null, 'profile of /api/player/stream/a']);
  });

  it('forgets the oldest of very many', () => {
    const profiles = new TrackProfiles();
    for (let index = 0; index <= 1000; index += 1) {
      profiles.set(`${index}`, { profile: `p${index}`, loudnessLufs: -index });
    }
    expect(profiles.get('0')).toBeNull();
    expect(profiles.get('1')).toEqual({ profile: 'p1', loudnessLufs: -1 });
  });
});

describe('Player and the meters', () => {
  it('tells what the stages do at the playhead', async () => {
    const world = createWorld();
    expect(world.player.stageGainsDb).toBeNull();
    await play(world, 'a', 5);
    const limiter = STAGES.indexOf('limiter');
    for (const target of [20.3, 3.1]) {
      world.player.seek(target);
      await world.clock.advance(50);
      const gains = world.player.stageGainsDb;
      expect(gains).toHaveLength(STAGES.length);
      expect(gains?.[limiter]).toBe(-Math.floor(world.audio.currentTime / 0.5));
      expect(gains?.filter((gainDb) => gainDb !== 0)).toHaveLength(1);
    }
  });

  it('does not miss what was between two looks', () => {
    const trace = new Float32Array(25 * STAGES.length);
    trace[10 * STAGES.length] = -3;
    trace[10 * STAGES.length + 4] = 2;
    const at = (seconds: number): readonly number[] => deepestGains(trace, seconds);
    expect(at(0.19)[0]).toBe(0);
    expect(at(0.2)).toEqual([-3, 0, 0, 0, 2, 0, 0]);
    expect(at(0.27)).toEqual([-3, 0, 0, 0, 2, 0, 0]);
    expect(at(0.28)[0]).toBe(0);
    expect(deepestGains(new Float32Array(0), 0.1)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });
});
