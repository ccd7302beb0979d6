/**
 * Random listeners against random machines, from seeds: whatever they do, the player must hold what
 * it promises. The engine is always faster than real time, as the real one is.
 */
import { describe, expect, it } from '@jest/globals';
import { PRESETS, type EnhancementSettings } from '../../../web/src/engine/engine-protocol';
import { settingsTag } from '../../support/fake-engine';
import {
  ADAPTIVE,
  createWorld,
  findJumps,
  makeTrack,
  type World,
} from '../../support/player-world';
import { seededRandom } from '../../support/random';

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed + 1);
const DURATION_SECONDS = 240.37;
const CLUSTER_BYTES = 12_000;
/** 30 s behind and 30 s ahead, the step of removal, one chunk, and what is being overwritten. */
const MOST_BUFFERED_SECONDS = 30 + 30 + 4 + 2 + 2;

type Listener = {
  settings: EnhancementSettings;
  seeks: number;
  /** Media times at which the playhead may jump. */
  readonly targets: number[];
  lastChangeMs: number;
};

const act = (world: World, listener: Listener, random: () => number): void => {
  const dice = random();
  if (dice < 0.3) {
    const target = random() * (DURATION_SECONDS - 5);
    listener.seeks += 1;
    listener.targets.push(target);
    world.player.seek(target);
  } else if (dice < 0.55) {
    const preset = PRESETS[Math.floor(random() * PRESETS.length)] ?? 'warm';
    listener.settings = { ...listener.settings, preset };
    world.player.setSettings({ preset });
  } else if (dice < 0.75) {
    const intensity = random() < 0.3 ? 0 : Math.round(random() * 100) / 100;
    listener.settings = { ...listener.settings, intensity };
    world.player.setSettings({ intensity });
  } else if (dice < 0.85) {
    world.player.pause();
    world.player.play();
  } else if (dice < 0.9) {
    const enhanced = random() < 0.5;
    listener.settings = { ...listener.settings, enhanced };
    world.player.setSettings({ enhanced });
  }
};

const simulate = async (seed: number): Promise<{ world: World; listener: Listener }> => {
  const random = seededRandom(seed);
  const slowness = 5 + random() * 60; // Up to 65 ms for a cluster of 500 ms.
  const world = createWorld({
    durationSeconds: DURATION_SECONDS,
    latencyMs: () => random() * 15,
    clusterMs: () => slowness * (0.5 + random()),
    mediaLatencyMs: () => 1 + random() * 8,
    clusterBytes: CLUSTER_BYTES,
  });
  const listener: Listener = { settings: ADAPTIVE, seeks: 0, targets: [], lastChangeMs: 0 };
  world.player.load(makeTrack('a'));
  world.player.play();
  await world.clock.advance(1000);
  for (let i = 0; i < 40; i += 1) {
    act(world, listener, random);
    // Bursts, and rests that let the buffer fill.
    await world.clock.advance(random() < 0.6 ? random() * 80 : 400 + random() * 2500);
    const heldSeconds = world.buffer().pieces.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(heldSeconds).toBeLessThanOrEqual(MOST_BUFFERED_SECONDS);
    expect(world.state().error).toBeNull();
  }
  await world.clock.advance(4000);
  return { world, listener };
};

describe('Player simulation', () => {
  it.each(SEEDS)('holds its promises with seed %i', async (seed) => {
    const { world, listener } = await simulate(seed);
    const { audio, engine, player } = world;
    // It plays, and what is heard was rendered with the settings that were chosen last.
    expect(world.state().state).toMatch(/playing|ended/);
    expect(audio.heard.at(-1)?.tag).toBe(settingsTag(listener.settings));
    expect(engine.commandsOf('configure').at(-1)?.settings ?? ADAPTIVE).toEqual(listener.settings);
    expect(world.state().settings).toEqual(listener.settings);
    // The playhead jumps where the listener wanted it to, and nowhere else.
    for (const { to } of findJumps(audio)) {
      expect(Math.min(...listener.targets.map((target) => Math.abs(target - to)))).toBeLessThan(
        0.02,
      );
    }
    // The engine is faster than real time, so it never runs dry.
    expect(audio.underruns).toBe(0);
    // A burst leaves no work behind: one render of the newest epoch at a time.
    expect(engine.mostInFlight).toBeLessThanOrEqual(1);
    expect(player.getStats().bufferedBytes).toBeLessThan(
      (MOST_BUFFERED_SECONDS * CLUSTER_BYTES) / 0.5,
    );
    // Epochs only rise, and nothing is asked for on behalf of an old one.
    const epochs = engine.commands.flatMap((command) =>
      'epoch' in command ? [command.epoch] : [],
    );
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
  });
});
