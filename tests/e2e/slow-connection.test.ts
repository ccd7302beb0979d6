/** A listener who hears nothing for a while is told why, and may hear the original meanwhile. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeSound, writeWav } from './support/music';
import { PlainServer } from './support/plain-server';
import { PlayerPage } from './support/player-page';
import { Stage } from './support/stage';

jest.setTimeout(180_000);

const SECONDS = 20;
/** The first 64 KiB alone take eight seconds. */
const BYTES_PER_SECOND = 8_000;
const NOTICE = '[data-testid="wait-notice"]';

let stage: Stage;
let proxy: PlainServer;

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    for (const [index, name] of ['slow', 'after'].entries()) {
      const sound = makeSound(44_100, 44_100 * SECONDS, 71 + index);
      await writeWav(join(folder, `${name}.wav`), sound, 'int16');
    }
  });
  proxy = await PlainServer.start(stage.server.origin, { ranges: true, cached: false });
});

afterAll(async () => {
  await proxy?.stop();
  await stage?.clear();
});

describe('A slow connection', () => {
  it('is named, with what has come, and the original plays meanwhile', async () => {
    const player = await PlayerPage.open(stage.browser, proxy.origin);
    proxy.bytesPerSecond = BYTES_PER_SECOND;
    await player.clickTrack('slow');
    const notice = await player.page.waitForSelector(NOTICE);
    await player.page.waitForFunction(
      (selector) =>
        /kB that the sound needs/.test(document.querySelector(selector)?.textContent ?? ''),
      { polling: 50 },
      NOTICE,
    );
    const words = await notice?.evaluate(({ textContent }) => textContent);
    const { state, mode } = await player.snapshot();
    proxy.bytesPerSecond = null;
    await player.page.click(`${NOTICE} button`);
    await player.waitForPosition(1);
    const meanwhile = await player.snapshot();
    const original = await player.page.$eval(
      '[data-testid="original-notice"]',
      ({ textContent }) => textContent,
    );
    await player.clickTrack('after');
    await player.waitForState('playing', 'error');
    const after = await player.snapshot();
    const complaints = await player.complaints();
    await player.close();
    expect({ state, mode }).toEqual({ state: 'loading', mode: 'enhanced' });
    expect(words).toMatch(/connection is slow.*\d+ of the \d+ kB/);
    expect(meanwhile).toMatchObject({ state: 'playing', mode: 'original', wait: null });
    expect(original).toMatch(/next track is enhanced again/);
    expect(after).toMatchObject({ state: 'playing', mode: 'enhanced' });
    expect(complaints).toEqual([]);
  });
});
