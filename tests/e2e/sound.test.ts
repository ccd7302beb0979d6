/** Presets, level and comparison: what is heard in the browser is what was chosen, and no other. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeRender, measuredLoudnessLufs, rawPcm, type Settings } from './support/auralis-cli';
import {
  compareCapture,
  describeComparison,
  type Comparison,
  type Reference,
  type Segment,
} from './support/compare-capture';
import { loudnessLufs } from './support/loudness';
import { makeSound, writeFlac, type Sound } from './support/music';
import { PCM_RATE_HZ, slicePcm, type StereoPcm } from './support/pcm';
import { expectCleanSound } from './support/sound-verdict';
import { Stage } from './support/stage';

jest.setTimeout(240_000);

let stage: Stage;

const scaled = ({ rateHz, channels }: Sound, factor: number): Sound => ({
  rateHz,
  channels: channels.map((samples) => samples.map((value) => value * factor)),
});

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    const sound = makeSound(44_100, 44_100 * 40, 41);
    const write = (name: string, factor: number, options: readonly string[] = []): Promise<void> =>
      writeFlac(join(folder, `${name}.flac`), scaled(sound, factor), 'int16', options);
    await write('quiet', 0.25);
    await write('loud', 2.2);
    // The same artist and album in both; the titles are the files' names.
    const tags = ['--tag=ALBUM=Album', '--tag=ARTIST=Artist'];
    await write('album-quiet', 0.3, tags);
    await write('album-loud', 1.5, tags);
  });
});

afterAll(() => stage?.clear());

const nameOf = (settings: Settings): string => JSON.stringify(settings);

const referencesOf = (file: string, all: readonly Settings[]): Promise<Reference[]> =>
  Promise.all(
    all.map(async (settings) => ({
      name: nameOf(settings),
      pcm: await decodeRender(stage.pathOf(file), settings),
    })),
  );

/** Energy of the difference over that of the reference, dB, in the segment's settled middle. */
const residualDb = (captured: StereoPcm, segment: Segment, { pcm }: Reference): number => {
  const begin = Math.round(PCM_RATE_HZ * 0.5);
  let error = 0;
  let energy = 0;
  for (let frame = begin; frame < segment.frames - PCM_RATE_HZ * 0.2; frame += 1) {
    for (const side of ['left', 'right'] as const) {
      const expected = pcm[side][segment.referenceStart + frame] ?? 0;
      const heard = captured[side][segment.captureStart + frame] ?? 0;
      error += (heard - expected) ** 2;
      energy += expected ** 2;
    }
  }
  return 10 * Math.log10(error / energy);
};

const segmentOf = ({ segments }: Comparison, settings: Settings): Segment => {
  const found = segments
    .filter(({ reference }) => reference === nameOf(settings))
    .sort((a, b) => b.frames - a.frames)[0];
  if (!found) throw new Error(`${nameOf(settings)} was not heard`);
  return found;
};

/** Loudness of the longest stretch of the track that was heard from both, of each, LUFS. */
const loudnessOfBoth = (
  captured: StereoPcm,
  comparison: Comparison,
  both: readonly [Settings, Settings],
): Promise<number[]> => {
  const segments = both.map((settings) => segmentOf(comparison, settings));
  const settled = PCM_RATE_HZ / 4;
  const begin = Math.max(...segments.map((one) => one.referenceStart)) + settled;
  const end = Math.min(...segments.map((one) => one.referenceStart + one.frames));
  expect(end - begin).toBeGreaterThan(6 * PCM_RATE_HZ);
  return Promise.all(
    segments.map(({ captureStart, referenceStart }) => {
      const lag = captureStart - referenceStart;
      return loudnessLufs(slicePcm(captured, begin + lag, end + lag));
    }),
  );
};

describe('What is heard after a change', () => {
  it('is the new preset and the new level, and not the old ones', async () => {
    const steps: readonly Settings[] = [
      { preset: 'warm' },
      { preset: 'bright' },
      { preset: 'bright', level: 'off' },
      { preset: 'punchy', level: 'off' },
    ];
    const player = await stage.openPlayer();
    await player.clickPreset('warm');
    await player.startCapture();
    await player.clickTrack('quiet');
    await player.waitForPosition(3);
    await player.clickPreset('bright');
    await player.playFor(3.5);
    await player.clickLevel('off');
    await player.playFor(3.5);
    await player.clickPreset('punchy');
    await player.playFor(3.5);
    const { pcm } = await player.takeCapture();
    const complaints = await player.complaints();
    await player.close();

    const references = await referencesOf('quiet.flac', steps);
    const comparison = compareCapture(pcm, references);
    const story = describeComparison(comparison);
    const heard = comparison.segments.map(({ reference }) => reference);
    expect({ story, heard }).toEqual({ story, heard: steps.map(nameOf) });
    expectCleanSound(comparison);
    for (const { gapFrames, referenceJump } of comparison.transitions) {
      expect({ gapFrames, referenceJump }).toEqual({ gapFrames: 0, referenceJump: 0 });
    }
    for (const segment of comparison.segments) {
      for (const reference of references) {
        const isOwn = reference.name === segment.reference;
        const residual = residualDb(pcm, segment, reference);
        // Equal but for the rounding, or far from it: nothing is in between.
        const distance = residual < -90 ? 'same' : residual > -25 ? 'other' : residual;
        expect({ story, distance }).toEqual({ story, distance: isOwn ? 'same' : 'other' });
      }
    }
    expect(complaints).toEqual([]);
  });

  it("is the album's level once all its tracks are measured", async () => {
    const albumLoudnessLufs = await measuredLoudnessLufs(stage.pathOf('album-loud.flac'));
    const player = await stage.openPlayer();
    await player.startCapture();
    await player.clickTrack('album-quiet');
    await player.waitForPosition(3);
    await player.clickLevel('album');
    await player.page.waitForFunction(
      () => window.auralisPlayer?.getSnapshot().album?.state === 'measured',
      { polling: 50, timeout: 60_000 },
    );
    await player.playFor(4);
    const { album, settings } = await player.snapshot();
    const { pcm } = await player.takeCapture();
    const events = await player.events();
    const complaints = await player.complaints();
    await player.close();

    expect(album).toEqual({ state: 'measured', doneCount: 2, count: 2 });
    expect(settings.albumLoudnessLufs).toBeCloseTo(albumLoudnessLufs, 3);
    const steps: readonly Settings[] = [{ preset: 'adaptive' }, { albumLoudnessLufs }];
    const comparison = compareCapture(pcm, await referencesOf('album-quiet.flac', steps));
    const story = describeComparison(comparison);
    const heard = comparison.segments.map(({ reference }) => reference);
    expect({ story, heard }).toEqual({ story, heard: steps.map(nameOf) });
    expectCleanSound(comparison);
    const firstPlaying = events.findIndex(({ type }) => type === 'playing');
    expect(events.slice(firstPlaying + 1).map(({ type }) => type)).not.toContain('waiting');
    expect(complaints).toEqual([]);
  });
});

const ORIGINAL: Settings = { compare: 'original' };
const ENHANCED: Settings = { compare: 'enhanced' };

describe.each(['quiet', 'loud'])('The comparison of a %s track', (title) => {
  it('is one of equal loudness, without a gap', async () => {
    const player = await stage.openPlayer();
    await player.clickTrack(title);
    await player.waitForPosition(1);
    await player.clickCompare();
    await player.playFor(2);
    await player.startCapture();
    await player.clickSeekBar(0.25);
    await player.waitForPosition(18);
    await player.clickCompare();
    await player.playFor(2);
    await player.clickSeekBar(0.25);
    await player.waitForPosition(18);
    await player.clickLeaveCompare();
    const { settings } = await player.snapshot();
    const { pcm } = await player.takeCapture();
    const complaints = await player.complaints();
    await player.close();

    expect(settings.compare).toBe('off');
    const comparison = compareCapture(
      pcm,
      await referencesOf(`${title}.flac`, [ORIGINAL, ENHANCED]),
    );
    const story = describeComparison(comparison);
    const change = comparison.transitions.find(({ from, to }) => from !== to);
    expect({ story, change }).toMatchObject({
      story,
      change: { from: nameOf(ORIGINAL), to: nameOf(ENHANCED), gapFrames: 0, referenceJump: 0 },
    });
    const [originalLufs = NaN, enhancedLufs = NaN] = await loudnessOfBoth(pcm, comparison, [
      ORIGINAL,
      ENHANCED,
    ]);
    expect(Math.abs(originalLufs - enhancedLufs)).toBeLessThanOrEqual(0.5);
    expect(complaints).toEqual([]);
  });

  it("has the original's own samples, times a factor of at most 1", async () => {
    const path = stage.pathOf(`${title}.flac`);
    const plain = await rawPcm(path, { original: true });
    const compared = await rawPcm(path, ORIGINAL);
    const loudest = plain.left.reduce((best, value, at) => {
      return Math.abs(value) > Math.abs(plain.left[best] ?? 0) ? at : best;
    }, 0);
    const factor = (compared.left[loudest] ?? NaN) / (plain.left[loudest] ?? NaN);
    expect(factor).toBeLessThanOrEqual(1);
    if (title === 'quiet') expect(factor).toBe(1);
    else expect(factor).toBeLessThan(0.9);
    const worst = plain.left.reduce(
      (most, value, at) => Math.max(most, Math.abs((compared.left[at] ?? NaN) - factor * value)),
      0,
    );
    expect(worst).toBeLessThan(1e-6);
  });
});

const ON: Settings = { preset: 'adaptive' };
const OFF: Settings = { original: true, level: 'track' };

describe('The switch', () => {
  it('changes the sound of a loud track, and not its loudness', async () => {
    const player = await stage.openPlayer();
    await player.clickTrack('loud');
    await player.waitForPosition(3);
    await player.startCapture();
    await player.clickSeekBar(0.25);
    await player.waitForPosition(18);
    await player.clickEnhanced();
    await player.playFor(2);
    await player.clickSeekBar(0.25);
    await player.waitForPosition(18);
    const { settings, plan } = await player.snapshot();
    const words = await player.page.$eval('[data-testid="loudness"]', (line) => line.textContent);
    const { pcm } = await player.takeCapture();
    const complaints = await player.complaints();
    await player.close();

    expect(settings).toMatchObject({ enhanced: false, level: 'track' });
    expect(words).toMatch(/^Not enhanced, −[\d.]+ → −[\d.]+ LUFS$/u);
    const path = stage.pathOf('loud.flac');
    const sourceLufs = await measuredLoudnessLufs(path);
    expect(plan?.loudnessLufs).toBeCloseTo(sourceLufs, 2);
    expect(plan?.reachedLufs).toBeLessThan(sourceLufs - 1);
    const comparison = compareCapture(pcm, await referencesOf('loud.flac', [ON, OFF]));
    const story = describeComparison(comparison);
    const change = comparison.transitions.find(({ from, to }) => from !== to);
    expect({ story, change }).toMatchObject({
      story,
      change: { from: nameOf(ON), to: nameOf(OFF), gapFrames: 0, referenceJump: 0 },
    });
    const [onLufs = NaN, offLufs = NaN] = await loudnessOfBoth(pcm, comparison, [ON, OFF]);
    expect(Math.abs(onLufs - offLufs)).toBeLessThanOrEqual(0.5);
    expect(complaints).toEqual([]);
  });

  it('leaves a track without a level alone', async () => {
    const untouched: Settings = { original: true };
    const player = await stage.openPlayer();
    await player.clickLevel('off');
    await player.clickEnhanced();
    await player.startCapture();
    await player.clickTrack('loud');
    await player.waitForPosition(4);
    const { plan } = await player.snapshot();
    const { pcm } = await player.takeCapture();
    await player.close();

    expect(plan).toBeNull();
    const references = await referencesOf('loud.flac', [untouched, OFF]);
    const comparison = compareCapture(pcm, references);
    const heard = comparison.segments.map(({ reference }) => reference);
    expect({ story: describeComparison(comparison), heard }).toMatchObject({
      heard: [nameOf(untouched)],
    });
    expectCleanSound(comparison);
  });
});
