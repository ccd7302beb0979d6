/**
 * The main job: a click on a track, and what is heard is what the native program renders, to the
 * sample, through two seeks and a change of preset.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeRender } from './support/auralis-cli';
import { AuralisServer } from './support/auralis-server';
import { TestBrowser } from './support/browser';
import { compareCapture, describeComparison } from './support/compare-capture';
import { makeSound, writeFlac, writeMp3, writeWav } from './support/music';
import { PCM_RATE_HZ } from './support/pcm';
import { PlayerPage } from './support/player-page';

jest.setTimeout(180_000);

const SECONDS = 45;

let music: string;
let server: AuralisServer;
let browser: TestBrowser;

beforeAll(async () => {
  music = await mkdtemp(join(tmpdir(), 'auralis-music-'));
  await writeWav(join(music, 'wave.wav'), makeSound(44_100, 44_100 * SECONDS, 11), 'int16');
  await writeFlac(join(music, 'flake.flac'), makeSound(96_000, 96_000 * SECONDS, 12), 'int24');
  await writeMp3(join(music, 'layer.mp3'), makeSound(44_100, 44_100 * SECONDS, 13));
  server = await AuralisServer.start(music);
  browser = await TestBrowser.launch();
});

afterAll(async () => {
  await browser?.close();
  await server?.kill();
  if (music) await rm(music, { recursive: true, force: true });
});

describe('Click to sound', () => {
  it.each(['wave.wav', 'flake.flac', 'layer.mp3'])('plays %s as the CLI renders it', async (file) => {
    const player = await PlayerPage.open(browser, server.origin);
    await player.startCapture();
    await player.clickTrack(file.replace(/\..*/, ''));
    await player.waitForEvent('playing');
    await player.waitForPosition(7);
    const firstTarget = await player.clickSeekBar(0.8);
    await player.waitForPosition(firstTarget + 1);
    await player.playFor(2);
    await player.clickPreset('bright');
    await player.playFor(5);
    const secondTarget = await player.clickSeekBar(0.3);
    await player.waitForPosition(secondTarget + 6);
    const { pcm } = await player.takeCapture();
    const complaints = await player.complaints();
    await player.close();

    const path = join(music, file);
    const comparison = compareCapture(pcm, [
      { name: 'adaptive', pcm: await decodeRender(path, { preset: 'adaptive' }) },
      { name: 'bright', pcm: await decodeRender(path, { preset: 'bright' }) },
    ]);
    console.log(file, firstTarget, secondTarget, '\n' + describeComparison(comparison));
    expect(complaints).toEqual([]);
    const heard = comparison.segments.reduce((sum, { frames }) => sum + frames, 0);
    expect(heard).toBeGreaterThan(20 * PCM_RATE_HZ);
  });
});
