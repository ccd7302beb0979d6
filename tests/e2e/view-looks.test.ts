/** How the views look: contrast and names as axe sees them, low windows, notches, notices. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { inBothThemes } from './support/axe-looks';
import { makeLibraryPath } from './support/paths';
import type { PlayerPage } from './support/player-page';
import { runProgram } from './support/run-program';
import { Stage } from './support/stage';

jest.setTimeout(600_000);

const COUNT = 1500;
/** Of the page at the most that WCAG 1.4.10 asks for, and of phones. */
const LOW_WINDOWS = [
  [320, 256],
  [667, 375],
  [844, 390],
  [375, 667],
] as const;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    await runProgram(makeLibraryPath(), [folder, String(COUNT)]);
  });
});

afterAll(() => stage?.clear());

const idOf = async (kind: string): Promise<string> => {
  const answer = await fetch(`${stage.server.origin}/api/library/${kind}?limit=1`);
  const fields = (await answer.json()) as Record<string, { id: string | number }[]>;
  return String(fields[kind]?.[0]?.id);
};

/** Most of the files have headers only: that is told in notices, which are looked at as well. */
const playFirst = async ({ page }: PlayerPage): Promise<void> => {
  await page.click('.row-button');
  await page.waitForSelector('.row.current');
};

describe('axe finds nothing wrong', () => {
  it.each([
    '/',
    '/songs',
    '/albums',
    '/albums/:id',
    '/artists',
    '/artists/:id',
    '/genres',
    '/genres/:id',
    '/search',
  ])('at %s, in light and dark', async (route) => {
    const [, kind = '', id] = route.split('/');
    const path = id === undefined ? route : `/${kind}/${await idOf(kind)}`;
    const query = kind === 'search' ? 'q=a' : 'x';
    const awaits = id === undefined ? '[data-rove]' : '.row-button';
    const player = await stage.openPlayer({ path, query, awaits });
    if (await player.page.$('.row-button')) await playFirst(player);
    const found = await inBothThemes(player);
    await player.close();
    expect(found).toEqual([]);
  });

  it('in what is kept on the device, and at the button that keeps it', async () => {
    const player = await stage.openPlayer({
      path: `/albums/${await idOf('albums')}`,
      awaits: '.row-button',
    });
    const { page } = player;
    await page.click('.keep button');
    await page.waitForFunction(() =>
      document.querySelector('.keep button')?.textContent?.includes('Remove'),
    );
    const found = [...(await inBothThemes(player))];
    await page.goto(`${stage.server.origin}/kept?sw=off`, { waitUntil: 'load' });
    await page.waitForSelector('.kept-row');
    found.push(...(await inBothThemes(player)));
    await page.setViewport({ width: 320, height: 256 });
    found.push(...(await inBothThemes(player)));
    const overflow = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    await player.close();
    expect({ found, overflow }).toEqual({ found: [], overflow: 0 });
  });

  it('in the queue, in the sound panel, and where there is nothing', async () => {
    const player = await stage.openPlayer();
    const { page } = player;
    await playFirst(player);
    await page.click('.queue-button');
    await page.waitForSelector('.queue-panel .queue-row.current');
    const found = [...(await inBothThemes(player, '.queue-panel'))];
    await page.keyboard.press('Escape');
    await page.setViewport({ width: 390, height: 844 });
    await page.click('.panel-button');
    found.push(...(await inBothThemes(player)));
    await player.close();
    const lost = await stage.openPlayer({ path: '/nowhere', awaits: '.empty-text' });
    found.push(...(await inBothThemes(lost)));
    await lost.close();
    expect(found).toEqual([]);
  });
});

type Box = { readonly top: number; readonly bottom: number; readonly left: number };

/** All at one moment: notices come and go. */
const boxesOf = ({ page }: PlayerPage, selectors: readonly string[]): Promise<readonly Box[]> =>
  page.evaluate(
    (wanted) =>
      wanted.map((selector) => {
        const box = document.querySelector(selector)?.getBoundingClientRect();
        if (!box) throw new Error(`there is no ${selector}`);
        return { top: box.top, bottom: box.bottom, left: box.left };
      }),
    selectors,
  );

const scrollPage = ({ page }: PlayerPage): Promise<void> =>
  page.$eval('.app', (app) => {
    app.scrollTop = app.scrollHeight;
  });

describe('A low window', () => {
  it.each(LOW_WINDOWS)('of %i x %i has a view, and all of the player', async (width, height) => {
    const player = await stage.openPlayer();
    await player.page.setViewport({ width, height });
    await playFirst(player);
    const [view] = await boxesOf(player, ['.library']);
    expect((view?.bottom ?? 0) - (view?.top ?? 0)).toBeGreaterThanOrEqual(
      Math.min(150, 0.58 * height),
    );
    await player.page.click('.panel-button');
    await scrollPage(player);
    for (const { bottom } of await boxesOf(player, ['.panel', '.player-bar', '.ways'])) {
      expect(bottom).toBeLessThanOrEqual(height + 1);
    }
    // Its last line can be reached.
    const line = await player.page.$eval('.panel', (panel) => {
      panel.scrollTop = panel.scrollHeight;
      const end = panel.querySelector('.enhancement')?.getBoundingClientRect().bottom ?? Infinity;
      return end - panel.getBoundingClientRect().bottom;
    });
    expect(line).toBeLessThanOrEqual(1);
    await player.close();
  });
});

describe('A notch', () => {
  const INSETS = { top: 40, bottom: 30, left: 50, right: 50 };

  it.each([
    // With what is the lowest.
    [1280, 800, '.panel'],
    [500, 900, '.ways a'],
  ])('has nothing below it in a window of %i x %i', async (width, height, lowest) => {
    const player = await stage.openPlayer();
    const { page } = player;
    await page.setViewport({ width, height });
    const session = await page.createCDPSession();
    await session.send('Emulation.setSafeAreaInsetsOverride', { insets: INSETS });
    await playFirst(player);
    await page.click('.queue-button');
    await page.waitForSelector('.queue-panel');
    const boxes = await boxesOf(player, ['.player-bar', '.queue-panel', lowest]);
    const [bar, queue, last] = boxes as readonly [Box, Box, Box];
    expect(last.bottom).toBeLessThanOrEqual(height - INSETS.bottom);
    // Once, not twice.
    expect(bar.left).toBe(INSETS.left);
    expect(queue.top).toBeGreaterThanOrEqual(INSETS.top);
    expect(Math.abs(queue.bottom - bar.top)).toBeLessThanOrEqual(1);
    await player.close();
  });
});

describe('A page of a list that does not load', () => {
  it('is told where one is in the list', async () => {
    const player = await stage.openPlayer({ expected: /ERR_INTERNET_DISCONNECTED/ });
    const { page } = player;
    await page.setOfflineMode(true);
    await page.$eval('.library', (library) => {
      library.scrollTop = 64 * 1000;
    });
    await page.waitForSelector('.library .notice-error');
    const boxes = await boxesOf(player, ['.library', '.library .notice-error']);
    const [view, notice] = boxes as readonly [Box, Box];
    expect(notice.top).toBeGreaterThanOrEqual(view.top);
    expect(notice.bottom).toBeLessThanOrEqual(view.bottom);
    const found = await inBothThemes(player, '.notice-error');
    await page.setOfflineMode(false);
    await player.close();
    expect(found).toEqual([]);
  });
});
