/** Changes of preset and intensity while playing, and the bytes that reach the SourceBuffer. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeRender, initSegment, renderChunk, type Settings } from './support/auralis-cli';
import { compareCapture, describeComparison } from './support/compare-capture';
import { makeSound, writeFlac, writeWav } from './support/music';
import { expectCleanSound } from './support/sound-verdict';
import { Stage } from './support/stage';

jest.setTimeout(180_000);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    const sound = makeSound(44_100, 44_100 * 40, 31);
    await writeFlac(join(folder, 'steady.flac'), sound, 'int16');
    const short = makeSound(48_000, 48_000 * 9 + 77, 32);
    await writeWav(join(folder, 'bytes.wav'), short, 'float32');
  });
});

afterAll(() => stage?.clear());

describe('Changing the settings while playing', () => {
  it('is heard without a gap, a slip or a wait', async () => {
    const steps: readonly Settings[] = [
      { preset: 'adaptive' },
      { preset: 'warm' },
      { preset: 'warm', intensity: 0.5 },
      { original: true },
      { preset: 'punchy' },
    ];
    const player = await stage.openPlayer();
    await player.startCapture();
    await player.clickTrack('steady');
    await player.waitForPosition(3);
    await player.clickPreset('warm');
    await player.playFor(3.5);
    await player.slideIntensity(50);
    await player.playFor(3.5);
    await player.slideIntensity(0); // Intensity 0 is the original.
    await player.playFor(3.5);
    await player.clickPreset('punchy');
    await player.slideIntensity(100);
    await player.playFor(3.5);
    const { pcm } = await player.takeCapture();
    const events = await player.events();
    const complaints = await player.complaints();
    await player.close();

    const name = (step: Settings): string => JSON.stringify(step);
    const references = [];
    for (const step of steps) {
      references.push({
        name: name(step),
        pcm: await decodeRender(stage.pathOf('steady.flac'), step),
      });
    }
    const comparison = compareCapture(pcm, references);
    const story = describeComparison(comparison);
    const heard = comparison.segments.map(({ reference }) => reference);
    expect({ story, heard }).toEqual({ story, heard: steps.map(name) });
    expectCleanSound(comparison);
    for (const transition of comparison.transitions) {
      expect(transition).toMatchObject({ gapFrames: 0, referenceJump: 0 });
    }
    const firstPlaying = events.findIndex(({ type }) => type === 'playing');
    const later = events.slice(firstPlaying + 1).map(({ type }) => type);
    expect(later).not.toContain('waiting');
    expect(later).not.toContain('seeking');
    expect(complaints).toEqual([]);
  });
});

/** Milliseconds at the start of a cluster: its Timecode (0xE7), right after its header. */
const clusterTimeMs = (cluster: Buffer): number => {
  const idAt = cluster.indexOf(0xe7, 4);
  const length = (cluster[idAt + 1] ?? 0) & 0x7f;
  return cluster.readUIntBE(idAt + 2, length);
};

describe('What the browser is given', () => {
  it.each<Settings & { preset: string }>([{ preset: 'adaptive' }, { preset: 'gentle' }])(
    'is what the native program makes: %j',
    async (settings) => {
      const player = await stage.openPlayer({ keepsAppended: true });
      await player.clickPreset(settings.preset);
      await player.clickTrack('bytes');
      await player.page.waitForFunction(
        () => (window.auralisPlayer?.bufferedRanges.at(-1)?.endSeconds ?? 0) > 8.99,
        { polling: 100, timeout: 60_000 },
      );
      const appended = await player.appended();
      const complaints = await player.complaints();
      await player.close();

      const path = stage.pathOf('bytes.wav');
      const [init, ...clusters] = appended;
      expect(init?.equals(await initSegment(path))).toBe(true);
      const chunks = new Map<number, Buffer[]>();
      for (const cluster of clusters) {
        const index = Math.floor(clusterTimeMs(cluster) / 2000);
        chunks.set(index, [...(chunks.get(index) ?? []), cluster]);
      }
      expect([...chunks.keys()]).toEqual([0, 1, 2, 3, 4]);
      for (const [index, parts] of chunks) {
        const native = await renderChunk(path, index, settings);
        expect({ index, equal: Buffer.concat(parts).equals(native) }).toEqual({
          index,
          equal: true,
        });
      }
      expect(complaints).toEqual([]);
    },
  );
});
