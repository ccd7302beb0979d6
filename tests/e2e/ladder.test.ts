/** The rungs below MediaSource: ManagedMediaSource, and the original file. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeRender } from './support/auralis-cli';
import { compareCapture } from './support/compare-capture';
import { installManagedMediaSource } from './support/managed-media-source';
import { makeSound, writeWav } from './support/music';
import { expectCleanSound, expectWholeTrack, joinWaits } from './support/sound-verdict';
import { Stage } from './support/stage';

jest.setTimeout(180_000);

const SECONDS = 16;
const SOUND = makeSound(48_000, 48_000 * SECONDS, 61);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set((folder) => writeWav(join(folder, 'track.wav'), SOUND, 'int16'));
});

afterAll(() => stage?.clear());

describe('A browser with a ManagedMediaSource', () => {
  it('gets data only while it asks, and again what it has dropped', async () => {
    const player = await stage.openPlayer({
      before: installManagedMediaSource,
      query: 'sink=mms',
    });
    await player.startCapture();
    await player.clickTrack('track');
    await player.waitForState('ended', 'error');
    const { mode } = await player.snapshot();
    const { pcm } = await player.takeCapture();
    const events = await player.events();
    const complaints = await player.complaints();
    const record = await player.page.evaluate(() => window.managedRecord);
    await player.close();
    expect({ mode, complaints }).toEqual({ mode: 'enhanced', complaints: [] });
    const reference = await decodeRender(stage.pathOf('track.wav'), {});
    const comparison = joinWaits(compareCapture(pcm, [{ name: 'track', pcm: reference }]), events);
    expectWholeTrack(comparison, reference.left.length);
    expect(record.evicted).toBe(true);
    expect(record.restarts).toBeGreaterThan(1);
    expect(record.appends).toBeGreaterThan(SECONDS * 2);
    // What was on its way when the browser had enough: a chunk of four clusters at most, each time.
    expect(record.unwantedAppends).toBeLessThanOrEqual(4 * (record.restarts + 2));
  });
});

describe('A browser without either', () => {
  it('plays the original, and says so', async () => {
    const player = await stage.openPlayer({ query: 'sink=original' });
    await player.startCapture();
    await player.clickTrack('track');
    await player.waitForPosition(3);
    const { mode, modeReason } = await player.snapshot();
    const words = await player.page.$eval(
      '[data-testid="original-notice"]',
      ({ textContent }) => textContent,
    );
    const { pcm } = await player.takeCapture();
    const complaints = await player.complaints();
    await player.close();
    expect({ mode, complaints }).toEqual({ mode: 'original', complaints: [] });
    expect(words).toContain('You hear the original, not enhanced.');
    expect(words).toContain(modeReason);
    const [left, right] = SOUND.channels.map((samples) => Float32Array.from(samples));
    if (!left || !right) throw new Error('the sound is not stereo');
    const original = { left, right };
    const comparison = compareCapture(pcm, [{ name: 'original', pcm: original }]);
    expectCleanSound(comparison);
    // A busy machine may hold the browser's own player up, but nothing of the file is passed over.
    expect(comparison.transitions.map(({ referenceJump }) => referenceJump)).toEqual(
      comparison.transitions.map(() => 0),
    );
    const { segments } = comparison;
    expect(segments.reduce((sum, { frames }) => sum + frames, 0)).toBeGreaterThan(48_000 * 2);
    // The first tenth of a second is too faint to be told from silence.
    expect(Math.abs(segments[0]?.referenceStart ?? NaN)).toBeLessThan(4800);
  });
});
