/** Favourites and playlists of the listener's own, in a real browser, mostly by its keys. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { inBothThemes } from './support/axe-looks';
import { makeSound, writeFlac } from './support/music';
import { textOf, until, untilShown } from './support/page-waits';
import { PlayerPage } from './support/player-page';
import { Stage } from './support/stage';

jest.setTimeout(300_000);

const TITLES = ['Anchor', 'Buoy', 'Current'];

let stage: Stage;
let downloads: string;
let player: PlayerPage;

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    const sound = makeSound(44_100, 44_100 * 20, 61);
    await mkdir(join(folder, 'Mira', 'Höhen'), { recursive: true });
    for (const [index, title] of TITLES.entries()) {
      const tags = [`TITLE=${title}`, 'ALBUM=Höhen', 'ARTIST=Mira', `TRACKNUMBER=${index + 1}`];
      const path = join(folder, 'Mira', 'Höhen', `0${index + 1} ${title}.flac`);
      await writeFlac(
        path,
        sound,
        'int16',
        tags.map((tag) => `--tag=${tag}`),
      );
    }
  });
  downloads = await mkdtemp(join(tmpdir(), 'auralis-downloads-'));
  player = await stage.openPlayer();
});

afterAll(async () => {
  await player?.close();
  await stage?.clear();
  await rm(downloads, { recursive: true, force: true });
});

const focused = (page: Page): Promise<string> =>
  page.evaluate(
    () =>
      document.activeElement?.getAttribute('aria-label') ??
      document.activeElement?.textContent ??
      '',
  );

/** Goes on by the Tab key to what is called so. */
const tabTo = async (page: Page, name: string): Promise<void> => {
  for (let count = 0; count < 60; count += 1) {
    if ((await focused(page)).startsWith(name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key does not lead to ${name}`);
};

/** The titles of the rows from top to bottom. */
const order = (page: Page): Promise<string> =>
  page.$$eval('.list-rows .queue-place', (rows) =>
    rows
      .map((row) => [row.getBoundingClientRect().top, row.querySelector('.row-title')?.textContent])
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, title]) => String(title).charAt(0))
      .join(''),
  );

const untilOrder = (page: Page, wanted: string): Promise<void> =>
  until(`the rows are ${wanted}`, async () => (await order(page)) === wanted);

const follow = async (page: Page, name: string, awaits: string): Promise<void> => {
  await page.locator(`::-p-aria([name="${name}"][role="link"])`).click();
  await page.waitForSelector(awaits);
};

/** What axe finds, and how much wider than a small phone the page is. */
const looks = async (): Promise<unknown> => {
  const { page } = player;
  const found = [...(await inBothThemes(player))];
  await page.setViewport({ width: 320, height: 568 });
  found.push(...(await inBothThemes(player)));
  const tooWidePx = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
  await page.setViewport({ width: 1280, height: 800 });
  return { found, tooWidePx };
};
const FINE = { found: [], tooWidePx: 0 };

describe('The own lists', () => {
  it('begin at a row, by the keys', async () => {
    const { page } = player;
    await page.focus('.row-button[aria-label^="Play Buoy"]');
    await tabTo(page, 'Favourite: Buoy');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[aria-label="Favourite: Buoy"][aria-pressed="true"]');
    await tabTo(page, 'Add Buoy to a playlist');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.sheet[open] .name-form input');
    expect(await looks()).toEqual(FINE);
    await tabTo(page, 'New playlist');
    await page.keyboard.type('Road trip');
    await page.keyboard.press('Enter');
    await untilShown(page, '.toast', '“Road trip” has 1 song.');
    // The dialog gives the focus back.
    expect(await focused(page)).toBe('Add Buoy to a playlist');
    for (const title of ['Anchor', 'Current']) {
      await page.click(`[aria-label="Add ${title} to a playlist"]`);
      await page.waitForSelector('.sheet[open] .choice');
      await page.click('.choice');
      await untilShown(page, '.toast', 'Added to “Road trip”.');
    }
  });

  it('outlive a reload, and play by the keys', async () => {
    const { page } = player;
    await player.reload();
    await page.waitForSelector('[aria-label="Favourite: Buoy"][aria-pressed="true"]');
    await follow(page, 'Favourites', '.list-rows');
    await untilOrder(page, 'B');
    expect(await looks()).toEqual(FINE);
    await follow(page, 'Playlists', '.kept-row');
    expect(await looks()).toEqual(FINE);
    await follow(page, 'Road trip', '.list-rows');
    await untilOrder(page, 'BAC');
    await tabTo(page, 'Move Buoy');
    await page.keyboard.press('End');
    await untilOrder(page, 'ACB');
    expect(await focused(page)).toBe('Move Buoy');
    await page.focus('[aria-label="Play: Current by Mira"]');
    await page.keyboard.press('Enter');
    await player.waitForPosition(0.5);
    const { track, queue } = await player.snapshot();
    expect([track?.title, queue.items.map(({ track: { title } }) => title)]).toEqual([
      'Current',
      ['Anchor', 'Current', 'Buoy'],
    ]);
    expect(await looks()).toEqual(FINE);
  });

  it('are put in order by dragging, where the list begins below the head of its view', async () => {
    const { page } = player;
    const boxes = await page.$$eval('.list-rows .queue-handle', (handles) =>
      handles.map((handle) => {
        const { x, y, width, height } = handle.getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2, label: handle.getAttribute('aria-label') };
      }),
    );
    const from = boxes.find(({ label }) => label === 'Move Anchor');
    const to = boxes.find(({ label }) => label === 'Move Buoy');
    if (!from || !to) throw new Error('a handle is missing');
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 5 });
    await page.mouse.up();
    await untilOrder(page, 'CBA');
  });

  it('are seen in another tab, and go to other players and come back', async () => {
    const { page } = player;
    const other = await page.browserContext().newPage();
    await other.goto(page.url(), { waitUntil: 'load' });
    await untilOrder(other, 'CBA');
    const session = await page.createCDPSession();
    const { id } = page.browserContext();
    await session.send('Browser.setDownloadBehavior', {
      behavior: 'allow',
      ...(id === undefined ? {} : { browserContextId: id }),
      downloadPath: downloads,
    });
    await page.bringToFront();
    await page.locator('::-p-text(Export)').click();
    const path = join(downloads, 'Road trip.m3u8');
    const content = (): Promise<string> => readFile(path, 'utf8').catch(() => '');
    await until('the list is exported', async () => (await content()) !== '');
    expect(await content()).toBe(
      [
        '#EXTM3U',
        '#PLAYLIST:Road trip',
        '#EXTINF:20,Mira - Current',
        'Mira/Höhen/03 Current.flac',
        '#EXTINF:20,Mira - Buoy',
        'Mira/Höhen/02 Buoy.flac',
        '#EXTINF:20,Mira - Anchor',
        'Mira/Höhen/01 Anchor.flac',
        '',
      ].join('\n'),
    );
    await page.locator('::-p-text(Delete)').click();
    await untilShown(page, '.library', '“Road trip” was removed.');
    await untilShown(other, '.library', 'This browser has no such playlist');
    await other.close();
    const input = await page.waitForSelector('input[type=file]');
    await (input as unknown as { uploadFile: (path: string) => Promise<void> }).uploadFile(path);
    await untilShown(page, '.import-result', 'all of 3 songs found.');
    expect(await looks()).toEqual(FINE);
    await follow(page, 'Road trip', '.list-rows');
    await untilOrder(page, 'CBA');
    expect(await textOf(page, '.list-rows .gone')).toBe('');
    expect(await player.complaints()).toEqual([]);
  });
});
