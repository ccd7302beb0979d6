/**
 * The main job: a click on a track, and what is heard is what the native program renders, to the
 * sample, through two seeks and a change of preset.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeRender } from './support/auralis-cli';
import { compareCapture, describeComparison } from './support/compare-capture';
import {
  expectCleanSound,
  expectStart,
  positionErrorSeconds,
  joinWaits,
} from './support/sound-verdict';
import { Stage } from './support/stage';
import { makeSound, writeFlac, writeMp3, writeWav } from './support/music';
import { PCM_RATE_HZ } from './support/pcm';

jest.setTimeout(180_000);

const SECONDS = 40;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    await writeWav(join(folder, 'wave.wav'), makeSound(44_100, 44_100 * SECONDS, 11), 'int16');
    await writeFlac(join(folder, 'flake.flac'), makeSound(96_000, 96_000 * SECONDS, 12), 'int24');
    await writeMp3(join(folder, 'layer.mp3'), makeSound(44_100, 44_100 * SECONDS, 13));
  });
});

afterAll(() => stage?.clear());

describe('Click to sound', () => {
  it.each(['wave.wav', 'flake.flac', 'layer.mp3'])(
    'plays %s as the CLI renders it',
    async (file) => {
      const player = await stage.openPlayer();
      await player.startCapture();
      await player.clickTrack(file.replace(/\..*/, ''));
      await player.waitForEvent('playing');
      await player.waitForPosition(7);
      const farTarget = await player.clickSeekBar(0.8);
      await player.waitForPosition(farTarget + 1.5);
      await player.clickPreset('gentle');
      await player.playFor(4.5);
      const backTarget = await player.clickSeekBar(0.3);
      await player.waitForPosition(backTarget + 7);
      const { pcm, stamps } = await player.takeCapture();
      const events = await player.events();
      const complaints = await player.complaints();
      await player.close();

      const path = stage.pathOf(file);
      const heard = compareCapture(pcm, [
        { name: 'adaptive', pcm: await decodeRender(path, { preset: 'adaptive' }) },
        { name: 'gentle', pcm: await decodeRender(path, { preset: 'gentle' }) },
      ]);
      const comparison = joinWaits(heard, events);
      const story = describeComparison(comparison);
      const { segments, transitions } = comparison;
      expect({ story, heard: segments.map(({ reference }) => reference) }).toEqual({
        story,
        heard: ['adaptive', 'adaptive', 'gentle', 'gentle'],
      });
      expectCleanSound(comparison);
      // The change of preset is no seek: not a sample is missing, repeated or silent.
      expect(transitions[1]).toMatchObject({ gapFrames: 0, referenceJump: 0 });
      const [atClick, atFar, , atBack] = segments;
      expectStart(comparison, atClick, 0);
      expectStart(comparison, atFar, farTarget);
      expectStart(comparison, atBack, backTarget);
      const heardFrames = segments.reduce((sum, { frames }) => sum + frames, 0);
      expect(heardFrames).toBeGreaterThan(20 * PCM_RATE_HZ);
      expect(positionErrorSeconds(heard, stamps)).toBeLessThan(0.1);
      expect(complaints).toEqual([]);
    },
  );
});
