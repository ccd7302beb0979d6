/**
 * An album that the listener keeps on the device: it comes over the network once, plays without the
 * server in any sound, and goes again, in a real browser.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { decodeRender } from './support/auralis-cli';
import { compareCapture, describeComparison } from './support/compare-capture';
import { makeSound, writeFlac } from './support/music';
import { isControlled, until, untilKept, untilShown } from './support/page-waits';
import { PlayerPage } from './support/player-page';
import { expectCleanSound } from './support/sound-verdict';
import { Stage } from './support/stage';

jest.setTimeout(300_000);

const SECONDS = 14;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    for (const [index, title] of ['first', 'second', 'third'].entries()) {
      const sound = makeSound(44_100, 44_100 * SECONDS, 81 + index);
      const tags = [`TITLE=${title}`, 'ALBUM=Harbour', 'ARTIST=Mira', `TRACKNUMBER=${index + 1}`];
      const options = tags.map((tag) => `--tag=${tag}`);
      await writeFlac(join(folder, `${title}.flac`), sound, 'int16', options);
    }
  });
});

afterAll(() => stage?.clear());

/** The app opens without the server, at this very view. */
const untilInstalled = (page: Page): Promise<void> =>
  untilKept(page, `/api/library${new URL(page.url()).pathname}`);

const openAlbum = async (): Promise<PlayerPage> => {
  const player = await PlayerPage.open(stage.browser, stage.server.origin, {
    keepsApp: true,
    path: '/albums',
    awaits: '.card, .row-button',
    // The server is missing on purpose.
    expected: /ERR_|Failed to load|fetch/i,
  });
  await player.page.click('a.card');
  await player.page.waitForSelector('.keep button');
  return player;
};

describe('An album that is kept on the device', () => {
  it('plays without the server in a sound that was never heard, and goes again', async () => {
    const player = await openAlbum();
    const { page } = player;
    await untilInstalled(page);
    await page.click('.keep button');
    await untilShown(page, '.keep button', 'Remove from this device');
    expect(await page.$$('.row-kept')).toHaveLength(3);

    await stage.server.kill();
    await player.reload();
    expect(await isControlled(page)).toBe(true);
    await untilShown(page, '.keep button', 'Remove from this device');
    expect(await page.$$('.row-kept')).toHaveLength(3);
    await player.clickPreset('warm');
    await player.startCapture();
    await player.clickTrack('first');
    await player.waitForPosition(3);
    await player.clickPreset('bright');
    await player.playFor(3.5);
    const { pcm } = await player.takeCapture();
    expect(await player.snapshot()).toMatchObject({ error: null, mode: 'enhanced' });
    const presets = ['warm', 'bright'] as const;
    const references = await Promise.all(
      presets.map(async (preset) => ({
        name: preset,
        pcm: await decodeRender(stage.pathOf('first.flac'), { preset }),
      })),
    );
    const comparison = compareCapture(pcm, references);
    const story = describeComparison(comparison);
    const heard = comparison.segments.map(({ reference }) => reference);
    expect({ story, heard }).toEqual({ story, heard: [...presets] });
    expectCleanSound(comparison);
    // To its end, and into the next one; what was captured has no sound of its own any more.
    await player.reload();
    await player.clickTrack('second');
    await player.waitForPosition(0.5);
    await player.clickSeekBar(0.93);
    await until(
      'the next track plays',
      async () => (await player.snapshot()).track?.title === 'third',
    );
    await player.waitForPosition(1);

    // What others of this origin ask the service worker for.
    const answers = await page.evaluate(async () => {
      const url = window.auralisPlayer?.getSnapshot().track?.url ?? '';
      const asked = async (init: RequestInit) => {
        const answer = await fetch(url, init);
        const { byteLength } = await answer.arrayBuffer();
        return [answer.status, answer.headers.get('Content-Range') ?? '', byteLength] as const;
      };
      const [, , size] = await asked({});
      return {
        size,
        // As a plain page plays it.
        heard: await new Promise<number>((resolve) => {
          const audio = new Audio(url);
          audio.muted = true;
          audio.ontimeupdate = () => {
            if (audio.currentTime > 0.3) resolve(Math.round(audio.duration));
          };
          audio.onerror = () => resolve(-1);
          void audio.play();
        }),
        part: await asked({ headers: { Range: 'bytes=10-19' } }),
        behind: (await asked({ headers: { Range: `bytes=${size}-` } })).slice(0, 2),
        head: (await asked({ method: 'HEAD' })).slice(0, 1),
      };
    });
    expect(answers).toEqual({
      size: answers.size,
      heard: SECONDS,
      part: [206, `bytes 10-19/${answers.size}`, 10],
      behind: [416, `bytes */${answers.size}`],
      head: [200],
    });

    await page.click('.offline-notice a');
    await untilShown(page, '.kept-list', 'Harbour');
    await untilShown(page, '.view-about', '3 songs');
    await page.click('.kept-list button[aria-label="Remove Harbour from this device"]');
    await untilShown(page, '.empty-text', 'Nothing is kept on purpose yet');
    const left = await page.evaluate(
      () =>
        new Promise<number[]>((resolve) => {
          const opening = indexedDB.open('auralis-originals');
          opening.onsuccess = () => {
            const stores = ['files', 'pieces'];
            const reading = opening.result.transaction(stores);
            const counts = stores.map((store) => reading.objectStore(store).count());
            reading.oncomplete = () => resolve(counts.map(({ result }) => result));
          };
        }),
    );
    expect(left).toEqual([0, 0]);
    expect(await player.complaints()).toEqual([]);
    await player.close();
    await stage.server.restart();
  });

  it('goes on after the server was away, and where the browser was left', async () => {
    const player = await openAlbum();
    const { page } = player;
    await untilInstalled(page);
    await stage.server.kill();
    await page.click('.keep button');
    await untilShown(page, '.keep', 'The server cannot be reached; it goes on by itself.');
    await player.reload();
    await untilShown(page, '.keep button', 'Stop keeping');
    await stage.server.restart();
    await untilShown(page, '.keep button', 'Remove from this device');
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });

  it('is passed on as it was asked for where it is not kept', async () => {
    const player = await openAlbum();
    const { page } = player;
    await untilInstalled(page);
    await player.reload();
    expect(await isControlled(page)).toBe(true);
    const ranges: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/api/player/stream/')) ranges.push(request.headers()['range']);
    });
    const statuses: number[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/api/player/stream/')) statuses.push(response.status());
    });
    const heard = await page.evaluate(async () => {
      const row = document.querySelector<HTMLElement>('[data-track-id]');
      const url = `/api/player/stream/${row?.dataset['trackId'] ?? ''}`;
      return new Promise<boolean>((resolve) => {
        const audio = new Audio(url);
        audio.muted = true;
        audio.ontimeupdate = () => {
          if (audio.currentTime > 0.3) resolve(true);
        };
        audio.onerror = () => resolve(false);
        void audio.play();
      });
    });
    expect({ heard, statuses: [...new Set(statuses)] }).toEqual({ heard: true, statuses: [206] });
    expect(ranges.every((range) => range !== undefined)).toBe(true);
    await player.close();
  });
});
