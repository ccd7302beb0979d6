/** Files that are broken or are not what they are called, and a server that fails. */
import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from '../support/random';
import { decodeRender } from './support/auralis-cli';
import { compareCapture, describeComparison } from './support/compare-capture';
import { PlainServer } from './support/plain-server';
import { makeSound, writeFlac, writeMp3, writeWav } from './support/music';
import type { PlayerPage } from './support/player-page';
import { PlayerPage as Page } from './support/player-page';
import {
  expectCleanSound,
  expectStart,
  expectWholeTrack,
  joinWaits,
} from './support/sound-verdict';
import { Stage } from './support/stage';

jest.setTimeout(180_000);

const SECONDS = 6;
/** Longer than what the player keeps ahead. */
const OUTAGE_SECONDS = 60;
const RANDOM_FILES = ['random-a.wav', 'random-b.flac', 'random-c.mp3'];
const EMPTY_FILES = ['empty-a.wav', 'empty-b.flac', 'empty-c.mp3'];
const CUT_FILES = ['cut-a.wav', 'cut-b.flac', 'cut-c.mp3'];
/** Named for another format than they are. */
const LIARS = ['liar-wave.mp3', 'liar-flake.wav', 'liar-layer.flac'];
/** At about 3.2 s: inside a chunk of 2 s, and not in its last cluster. */
const CUT_SHARE = 0.53;
/** What the browser itself says when a server is gone; the page says it in words of its own. */
const NETWORK_NOISE = /Failed to load resource|net::ERR_/;

let stage: Stage;

const writeChanging = (file: string, seed: number): Promise<void> =>
  writeWav(file, makeSound(48_000, 48_000 * OUTAGE_SECONDS, seed), 'int16');

const makeMusic = async (folder: string): Promise<void> => {
  const at = (file: string): string => join(folder, file);
  const sound = makeSound(44_100, 44_100 * SECONDS, 51);
  await writeWav(at('cut-a.wav'), sound, 'int16');
  await writeFlac(at('cut-b.flac'), sound, 'int16');
  await writeMp3(at('cut-c.mp3'), sound);
  for (const [index, file] of CUT_FILES.entries()) {
    const bytes = await readFile(at(file));
    await writeFile(at(LIARS[[0, 1, 2][index] ?? 0] ?? ''), bytes);
    await truncate(at(file), Math.floor(bytes.length * CUT_SHARE));
  }
  for (const file of EMPTY_FILES) await writeFile(at(file), '');
  for (const [index, file] of RANDOM_FILES.entries()) {
    await writeFile(at(file), randomBytes(150_000, index + 1));
  }
  await writeFlac(at('gone.flac'), sound, 'int16');
  await writeChanging(at('changing.wav'), 53);
  await writeWav(at('outage.wav'), makeSound(48_000, 48_000 * OUTAGE_SECONDS, 52), 'int24');
};

beforeAll(async () => {
  stage = await Stage.set(makeMusic);
});

afterAll(() => stage?.clear());

/** From now on nothing else is in the queue than what is clicked. */
const queueOne = (player: PlayerPage): Promise<void> =>
  player.page.evaluate(() => {
    const player = window.auralisPlayer;
    if (!player) throw new Error('the page has no player');
    const { playNow } = player;
    player.playNow = (tracks, index) => playNow.call(player, tracks.slice(index, index + 1), 0);
  });

const clickOnly = async (player: PlayerPage, file: string): Promise<void> => {
  await queueOne(player);
  await player.clickTrack(file.replace(/\..*/, ''));
};

describe('A broken file', () => {
  it.each([
    ...EMPTY_FILES.map((file) => [file, 'This file is empty.', 'empty-file'] as const),
    ...RANDOM_FILES.map((file) => [file, 'This is no audio file.', 'not-audio'] as const),
  ])('%s is refused in clear words', async (file, headline, detail) => {
    const player = await stage.openPlayer({ expected: NETWORK_NOISE });
    await clickOnly(player, file);
    await player.waitForState('error');
    const words = await player.page.$eval('.notice-error', ({ textContent }) => textContent);
    const { mode, error } = await player.snapshot();
    const complaints = await player.complaints();
    await player.close();
    expect(words).toContain(headline);
    expect(words).not.toMatch(/undefined|null|\[object/);
    expect(error).toMatchObject({ code: 'unsupported', detail });
    expect({ mode, complaints }).toEqual({ mode, complaints: [] });
  });

  it.each(CUT_FILES)('%s plays up to where it was cut, and ends', async (file) => {
    const player = await stage.openPlayer();
    await player.startCapture();
    await clickOnly(player, file);
    await player.waitForState('ended', 'error');
    const { state, mode } = await player.snapshot();
    const { pcm } = await player.takeCapture();
    const events = await player.events();
    const complaints = await player.complaints();
    await player.close();
    expect({ state, mode, complaints }).toEqual({
      state: 'ended',
      mode: 'enhanced',
      complaints: [],
    });
    const reference = await decodeRender(stage.pathOf(file), {});
    const comparison = joinWaits(compareCapture(pcm, [{ name: file, pcm: reference }]), events);
    expectWholeTrack(comparison, reference.left.length);
  });

  it.each(LIARS)('%s plays as what it is, not as what it is called', async (file) => {
    const player = await stage.openPlayer();
    await clickOnly(player, file);
    await player.waitForPosition(1);
    const { mode, info } = await player.snapshot();
    const complaints = await player.complaints();
    await player.close();
    const container = {
      'liar-wave.mp3': 'wav',
      'liar-flake.wav': 'flac',
      'liar-layer.flac': 'mp3',
    };
    expect({ mode, container: info?.container, complaints }).toEqual({
      mode: 'enhanced',
      container: container[file as keyof typeof container],
      complaints: [],
    });
  });
});

describe('A server that fails', () => {
  it('says so when the track is gone', async () => {
    const player = await stage.openPlayer({ expected: NETWORK_NOISE });
    await queueOne(player);
    const row = await player.page.waitForSelector('.row-button[aria-label^="Play gone"]');
    await rm(stage.pathOf('gone.flac'));
    // At once: an open page hears of it, and has no such row then.
    await row?.evaluate((button) => (button as HTMLButtonElement).click());
    await player.waitForState('error');
    const words = await player.page.$eval('.notice-error', ({ textContent }) => textContent);
    const complaints = await player.complaints();
    await player.close();
    expect(words).toMatch(/track is gone.*no longer on the server/i);
    expect(complaints).toEqual([]);
  });

  it('resumes by itself when the server comes back in mid-track', async () => {
    const player = await stage.openPlayer({ expected: NETWORK_NOISE });
    await player.startCapture();
    await clickOnly(player, 'outage.wav');
    await player.waitForPosition(1);
    await stage.server.kill();
    const target = await player.clickSeekBar(0.7); // Nothing of that is there yet.
    await player.page.waitForFunction(
      () => (window.auralisPlayer?.getSnapshot().reconnecting ?? null) !== null,
      { polling: 50, timeout: 60_000 },
    );
    const words = await player.page.$eval('.notice', ({ textContent }) => textContent);
    expect(words).toMatch(/reconnecting/i);
    await stage.server.restart();
    await player.waitForPosition(target + 2);
    const { state, mode, reconnecting } = await player.snapshot();
    const { pcm } = await player.takeCapture();
    const events = await player.events();
    const complaints = await player.complaints();
    await player.close();
    expect({ state, mode, reconnecting, complaints }).toMatchObject({
      mode: 'enhanced',
      reconnecting: null,
      complaints: [],
    });
    const reference = await decodeRender(stage.pathOf('outage.wav'), {});
    const comparison = joinWaits(compareCapture(pcm, [{ name: 'outage', pcm: reference }]), events);
    const story = describeComparison(comparison);
    expect({ story, count: comparison.segments.length }).toEqual({ story, count: 2 });
    expectStart(comparison, comparison.segments[0], 0);
    expectStart(comparison, comparison.segments[1], target);
    expectCleanSound(comparison);
  });

  it('opens a track anew that was replaced while it plays, where nothing is kept', async () => {
    const old = await decodeRender(stage.pathOf('changing.wav'), {});
    const other = stage.pathOf('other.part');
    await writeChanging(other, 54);
    const player = await stage.openPlayer({ expected: NETWORK_NOISE, query: 'store=off' });
    await player.startCapture();
    await clickOnly(player, 'changing.wav');
    await player.waitForPosition(1);
    await rename(other, stage.pathOf('changing.wav'));
    const target = await player.clickSeekBar(0.9); // Nothing of that is there yet.
    await player.waitForPosition(target + 3);
    const { state, mode, error } = await player.snapshot();
    const { pcm } = await player.takeCapture();
    const complaints = await player.complaints();
    await player.close();
    expect({ state, mode, error, complaints }).toEqual({
      state: 'playing',
      mode: 'enhanced',
      error: null,
      complaints: [],
    });
    const now = await decodeRender(stage.pathOf('changing.wav'), {});
    const tracks = [
      { name: 'old', pcm: old },
      { name: 'now', pcm: now },
    ];
    const comparison = compareCapture(pcm, tracks);
    const story = describeComparison(comparison);
    const last = comparison.segments.at(-1);
    const isLong = (last?.frames ?? 0) >= 48_000;
    const first = comparison.segments[0]?.reference;
    expect({ story, first, last: last?.reference, isLong }).toEqual({
      story,
      first: 'old',
      last: 'now',
      isLong: true,
    });
  });

  it('plays from a server that knows no ranges, or says why not', async () => {
    const plain = await PlainServer.start(stage.server.origin);
    const player = await Page.open(stage.browser, plain.origin, { expected: NETWORK_NOISE });
    await clickOnly(player, 'liar-flake.wav');
    await player.waitForState('playing', 'error');
    const { state, mode, error } = await player.snapshot();
    if (state === 'playing') await player.waitForPosition(1);
    const complaints = await player.complaints();
    await player.close();
    await plain.stop();
    expect({ mode, complaints }).toEqual({ mode: 'enhanced', complaints: [] });
    expect(state === 'playing' || (error?.message.length ?? 0) > 10).toBe(true);
  });
});
