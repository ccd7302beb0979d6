/** The queue in a real browser: keys, dragging, a reload, a second tab. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeSound, writeFlac } from './support/music';
import type { PlayerPage } from './support/player-page';
import { Stage } from './support/stage';

jest.setTimeout(180_000);

const TITLES = ['Anchor', 'Breakwater', 'Current', 'Drift', 'Ebb', 'Fog'];

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    const sound = makeSound(44_100, 44_100 * 30, 91);
    for (const title of TITLES) {
      await writeFlac(join(folder, `${title}.flac`), sound, 'int16', [`--tag=TITLE=${title}`]);
    }
  });
});

afterAll(() => stage?.clear());

/** The first letters of the rows, from the first to the last. */
const shownOrder = ({ page }: PlayerPage): Promise<string> =>
  page.$$eval('.queue-place', (rows) =>
    rows
      .map((row) => [row.getBoundingClientRect().top, row.querySelector('.row-title')?.textContent])
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, title]) => String(title).charAt(0))
      .join(''),
  );

const queuedOrder = async (player: PlayerPage): Promise<string> => {
  const { queue } = await player.snapshot();
  return queue.items.map(({ track }) => track.title.charAt(0)).join('');
};

const focusedLabel = ({ page }: PlayerPage): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);

const waitForOrder = async ({ page }: PlayerPage, order: string): Promise<void> => {
  await page.waitForFunction(
    (wanted) =>
      window.auralisPlayer
        ?.getSnapshot()
        .queue.items.map(({ track }) => track.title.charAt(0))
        .join('') === wanted,
    { polling: 50 },
    order,
  );
};

const openQueue = async (player: PlayerPage, title: string): Promise<void> => {
  await player.clickTrack(title);
  await player.waitForPosition(0.5);
  await player.page.keyboard.press('q');
  await player.page.waitForSelector('.queue-panel');
};

describe('The queue', () => {
  it('is put in order by keys, with the focus going along, and closed with Escape', async () => {
    const player = await stage.openPlayer();
    const { page } = player;
    await openQueue(player, 'Breakwater');
    expect(await shownOrder(player)).toBe('ABCDEF');
    await page.focus('[aria-label="Move Drift"]');
    await page.keyboard.press('ArrowUp');
    await waitForOrder(player, 'ABDCEF');
    expect(await focusedLabel(player)).toBe('Move Drift');
    await page.keyboard.press('End');
    await waitForOrder(player, 'ABCEFD');
    expect(await shownOrder(player)).toBe('ABCEFD');
    expect(await focusedLabel(player)).toBe('Move Drift');
    const words = await page.$eval(
      '.queue-panel > [role=status]',
      ({ textContent }) => textContent,
    );
    expect(words).toBe('“Drift” is now 6 of 6.');
    await page.focus('[aria-label="Play: Ebb"]');
    await page.keyboard.press('Delete');
    await waitForOrder(player, 'ABCFD');
    expect(await focusedLabel(player)).toBe('Play: Fog');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.queue-panel', { hidden: true });
    // The row that was clicked had the focus when the panel was opened.
    expect(await focusedLabel(player)).toBe('Play Breakwater');
    const { state, track } = await player.snapshot();
    expect([state, track?.title]).toEqual(['playing', 'Breakwater']);
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });

  it('is put in order by dragging, and left as it was when Escape is pressed', async () => {
    const player = await stage.openPlayer();
    const { page } = player;
    await openQueue(player, 'Anchor');
    const drag = async (title: string, rows: number): Promise<void> => {
      const handle = await page.$(`[aria-label="Move ${title}"]`);
      const box = await handle?.boundingBox();
      if (!box) throw new Error('there is no handle');
      const x = box.x + box.width / 2;
      const y = box.y + box.height / 2;
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x, y + rows * 56, { steps: 6 });
    };
    await drag('Breakwater', 3);
    await page.mouse.up();
    await waitForOrder(player, 'ACDEBF');
    await drag('Fog', -4);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect(await queuedOrder(player)).toBe('ACDEBF');
    expect(await page.$('.queue-panel')).not.toBeNull();
    await drag('Fog', -4);
    await page.mouse.up();
    await waitForOrder(player, 'AFCDEB');
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });

  it('is there again after a reload, paused at its place, and goes on there', async () => {
    const player = await stage.openPlayer();
    const { page } = player;
    await player.clickTrack('Current');
    await player.waitForPosition(0.5);
    await page.click('[aria-label="Play Fog next"]');
    await player.clickSeekBar(0.5);
    await player.waitForPosition(15.5);
    await page.click('button[aria-label="Repeat"]');
    const requests: string[] = [];
    await page.reload({ waitUntil: 'load' });
    page.on('request', (request) => requests.push(request.url()));
    await page.waitForFunction(
      () => document.querySelector('[data-testid=now-playing]')?.textContent === 'Current',
    );
    const { state, queue } = await player.snapshot();
    expect(await queuedOrder(player)).toBe('ABCFDEF');
    expect([state, queue.currentIndex, queue.repeat]).toEqual(['paused', 2, 'all']);
    const position = await page.evaluate(() => window.auralisPlayer?.positionSeconds ?? NaN);
    expect(position).toBeGreaterThan(15);
    expect(position).toBeLessThan(20);
    expect(requests.filter((url) => url.includes('/stream/'))).toEqual([]);
    await page.click('.round-main');
    await player.waitForPosition(position + 0.5);
    expect((await player.snapshot()).state).toBe('playing');
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });
});

describe('Two tabs', () => {
  it('take turns, unless they are let', async () => {
    const player = await stage.openPlayer();
    await player.clickTrack('Anchor');
    await player.waitForPosition(0.5);
    const other = await player.page.browserContext().newPage();
    await other.goto(`${stage.server.origin}/songs?debug`);
    await other.waitForSelector('.row-button');
    await other.click('[aria-label="Play Ebb"]');
    await player.waitForState('paused');
    await other.click('button[aria-label=Queue]');
    await other.click('.queue-foot [role=switch]');
    await player.page.bringToFront();
    await player.page.click('.round-main');
    await player.waitForState('playing');
    await player.playFor(1);
    const states = [player.page, other].map((page) =>
      page.evaluate(() => window.auralisPlayer?.getSnapshot().state),
    );
    expect(await Promise.all(states)).toEqual(['playing', 'playing']);
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });
});
