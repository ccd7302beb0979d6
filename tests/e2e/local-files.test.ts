/**
 * Files of the listener's own device in real browsers: dropped on the page, opened by the system,
 * shared by another app. They need no server, and sound as the command line makes them sound.
 */
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ElementHandle, Page } from 'puppeteer-core';
import { decodeRender } from './support/auralis-cli';
import { ListeningBrowser } from './support/browsers/listening-browser';
import { ListeningPlayer } from './support/browsers/listening-player';
import { joinStarved } from './support/browsers/starvation';
import { compareCapture } from './support/compare-capture';
import { makeSound, writeFlac, writeMp3 } from './support/music';
import type { OpenOptions, PlayerPage } from './support/player-page';
import { runProgram } from './support/run-program';
import { endFrameOf, expectCleanSound, joinWaits } from './support/sound-verdict';
import { Stage } from './support/stage';

jest.setTimeout(300_000);

const WAIT_MS = 60_000;
const SECONDS = 8;
/** The first samples of a fade-in are too faint to be told from silence. */
const FAINT_FRAMES = 8;
/** What a page without its server complains about. */
const NO_SERVER = /ERR_|Failed to load|fetch/i;

let stage: Stage;
/** What no server has. */
let device: string;
const pathOf = (name: string): string => join(device, name);

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    const sound = makeSound(44_100, 44_100 * SECONDS, 91);
    await writeFlac(join(folder, 'library.flac'), sound, 'int16');
  });
  device = await mkdtemp(join(tmpdir(), 'auralis-device-'));
  await mkdir(pathOf('Album'));
  const sound = (seed: number) => makeSound(44_100, 44_100 * SECONDS, seed);
  const tags = ['--tag=TITLE=Löwenzahn', '--tag=ARTIST=Mira Voss', '--tag=ALBUM=Harbour'];
  await writeFlac(pathOf('alone.flac'), sound(92), 'int16', tags);
  await writeFlac(pathOf('Album/10 last.flac'), sound(93), 'int16');
  await writeMp3(pathOf('Album/9 first.mp3'), sound(94));
  await rm(pathOf('Album/9 first.mp3.source.tmp'));
  await rm(pathOf('Album/10 last.flac.source.tmp'));
  await writeFile(pathOf('Album/cover.jpg'), 'no picture either');
  const ogg = ['-c:a', 'libopus', pathOf('strange.ogg')];
  await runProgram('ffmpeg', ['-v', 'error', '-i', pathOf('alone.flac'), ...ogg]);
  await writeFile(pathOf('broken.mp3'), Buffer.alloc(40_000, 'no music '));
});

afterEach(async () => {
  await stage.server.kill();
  await stage.server.restart();
});
afterAll(async () => {
  await rm(device, { recursive: true, force: true });
  await stage?.clear();
});

/** The code that opens files is fetched behind the first view. */
const untilReady = async (page: Page): Promise<void> => {
  await page.waitForFunction(
    () =>
      performance.getEntriesByType('resource').some(({ name }) => /make-opener.*\.js/.test(name)),
    { polling: 50, timeout: WAIT_MS },
  );
};

const openPage = async (options: OpenOptions = {}): Promise<PlayerPage> => {
  const player = await stage.openPlayer(options);
  await untilReady(player.page);
  return player;
};

/** As from the system's own window of files. */
const drop = async ({ page }: PlayerPage, paths: readonly string[]): Promise<void> => {
  const session = await page.createCDPSession();
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 640, y: 300, data });
    if (type === 'dragOver') await page.waitForSelector('.drop-area.over');
  }
  await session.detach();
};

const waitForTrack = async ({ page }: PlayerPage, title: string): Promise<void> => {
  await page.waitForFunction(
    (wanted) => window.auralisPlayer?.getSnapshot().track?.title === wanted,
    { polling: 50, timeout: WAIT_MS },
    title,
  );
};

const untilShown = async (page: Page, selector: string, words: string): Promise<void> => {
  await page.waitForFunction(
    (where, what) => document.querySelector(where)?.textContent?.includes(what) === true,
    { polling: 50, timeout: WAIT_MS },
    selector,
    words,
  );
};

/** All of the file is heard, and as the command line renders it. */
const expectHeard = async (player: PlayerPage, path: string): Promise<void> => {
  await player.waitForState('ended', 'error');
  const { mode, error } = await player.snapshot();
  const { pcm } = await player.takeCapture();
  const events = await player.events();
  expect({ mode, error }).toEqual({ mode: 'enhanced', error: null });
  const reference = await decodeRender(path, {});
  const comparison = joinWaits(compareCapture(pcm, [{ name: 'file', pcm: reference }]), events);
  // All of it, and nothing else; where silence is around it that may count as its own.
  expectCleanSound(comparison);
  const [segment, ...others] = comparison.segments;
  expect(others).toEqual([]);
  expect(segment?.referenceStart).toBeLessThanOrEqual(FAINT_FRAMES);
  expect(endFrameOf(comparison)).toBeGreaterThanOrEqual(reference.left.length);
};

describe('A file that is dropped on the page', () => {
  it('plays without a server, as the command line makes it sound', async () => {
    const player = await openPage({ expected: NO_SERVER });
    const { page } = player;
    // The engine is there as soon as anything was heard.
    await player.clickTrack('library');
    await player.clickSeekBar(0.9);
    // Nothing of it may sound into the recording.
    await player.waitForState('ended');
    await stage.server.kill();

    await player.startCapture();
    await drop(player, [pathOf('alone.flac')]);
    await untilShown(page, '.toast', 'Playing 1 file from this device.');
    expect(await page.$('.drop-area.over')).toBeNull();
    // What the file tells of itself.
    await waitForTrack(player, 'Löwenzahn');
    const metadata = await page.evaluate(() => {
      const { title, artist, album } = navigator.mediaSession.metadata ?? {};
      return { title, artist, album };
    });
    expect(metadata).toEqual({ title: 'Löwenzahn', artist: 'Mira Voss', album: 'Harbour' });
    await expectHeard(player, pathOf('alone.flac'));
    const { durationSeconds, track } = await player.snapshot();
    expect(durationSeconds).toBeCloseTo(SECONDS, 5);
    expect(track?.url).toMatch(/^local:\d+\.\d+\/alone\.flac$/);
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });

  it('may be a folder: its audio plays in order, and is still there after a reload', async () => {
    const player = await openPage();
    const { page } = player;
    await drop(player, [pathOf('Album')]);
    await untilShown(page, '.toast', '“cover.jpg” is no audio file and was passed over.');
    await player.waitForPosition(1);
    const paths = async (): Promise<string[]> =>
      (await player.snapshot()).queue.items.map(({ track }) =>
        decodeURIComponent(track.url).replace(/^local:[\d.]+\//, ''),
      );
    const expected = ['Album/9 first.mp3', 'Album/10 last.flac'];
    expect(await paths()).toEqual(expected);
    await page.click('.transport [aria-label="Next"]');
    await waitForTrack(player, '10 last');
    await player.waitForPosition(1);
    await page.evaluate(() => window.auralisPlayer?.pause());

    await player.reload();
    expect(await paths()).toEqual(expected);
    await page.click('.transport [aria-label="Play"]');
    await player.waitForState('playing', 'error');
    // Chromium may ask for leave again; without a dialogue that is answered by nobody.
    const { state, error } = await player.snapshot();
    expect(error?.code ?? state).toBe('playing');
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });

  it('is played by the browser where only that can', async () => {
    const player = await openPage({
      before: () => {
        const { revokeObjectURL } = URL;
        const revoked: string[] = [];
        Object.assign(window, { revoked });
        URL.revokeObjectURL = (url) => {
          revoked.push(url);
          revokeObjectURL.call(URL, url);
        };
      },
    });
    const { page } = player;
    await drop(player, [pathOf('strange.ogg')]);
    await player.waitForPosition(1);
    expect((await player.snapshot()).mode).toBe('original');
    await untilShown(page, '[data-testid="original-notice"]', 'You hear the original');
    const url = await page.evaluate(() => window.auralisHooks.audio?.src ?? '');
    expect(url).toMatch(/^blob:/);
    const isRevoked = (): Promise<boolean> =>
      page.evaluate(
        (one) => (window as unknown as { revoked: string[] }).revoked.includes(one),
        url,
      );
    expect(await isRevoked()).toBe(false);
    await drop(player, [pathOf('alone.flac')]);
    await waitForTrack(player, 'Löwenzahn');
    await player.waitForPosition(0.5);
    expect((await player.snapshot()).mode).toBe('enhanced');
    expect(await isRevoked()).toBe(true);
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });

  it('costs words where nobody can play it, or where it is no audio', async () => {
    const player = await openPage();
    const { page } = player;
    await drop(player, [pathOf('Album/cover.jpg')]);
    await untilShown(page, '.toast', 'There is no audio file in what you opened.');
    expect((await player.snapshot()).track).toBeNull();
    await drop(player, [pathOf('broken.mp3')]);
    await player.waitForState('error');
    await untilShown(page, '.notice-error', 'This is no audio file.');
    await player.close();
  });

  it('that has changed since says so, and plays as it is now with a click', async () => {
    const player = await openPage();
    const path = pathOf('changing.flac');
    await writeFile(path, await readFile(pathOf('alone.flac')));
    await drop(player, [path]);
    await player.waitForPosition(0.5);
    await writeFile(path, await readFile(pathOf('Album/10 last.flac')));
    await utimes(path, 1000, 1000);
    await player.page.evaluate(() => window.auralisPlayer?.retry());
    await player.waitForState('error');
    await untilShown(player.page, '.notice-error', 'changed, moved or removed');
    const before = (await player.snapshot()).track?.url;
    await player.page.click('.notice-error button');
    await player.waitForState('playing');
    const { track, error, queue } = await player.snapshot();
    expect(error).toBeNull();
    expect(track?.url).not.toBe(before);
    expect(track?.url).toMatch(/^local:\d+\.1000000\/changing\.flac$/);
    expect(queue.items.map((item) => item.track.url)).toEqual([track?.url]);
    await player.close();
  });
});

/**
 * What the form has chosen is sent; from no page of anybody's (`about:blank`), it comes as the
 * system sends what is shared.
 */
const shareTo = async (
  page: Page,
  origin: string,
  path: string,
  from = 'about:blank',
): Promise<void> => {
  await page.goto(from);
  await page.setContent(
    `<form method="post" enctype="multipart/form-data" action="${origin}/share">
       <input type="file" name="files" /><button>Share</button>
     </form>`,
  );
  const input = (await page.$('input')) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(path);
  await Promise.all([page.waitForNavigation({ timeout: WAIT_MS }), page.click('button')]);
};

describe('A file that another app shares', () => {
  it('is taken in by the service worker, and plays without a server when told to, once', async () => {
    const player = await openPage({ keepsApp: true, expected: NO_SERVER });
    const { page } = player;
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await stage.server.kill();
    await shareTo(page, stage.server.origin, pathOf('alone.flac'));
    expect(new URL(page.url()).pathname).toBe('/');
    const asked = '1 shared file. “alone.flac”';
    await untilShown(page, '[data-testid="shared-notice"]', asked);
    // Nothing is lost before the answer.
    await page.reload({ waitUntil: 'load' });
    await untilShown(page, '[data-testid="shared-notice"]', asked);
    await page.click('[data-testid="shared-notice"] button');
    // Without `?debug` the page shows itself only as to a listener.
    await untilShown(page, '[data-testid="now-playing"]', 'Löwenzahn');
    await untilShown(page, '[data-testid="state"]', 'Playing');
    expect(new URL(page.url()).search).toBe('');
    const left = await page.evaluate(async () => await caches.has('auralis-shared-1'));
    expect(left).toBe(false);
    await page.reload({ waitUntil: 'load' });
    await untilShown(page, '[data-testid="now-playing"]', 'Löwenzahn');
    await page.click('.transport [aria-label="Play"]');
    await untilShown(page, '.player-bar .notice-error', 'This file has to be opened again.');
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });
});

describe('A form of a foreign page', () => {
  /** A neighbour: another origin on this machine. */
  const serve = async (): Promise<{ origin: string; close: () => void }> => {
    const server = createServer((request, response) => {
      const policy = request.url === '/hidden' ? 'no-referrer' : 'unsafe-url';
      response.writeHead(200, { 'Content-Type': 'text/html', 'Referrer-Policy': policy });
      response.end('<!doctype html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
  };

  it('is refused where it names itself, and else plays nothing by itself', async () => {
    const foreign = await serve();
    // It is refused, which the console tells.
    const player = await openPage({ keepsApp: true, expected: /403/ });
    const { page } = player;
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    const { origin } = stage.server;
    await shareTo(page, origin, pathOf('alone.flac'), foreign.origin);
    await untilShown(page, 'h1', 'Nothing was taken in');
    expect(new URL(page.url()).pathname).toBe('/share');
    await page.click('a');
    await page.waitForSelector('.open-files');
    expect(await page.evaluate(async () => await caches.has('auralis-shared-1'))).toBe(false);
    await shareTo(page, origin, pathOf('alone.flac'), `${foreign.origin}/hidden`);
    await untilShown(page, '[data-testid="shared-notice"]', '1 shared file. “alone.flac”');
    expect(await page.$('[data-testid="now-playing"]')).toBeNull();
    const [, , discard] = await page.$$('[data-testid="shared-notice"] button');
    await discard?.click();
    await page.waitForSelector('[data-testid="shared-notice"]', { hidden: true });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('player-bar');
    expect(await player.complaints()).toEqual([]);
    foreign.close();
    await player.close();
  });
});

type Launch = { readonly targetURL: string; readonly files: readonly FileSystemFileHandle[] };
type LaunchScope = { consumer?: (launch: Launch) => void };

describe('A file that the system opens with the app', () => {
  it('plays, and still does after a reload, by its handle', async () => {
    const player = await openPage({
      before: () => {
        const setConsumer = (consumer: (launch: Launch) => void): void => {
          (window as LaunchScope).consumer = consumer;
        };
        // The browser's own cannot be assigned to.
        Object.defineProperty(window, 'launchQueue', { value: { setConsumer } });
      },
    });
    const { page } = player;
    const bytes = (await readFile(pathOf('alone.flac'))).toString('base64');
    // A real handle of a real file, in the browser's own file system.
    await page.evaluate(async (base64) => {
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle('handled.flac', { create: true });
      const writing = await handle.createWritable();
      await writing.write(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
      await writing.close();
      (window as LaunchScope).consumer?.({ targetURL: location.href, files: [handle] });
    }, bytes);
    await waitForTrack(player, 'Löwenzahn');
    await player.waitForPosition(2);
    await page.evaluate(() => window.auralisPlayer?.pause());
    await player.reload();
    await waitForTrack(player, 'Löwenzahn');
    await page.click('.transport [aria-label="Play"]');
    await player.waitForState('playing', 'error');
    expect((await player.snapshot()).error).toBeNull();
    await player.waitForPosition(3);
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });
});

type Axe = { readonly run: () => Promise<{ violations: { id: string }[] }> };

describe('The button and the drop area', () => {
  it('are reached by keys, told by words, and axe finds nothing wrong', async () => {
    const player = await openPage({ path: '/', awaits: '.open-files' });
    const { page } = player;
    await page.focus('.search input');
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(name).toBe('Play files from this device');
    const session = await page.createCDPSession();
    const data = { items: [], files: [pathOf('alone.flac')], dragOperationsMask: 1 };
    await session.send('Input.dispatchDragEvent', { type: 'dragEnter', x: 640, y: 300, data });
    await untilShown(page, '.drop-area[role="status"]', 'Drop audio files or folders');
    const source = createRequire(import.meta.url).resolve('axe-core');
    await page.evaluate(await readFile(source, 'utf8'));
    for (const value of ['light', 'dark']) {
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value },
        // Colours on their way to others are neither's.
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      const found = await page.evaluate(async () => {
        const { violations } = await (window as unknown as { axe: Axe }).axe.run();
        return violations.map(({ id }) => id);
      });
      expect({ value, found }).toEqual({ value, found: [] });
    }
    await player.close();
  });
});

describe('In Firefox', () => {
  it('a dropped file sounds as the command line makes it sound', async () => {
    const browser = await ListeningBrowser.launch('firefox');
    const reference = { name: 'file', pcm: await decodeRender(pathOf('alone.flac'), {}) };
    const player = await ListeningPlayer.open(browser, stage.server.origin, [reference]);
    const bytes = (await readFile(pathOf('alone.flac'))).toString('base64');
    await browser.run(
      (base64, name) => {
        const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([content], name));
        const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
        document.body.dispatchEvent(event);
      },
      bytes,
      basename(pathOf('alone.flac')),
    );
    await player.waitForState('ended');
    const { pcm, events, complaints } = await player.finish();
    await browser.close();
    expect(complaints).toEqual([]);
    const comparison = joinStarved(compareCapture(pcm, [reference]), events);
    expectCleanSound(comparison);
    const frames = comparison.segments.reduce((sum, segment) => sum + segment.frames, 0);
    expect(frames).toBeGreaterThan(reference.pcm.left.length - 4800);
  });
});
