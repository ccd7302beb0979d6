/**
 * The installed app in a real browser: it opens without a server, shows what was known, plays what
 * was heard, says why not the rest, and changes to a new version when the listener agrees.
 */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { AuralisServer } from './support/auralis-server';
import { makeSound, writeFlac } from './support/music';
import {
  cachedPaths,
  isControlled,
  textOf,
  until,
  untilKept,
  untilShown,
} from './support/page-waits';
import { webDistPath } from './support/paths';
import { PlainServer } from './support/plain-server';
import { PlayerPage } from './support/player-page';
import { Stage } from './support/stage';

jest.setTimeout(300_000);

const SECONDS = 12;
const CHUNK_COUNT = SECONDS / 2;
/** Where the last cluster is heard. */
const END_SECONDS = SECONDS - 0.4;
const LIBRARY = '/api/library/tracks';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    // Neighbours in the list are prepared, and so kept in part: one lies between them. Nothing
    // follows the track that is compared.
    for (const [index, name] of ['absent', 'between', 'kept'].entries()) {
      const sound = makeSound(44_100, 44_100 * SECONDS, 61 + index);
      await writeFlac(join(folder, `${name}.flac`), sound, 'int16');
    }
  });
});

afterEach(async () => {
  await stage.server.kill();
  await stage.server.restart();
});
afterAll(() => stage?.clear());

/** Chunks of all tracks in the page's store. */
const keptChunkCount = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('auralis-store');
        opening.onerror = () => reject(new Error('the store cannot be opened'));
        opening.onsuccess = () => {
          const database = opening.result;
          const url = window.auralisPlayer?.getSnapshot().track?.url ?? '?';
          const asking = database.transaction('chunks').objectStore('chunks').getAllKeys();
          asking.onsuccess = () => {
            const tracks = (asking.result as string[][]).map(([track = '']) => track);
            database.close();
            resolve(tracks.filter((track) => track.endsWith(url)).length);
          };
        };
      }),
  );

/** The app is installed, and what it showed until then is kept. */
const untilInstalled = (page: Page): Promise<void> => untilKept(page, LIBRARY);

describe('Without a server', () => {
  it('the app opens, plays what was heard whole, says why not the rest, and goes on', async () => {
    const player = await PlayerPage.open(stage.browser, stage.server.origin, {
      keepsApp: true,
      keepsAppended: true,
      // The server is missing on purpose.
      expected: /ERR_|Failed to load|fetch/i,
    });
    const { page } = player;
    await player.clickTrack('kept');
    await player.waitForPosition(0.5);
    await until(
      'all of the track is kept',
      async () => (await keptChunkCount(page)) === CHUNK_COUNT,
    );
    await untilInstalled(page);
    const first = (await player.appended()).map((bytes) => bytes.toString('base64'));

    await stage.server.kill();
    await player.reload();
    expect(await isControlled(page)).toBe(true);
    await untilShown(page, '[data-testid="offline-notice"]', 'as it was known on');
    const rowOf = (title: string): string => `.row:has([aria-label^="Play ${title}"])`;
    await untilShown(page, rowOf('absent'), 'Not kept on this device');
    expect(await page.$(`${rowOf('kept')} .row-kept`)).not.toBeNull();
    expect(await page.$(`${rowOf('absent')} .row-kept`)).toBeNull();
    await player.clickTrack('kept');
    await player.waitForPosition(1);
    await player.clickSeekBar(0);
    await player.waitForPosition(END_SECONDS);
    const { error, mode } = await player.snapshot();
    const second = await player.appended();
    expect({ error, mode }).toEqual({ error: null, mode: 'enhanced' });
    expect(second.length).toBeGreaterThan(SECONDS);
    const strange = second.filter((bytes) => !first.includes(bytes.toString('base64')));
    expect(strange.length).toBe(0);

    await player.clickTrack('absent');
    await untilShown(page, '.player-bar .notice', 'You are offline and this track is not kept');

    await stage.server.restart();
    await player.waitForPosition(2);
    expect(await textOf(page, '[data-testid="now-playing"]')).toBe('absent');
    await until(
      'the words are gone',
      async () => (await page.$('[data-testid="offline-notice"]')) === null,
    );
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });
});

describe('A server that answers', () => {
  it('is believed, also when it answers with an error', async () => {
    const proxy = await PlainServer.start(stage.server.origin, { ranges: true });
    const player = await PlayerPage.open(stage.browser, proxy.origin, {
      keepsApp: true,
      expected: /503/,
    });
    await untilInstalled(player.page);
    await player.reload();
    expect(await isControlled(player.page)).toBe(true);
    proxy.missing = /^\/api\/library\/tracks/;
    proxy.missingStatus = 503;
    await player.page.reload({ waitUntil: 'load' });
    await untilShown(player.page, '.notice-error', 'The server answered with error 503.');
    expect(await player.page.$('[data-testid="offline-notice"]')).toBeNull();
    expect(await player.complaints()).toEqual([]);
    await player.close();
    await proxy.stop();
  });
});

describe('?sw=off', () => {
  it('leaves nothing of the service worker and what it kept', async () => {
    const player = await PlayerPage.open(stage.browser, stage.server.origin, { keepsApp: true });
    const { page } = player;
    await untilInstalled(page);
    await page.goto(`${stage.server.origin}/songs?sw=off`, { waitUntil: 'load' });
    // The page loads itself again, and cannot be asked meanwhile.
    await until(
      'the page is without it',
      async () => !(await isControlled(page).catch(() => true)),
    );
    await until('nothing is kept', async () => (await cachedPaths(page)).length === 0);
    await until('it is gone', () =>
      page.evaluate(async () => (await navigator.serviceWorker.getRegistration()) === undefined),
    );
    await page.reload({ waitUntil: 'load' });
    await page.waitForSelector('.row-button');
    expect(await isControlled(page)).toBe(false);
    await player.close();
  });
});

describe('The app', () => {
  it('is one that browsers install', async () => {
    // Browsers install nothing from a private window.
    const page = await stage.browser.browser.newPage();
    await page.goto(stage.server.origin, { waitUntil: 'load' });
    const session = await page.createCDPSession();
    const { errors } = await session.send('Page.getAppManifest');
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    await page.goto('about:blank');
    await page.close();
    expect({ errors, installabilityErrors }).toEqual({ errors: [], installabilityErrors: [] });
  });

  it('begins with the whole library where its shortcut asks for it', async () => {
    const player = await PlayerPage.open(stage.browser, stage.server.origin, {
      query: 'start=shuffle',
    });
    await player.waitForPosition(0.5);
    const { queue } = await player.snapshot();
    expect(queue.shuffle).toBe(true);
    expect(await player.page.evaluate(() => location.search)).not.toContain('start');
    await player.close();
  });
});

/** Makes another version of the web app in `folder`: its page tells which one. */
const makeVersion = async (folder: string, version: string): Promise<void> => {
  const dist = webDistPath();
  const hashOf = (algorithm: string, text: string): ReturnType<typeof createHash> =>
    createHash(algorithm).update(text);
  const page = await readFile(join(dist, 'index.html'), 'utf8');
  const worker = await readFile(join(dist, 'sw.js'), 'utf8');
  const changed = page.replace('<head>', `<head><meta name="version" content="${version}" />`);
  const before = [hashOf('md5', page).digest('hex'), hashOf('sha256', page).digest('base64')];
  const after = [hashOf('md5', changed).digest('hex'), hashOf('sha256', changed).digest('base64')];
  const changedWorker = before.reduce((text, hash, index) => {
    if (!text.includes(hash)) throw new Error(`sw.js does not know the page as ${hash}`);
    return text.replace(hash, after[index] ?? '');
  }, worker);
  await rm(join(folder, 'index.html.br'), { force: true });
  await rm(join(folder, 'sw.js.br'), { force: true });
  await writeFile(join(folder, 'index.html'), changed);
  await writeFile(join(folder, 'sw.js'), changedWorker);
};

const versionOf = (page: Page): Promise<string | null> =>
  page.evaluate(
    () => document.querySelector<HTMLMetaElement>('meta[name=version]')?.content ?? null,
  );

const shellCount = (page: Page): Promise<number> =>
  page.evaluate(async () => (await caches.keys()).filter((name) => name.includes('shell')).length);

describe('A new version', () => {
  let folder: string;
  let server: AuralisServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'auralis-web-'));
    await cp(webDistPath(), folder, { recursive: true });
    server = await AuralisServer.start(stage.musicFolder, { webFolder: folder });
  });

  afterAll(async () => {
    await server?.clear();
    await rm(folder, { recursive: true, force: true });
  });

  it('waits for the listener, or for the next start', async () => {
    const player = await PlayerPage.open(stage.browser, server.origin, { keepsApp: true });
    const { page } = player;
    const lookForUpdate = (): Promise<void> =>
      page.evaluate(async () => {
        await (await navigator.serviceWorker.getRegistration())?.update();
      });
    await untilInstalled(page);
    await player.reload();
    await untilInstalled(page);
    await player.clickTrack('kept');
    await player.waitForPosition(0.5);
    // The page looks for new versions of what it has registered itself.
    await player.waitForPosition(6);

    await makeVersion(folder, '2');
    await lookForUpdate();
    await untilShown(page, '[data-testid="update-notice"]', 'A new version is ready.');
    // Nothing has changed for whoever listens.
    expect(await versionOf(page)).toBeNull();
    expect((await player.snapshot()).track?.title).toBe('kept');
    await page.click('[data-testid="update-notice"] button');
    await until('the new version is there', async () => {
      // While the page is changed, it cannot be asked.
      try {
        return (await versionOf(page)) === '2';
      } catch {
        return false;
      }
    });
    await page.waitForSelector('.row-button');
    await until('the old version is given up', async () => (await shellCount(page)) === 1);

    await makeVersion(folder, '3');
    await lookForUpdate();
    await until('it waits', () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        return registration?.waiting !== null;
      }),
    );
    expect(await versionOf(page)).toBe('2');
    await until('the next start brings it', async () => {
      await page.goto('about:blank');
      await page.goto(server.origin, { waitUntil: 'load' });
      return (await versionOf(page)) === '3';
    });
    await player.close();
  });
});
