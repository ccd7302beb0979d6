/**
 * The enhanced file that a listener saves is the one that the command line makes, byte by byte,
 * also without a service worker.
 */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { renderFile } from './support/auralis-cli';
import { makeSound, writeFlac } from './support/music';
import type { PlayerPage } from './support/player-page';
import { Stage } from './support/stage';

jest.setTimeout(300_000);

const RATE_HZ = 44_100;
const SAVE = '.save-button';
const STATE = '[data-testid="save-state"]';

let stage: Stage;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auralis-saved-'));
  stage = await Stage.set(async (music) => {
    await writeFlac(join(music, 'short.flac'), makeSound(RATE_HZ, RATE_HZ * 31, 81), 'int16');
    await writeFlac(join(music, 'long.flac'), makeSound(RATE_HZ, RATE_HZ * 400, 82), 'int16');
  });
});

afterAll(async () => {
  await stage?.clear();
  await rm(folder, { recursive: true, force: true });
});

/** What the browser downloads goes into the folder. */
const openPlayer = async (): Promise<PlayerPage> => {
  const player = await stage.openPlayer();
  const session = await stage.browser.browser.target().createCDPSession();
  const { id } = player.page.browserContext();
  await session.send('Browser.setDownloadBehavior', {
    behavior: 'allow',
    downloadPath: folder,
    ...(id === undefined ? {} : { browserContextId: id }),
  });
  return player;
};

const wordsOf = (player: PlayerPage): Promise<string> =>
  player.page.$eval(STATE, ({ textContent }) => textContent);

const until = async (isTrue: () => Promise<boolean>): Promise<void> => {
  const untilMs = Date.now() + 120_000;
  while (!(await isTrue())) {
    if (Date.now() > untilMs) throw new Error(`waited in vain for ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

describe('Save enhanced file', () => {
  it('saves what the command line renders, while the track plays on', async () => {
    const player = await openPlayer();
    await player.clickPreset('warm');
    await player.slideIntensity(70);
    await player.clickTrack('short');
    await player.waitForPosition(0.5);
    await player.page.click(SAVE);
    await player.page.waitForSelector(STATE);
    await until(async () => (await wordsOf(player)).includes('ready'));
    await until(async () => (await readdir(folder)).includes('short.webm'));
    const expected = await renderFile(stage.pathOf('short.flac'), {
      preset: 'warm',
      intensity: 0.7,
    });
    // It takes its name when it is whole.
    expect((await readFile(join(folder, 'short.webm'))).equals(expected)).toBe(true);
    expect((await player.snapshot()).state).toBe('playing');
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });

  it('is cancelled at once, and the track plays on', async () => {
    const player = await openPlayer();
    await player.clickTrack('long');
    await player.waitForPosition(0.5);
    await player.page.click(SAVE);
    await until(() =>
      player.page.$eval('.save-file progress', (bar) => (bar as HTMLProgressElement).value > 0),
    );
    await player.page.click('.save-file button');
    await player.page.waitForSelector(SAVE);
    await player.playFor(1);
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });
});
