/** A slow link: the sound begins by a provisional plan, and the final one takes over. */
import { describe, expect, it } from '@jest/globals';
import { PROVISIONAL_TAG, settingsTag } from '../../support/fake-engine';
import { ADAPTIVE, createWorld, findJumps, makeTrack } from '../../support/player-world';

const slowWorld = () => createWorld({ isSlowLink: true, loudnessLufs: () => -18, measureMs: 50 });

const FINAL = settingsTag(ADAPTIVE);
const PROVISIONAL = FINAL + PROVISIONAL_TAG;

describe('A provisional plan', () => {
  it('is heard at once, and gives way to the final one without a gap', async () => {
    const world = slowWorld();
    world.player.load(makeTrack('a'));
    world.player.play();
    await world.clock.advance(200);
    expect(world.state()).toMatchObject({ isProvisional: true, state: 'playing' });
    expect(world.engine.commandsOf('measure')).toHaveLength(0); // Sound comes first.
    await world.clock.advance(4000);
    expect(world.state().isProvisional).toBe(false);
    const tags = world.audio.heard.map(({ tag }) => tag);
    const change = tags.indexOf(FINAL);
    expect(tags.slice(0, change).every((tag) => tag === PROVISIONAL)).toBe(true);
    expect(tags.slice(change).every((tag) => tag === FINAL)).toBe(true);
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.audio.underruns).toBe(0);
    const [takeOver] = world.engine.commandsOf('takeOver');
    const fromSeconds = (takeOver?.fromFrame ?? 0) / 48_000;
    expect(world.audio.heard[change]?.mediaTime).toBeCloseTo(fromSeconds, 6);
    expect(world.engine.commandsOf('takeOver')).toHaveLength(1);
  });

  it('is not rendered far ahead of what is measured soon', async () => {
    const world = createWorld({
      isSlowLink: true,
      loudnessLufs: () => -18,
      measureMs: 600,
      clusterMs: () => 5,
    });
    world.player.load(makeTrack('a'));
    world.player.play();
    await world.clock.advance(3000);
    const types = world.engine.commands.map(({ type }) => type);
    const asked = types.indexOf('measure');
    const taken = types.indexOf('takeOver');
    expect(asked).toBeGreaterThan(0);
    expect(taken).toBeGreaterThan(asked);
    const chunks = world.engine.commands
      .slice(0, taken)
      .flatMap((command) => (command.type === 'render' ? [command.chunk] : []));
    // Five seconds and a chunk ahead of what was heard until then, one second at most.
    expect(Math.max(...chunks)).toBeLessThanOrEqual(4);
    expect(world.audio.underruns).toBe(0);
  });

  it('is rendered on where the measuring takes its time', async () => {
    const world = createWorld({
      isSlowLink: true,
      loudnessLufs: () => -18,
      measureMs: 30_000,
      clusterMs: () => 5,
    });
    world.player.load(makeTrack('a'));
    world.player.play();
    await world.clock.advance(5000);
    expect(world.player.bufferedRanges.at(-1)?.endSeconds).toBeGreaterThan(25);
  });

  it('is no profile of the track: it is not handed back', async () => {
    const world = slowWorld();
    world.player.load(makeTrack('a'));
    world.player.play();
    await world.clock.advance(150);
    world.player.load(makeTrack('b'));
    world.player.play();
    await world.clock.advance(100);
    world.player.load(makeTrack('a'));
    await world.clock.advance(100);
    expect(world.engine.commandsOf('open').at(-1)).toMatchObject({ profile: null });
  });

  it('gives way everywhere at once while nothing is heard', async () => {
    const world = slowWorld();
    world.player.load(makeTrack('a'));
    world.player.play();
    await world.clock.advance(120);
    world.player.pause();
    await world.clock.advance(3000);
    expect(world.engine.commandsOf('takeOver')[0]?.fromFrame).toBeNull();
    const before = world.audio.heard.length;
    world.player.play();
    await world.clock.advance(1000);
    const heard = world.audio.heard.slice(before).map(({ tag }) => tag);
    expect(heard.length).toBeGreaterThan(50);
    expect(heard.every((tag) => tag === FINAL)).toBe(true);
  });

  it('of a track that comes next gives way before it is heard', async () => {
    const world = createWorld({
      isSlowLink: true,
      loudnessLufs: () => -18,
      measureMs: 50,
      durationSeconds: 12.013,
    });
    world.player.playNow([makeTrack('a'), makeTrack('b')], 0);
    await world.clock.advance(16_000);
    expect(world.state().track?.id).toBe('b');
    const second = world.audio.heard.filter(({ mediaTime }) => mediaTime > 12.02);
    expect(second.length).toBeGreaterThan(100);
    expect(second.every(({ tag }) => tag === FINAL)).toBe(true);
    expect(findJumps(world.audio)).toEqual([]);
  });
});
