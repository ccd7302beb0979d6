/** Seeks to anywhere, bursts of seeks, and the last sample of a track. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeRender, trackFacts } from './support/auralis-cli';
import { compareCapture } from './support/compare-capture';
import { makeSound, writeFlac, writeMp3, writeWav } from './support/music';
import { expectStart, expectWholeTrack, joinWaits } from './support/sound-verdict';
import { Stage } from './support/stage';

jest.setTimeout(180_000);

/** None of these lengths is a multiple of 20 ms. */
const SHORT_FRAMES = {
  'short-wave.wav': 5.3171,
  'short-flake.flac': 5.0513,
  'short-layer.mp3': 5.7779,
};
const SHORT_FILES = Object.keys(SHORT_FRAMES) as (keyof typeof SHORT_FRAMES)[];
const LONG_SECONDS = 90;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    const make = (file: keyof typeof SHORT_FRAMES, seed: number) =>
      makeSound(44_100, Math.round(SHORT_FRAMES[file] * 44_100), seed);
    await writeWav(join(folder, 'short-wave.wav'), make('short-wave.wav', 21), 'int24');
    await writeFlac(join(folder, 'short-flake.flac'), make('short-flake.flac', 22), 'int16');
    await writeMp3(join(folder, 'short-layer.mp3'), make('short-layer.mp3', 23));
    const long = makeSound(44_100, 44_100 * LONG_SECONDS, 24);
    await writeFlac(join(folder, 'long.flac'), long, 'int16', ['--no-seektable']);
  });
});

afterAll(() => stage?.clear());

describe('The end of a track', () => {
  it.each(SHORT_FILES)('plays %s to its last sample', async (file) => {
    const player = await stage.openPlayer();
    await player.startCapture();
    await player.clickTrack(file.replace(/\..*/, ''));
    // The others must not follow it.
    await player.page.evaluate(() => window.auralisPlayer?.clearQueue());
    await player.waitForEvent('ended');
    const { pcm } = await player.takeCapture();
    const events = await player.events();
    const shown = await player.page.evaluate(() => window.auralisHooks.audio?.duration);
    const complaints = await player.complaints();
    await player.close();

    const reference = await decodeRender(stage.pathOf(file), {});
    const comparison = joinWaits(compareCapture(pcm, [{ name: file, pcm: reference }]), events);
    const { output_frame_count: frameCount } = await trackFacts(stage.pathOf(file));
    expectWholeTrack(comparison, frameCount);
    expect(shown).toBeCloseTo(frameCount / 48_000, 5);
    expect(complaints).toEqual([]);
  });
});

describe('Seeking', () => {
  it('goes to places that are not buffered, and the last of a burst wins', async () => {
    const player = await stage.openPlayer();
    await player.startCapture();
    await player.clickTrack('long');
    await player.waitForPosition(1);
    const farTarget = await player.clickSeekBar(0.9);
    await player.waitForPosition(farTarget + 1.5);
    let lastTarget = 0;
    for (const fraction of [0.1, 0.7, 0.2, 0.95, 0.4, 0.05, 0.6, 0.3, 0.8, 0.5]) {
      lastTarget = await player.clickSeekBar(fraction);
    }
    await player.waitForPosition(lastTarget + 2);
    expect((await player.snapshot()).state).toBe('playing');
    const { pcm } = await player.takeCapture();
    const events = await player.events();
    const complaints = await player.complaints();
    await player.close();

    const reference = await decodeRender(stage.pathOf('long.flac'), {});
    const comparison = joinWaits(compareCapture(pcm, [{ name: 'long', pcm: reference }]), events);
    expectStart(comparison, comparison.segments[0], 0);
    expectStart(comparison, comparison.segments[1], farTarget);
    const last = comparison.segments.at(-1);
    expectStart(comparison, last, lastTarget);
    expect(last?.frames).toBeGreaterThan(48_000 * 1.5);
    expect(last?.residualDb).toBeLessThan(-60);
    expect(complaints).toEqual([]);
  });
});
