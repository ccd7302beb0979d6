/** The page with a library of 20,000 tracks, in a real browser. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ElementHandle } from 'puppeteer-core';
import { makeLibraryPath } from './support/paths';
import type { PlayerPage } from './support/player-page';
import { runProgram } from './support/run-program';
import { Stage } from './support/stage';

jest.setTimeout(600_000);

const COUNT = 20_000;
/** Ten times what is in sight of a wide screen; a row has some twenty. */
const ELEMENTS_MAX = 3000;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    await runProgram(makeLibraryPath(), [folder, String(COUNT)]);
  });
});

afterAll(() => stage?.clear());

const elementCount = ({ page }: PlayerPage): Promise<number> =>
  page.evaluate(() => document.getElementsByTagName('*').length);

const scrollTo = ({ page }: PlayerPage, topPx: number): Promise<number> =>
  page.$eval(
    '.library',
    (element, top) => {
      element.scrollTop = top;
      return element.scrollTop;
    },
    topPx,
  );

const scrollTop = ({ page }: PlayerPage): Promise<number> =>
  page.$eval('.library', (element) => element.scrollTop);

/** The place of the first row that is there, from 1 on. */
const waitForRow = async ({ page }: PlayerPage, place: number): Promise<string> => {
  const row = await page.waitForSelector(`.row[aria-posinset="${place}"] .row-title`);
  return (await row?.evaluate(({ textContent }) => textContent)) ?? '';
};

const titleAt = async (offset: number): Promise<string> => {
  const url = `${stage.server.origin}/api/library/tracks?limit=1&offset=${offset}`;
  const { tracks } = (await (await fetch(url)).json()) as { tracks: { title: string }[] };
  return tracks[0]?.title ?? '';
};

const pathOf = ({ page }: PlayerPage): string => new URL(page.url()).pathname;

const click = async ({ page }: PlayerPage, selector: string): Promise<void> => {
  await page.waitForSelector(selector);
  await page.click(selector);
};

/** In the page: the first album that is seen as a whole. */
const cardInSight = (): Element | null => {
  const { top = 0, height = 0 } = document.querySelector('.library')?.getBoundingClientRect() ?? {};
  const isThere = (card: Element): boolean => {
    const box = card.getBoundingClientRect();
    return box.top >= top && box.bottom <= top + height;
  };
  return [...document.querySelectorAll('.albums .card')].find(isThere) ?? null;
};

describe('The list of songs', () => {
  it('has few elements anywhere in it, and ends with the last track', async () => {
    const player = await stage.openPlayer();
    const counts = [await elementCount(player)];
    for (const part of [0.25, 0.5, 0.75]) {
      await scrollTo(player, part * COUNT * 64);
      await waitForRow(player, Math.floor(part * COUNT));
      counts.push(await elementCount(player));
    }
    const bottom = await scrollTo(player, 1e9);
    expect(bottom).toBeGreaterThan((COUNT - 20) * 64);
    expect(await waitForRow(player, COUNT)).toBe(await titleAt(COUNT - 1));
    counts.push(await elementCount(player));
    for (const count of counts) expect(count).toBeLessThanOrEqual(ELEMENTS_MAX);
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });

  it('asks for few pages however far somebody scrolls', async () => {
    const player = await stage.openPlayer();
    const asked: string[] = [];
    player.page.on('request', (request) => {
      if (request.url().includes('/tracks?')) asked.push(request.url());
    });
    await player.page.evaluate(async (rows) => {
      const library = document.querySelector('.library');
      if (!library) throw new Error('there is no list');
      for (let step = 0; step <= 100; step += 1) {
        library.scrollTop = (step / 100) * rows * 64;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    }, COUNT);
    await scrollTo(player, 1e9);
    await waitForRow(player, COUNT);
    // 200 pages were passed by.
    expect(asked.length).toBeLessThan(100);
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });

  it('is walked through by keys to its end and back, though most of it is not here', async () => {
    const player = await stage.openPlayer();
    const { page } = player;
    const waitForFocus = (place: number) =>
      page.waitForFunction(
        (wanted) =>
          document.activeElement?.matches('.row-button') === true &&
          document.activeElement.closest('.row')?.getAttribute('aria-posinset') === wanted,
        { polling: 50 },
        `${place}`,
      );
    await page.focus('.row[aria-posinset="1"] .row-button');
    await page.keyboard.press('End');
    await waitForFocus(COUNT);
    expect(await waitForRow(player, COUNT)).toBe(await titleAt(COUNT - 1));
    await page.keyboard.press('ArrowUp');
    await waitForFocus(COUNT - 1);
    await page.keyboard.press('Home');
    await waitForFocus(1);
    // Far away by the wheel, the Tab key goes on from what is seen.
    await page.focus('input[type=search]');
    await scrollTo(player, 10_000 * 64);
    await waitForRow(player, 10_005);
    const stops = await page.$$eval('.row-button[tabindex="0"]', (buttons) =>
      buttons.map((button) => Number(button.closest('.row')?.getAttribute('aria-posinset'))),
    );
    expect(stops).toHaveLength(1);
    expect(Math.abs((stops[0] ?? 0) - 10_000)).toBeLessThan(10);
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });

  it('is played from where it is clicked; the list follows what plays', async () => {
    const player = await stage.openPlayer();
    await scrollTo(player, 10_000 * 64);
    await waitForRow(player, 10_005);
    await click(player, '.row[aria-posinset="10005"] .row-button');
    await player.page.waitForFunction(
      () => (window.auralisPlayer?.getSnapshot().queue.items.length ?? 0) >= 10_000,
      { polling: 100 },
    );
    const clicked = await titleAt(10_004);
    const titles = await player.page.evaluate((title) => {
      const { items = [] } = window.auralisPlayer?.getSnapshot().queue ?? {};
      const at = items.findIndex(({ track }) => track.title === title);
      return items.slice(at - 1, at + 2).map(({ track }) => track.title);
    }, clicked);
    expect(titles).toEqual([await titleAt(10_003), clicked, await titleAt(10_005)]);
    await scrollTo(player, 0);
    await click(player, '.show-playing button');
    await player.page.waitForSelector('.row.current');
    // Most files have headers only: what cannot be played is passed over, which is no matter here.
    await player.close();
  });
});

describe('Views', () => {
  it('lead to an album, which plays in order, and back to the place', async () => {
    const player = await stage.openPlayer({ path: '/albums', awaits: '.card' });
    const { page } = player;
    await scrollTo(player, 20_000);
    const card = await page.waitForFunction(cardInSight, { polling: 50 });
    const place = await scrollTop(player);
    // Its own scroll is remembered a moment after it has ended.
    await page.waitForFunction(
      (top) => (history.state as { top?: number } | null)?.top === top,
      { polling: 50 },
      place,
    );
    await (card as ElementHandle<Element>).click();
    await page.waitForSelector('.album-head');
    await page.waitForSelector('.row-title');
    const shown = await page.$$eval('.row-title', (rows) => rows.map((row) => row.textContent));
    await click(player, '.album-head .button-main');
    const queued = await page.evaluate(() =>
      window.auralisPlayer?.getSnapshot().queue.items.map(({ track }) => track.title),
    );
    expect(queued).toEqual(shown);
    expect(shown.length).toBeGreaterThan(1);
    await page.goBack();
    await page.waitForSelector('.albums .card');
    await page.waitForFunction(
      (top) => document.querySelector('.library')?.scrollTop === top,
      { polling: 50 },
      place,
    );
    expect(pathOf(player)).toBe('/albums');
    expect(new URL(page.url()).searchParams.has('debug')).toBe(true);
    await player.close();
  });

  it.each(['/', '/songs', '/albums', '/artists', '/genres', '/search'])(
    'are opened at %s, and have few elements',
    async (path) => {
      const query = path === '/search' ? 'q=a' : 'x';
      const player = await stage.openPlayer({ path, query, awaits: '[data-rove]' });
      expect(await elementCount(player)).toBeLessThanOrEqual(ELEMENTS_MAX);
      expect(await player.complaints()).toEqual([]);
      await player.close();
    },
  );

  it('are told by the address after a reload', async () => {
    const player = await stage.openPlayer({ path: '/', awaits: '.card' });
    const { page } = player;
    await click(player, '.ways a[href^="/artists"]');
    await click(player, '.name-link');
    await page.waitForSelector('.row-button');
    const path = pathOf(player);
    const heading = await page.$eval('.view h2', ({ textContent }) => textContent);
    await player.reload();
    expect(pathOf(player)).toBe(path);
    await page.waitForFunction(
      (name) => document.querySelector('.view h2')?.textContent === name,
      { polling: 50 },
      heading,
    );
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });
});

describe('The search', () => {
  it('finds a track as one types, from any view', async () => {
    const player = await stage.openPlayer({ path: '/', awaits: '.card' });
    const title = await titleAt(12_345);
    await player.page.keyboard.press('/');
    await player.page.keyboard.type(title, { delay: 30 });
    await player.page.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll('.row-title')].some(
          ({ textContent }) => textContent === wanted,
        ),
      { polling: 50 },
      title,
    );
    expect(pathOf(player)).toBe('/search');
    expect(await elementCount(player)).toBeLessThanOrEqual(ELEMENTS_MAX);
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });
});
