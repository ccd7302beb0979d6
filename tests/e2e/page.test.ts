/** What a listener meets in the page: broken files, twins, unknown lengths, forbidden storage. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from '../support/random';
import { installRenderCounter } from '../support/render-counter';
import { TestBrowser } from './support/browser';
import { encodeWav, makeSound, writeFlac, writeMp3, writeWav } from './support/music';
import { PlayerPage } from './support/player-page';
import { runProgram } from './support/run-program';
import { Stage } from './support/stage';

jest.setTimeout(180_000);

/** What the browser itself says when a request fails; the page says it in words of its own. */
const NETWORK_NOISE = /Failed to load resource|net::ERR_/;
const SECONDS = 4;

let stage: Stage;

const makeMusic = async (folder: string): Promise<void> => {
  const at = (file: string): string => join(folder, file);
  const sound = makeSound(44_100, 44_100 * SECONDS, 71);
  const long = makeSound(44_100, 44_100 * 12, 72);
  // In the order of the list, which is that of the titles.
  await writeWav(at('a1 sound.wav'), sound, 'int16');
  await writeFile(at('a2 noise.flac'), randomBytes(150_000, 7));
  await writeFlac(at('a3 sound.flac'), long, 'int16');
  await writeFile(at('b1 noise.mp3'), randomBytes(150_000, 8));
  await writeFile(at('b2 empty.wav'), '');
  await writeFile(at('b3 noise.wav'), randomBytes(150_000, 9));
  await writeWav(at('b4 sound.wav'), sound, 'int16');
  await writeWav(at('c1 vanishing.wav'), sound, 'int16');
  await writeWav(at('c2 sound.wav'), long, 'int16');
  for (const album of ['One', 'Two']) {
    const tags = ['TITLE=Twin', 'ARTIST=The Pair', `ALBUM=Album ${album}`];
    await writeFlac(
      at(`twin ${album}.flac`),
      long,
      'int16',
      tags.map((tag) => `--tag=${tag}`),
    );
  }
  const duet = [
    'TITLE=Don’t Wait',
    'ARTIST=Alice',
    'ARTIST=Bob',
    'ALBUM=Duets',
    'ALBUMARTIST=Émile'.normalize('NFD'),
  ];
  await writeFlac(at('z.flac'), sound, 'int16', [
    '--no-utf8-convert',
    ...duet.map((tag) => `--tag=${tag}`),
  ]);
  await writeMp3(at('untold mp3.mp3'), makeSound(44_100, 44_100 * 20, 73), ['-V', '2', '-t']);
  await writeFile(at('untold.source.tmp'), encodeWav(long, 'int16'));
  // A pipe: the encoder cannot go back to write the length into the header.
  const source = at('untold.source.tmp');
  const flac = await runProgram('flac', ['--silent', '--stdout', source]);
  flac.fill(0, 22, 26); // RFC 9639 section 8.2: the lower 32 of the 36 bits of the length.
  flac.writeUInt8(flac.readUInt8(21) & 0xf0, 21);
  await writeFile(at('untold flac.flac'), flac);
};

beforeAll(async () => {
  stage = await Stage.set(makeMusic);
});

afterAll(() => stage?.clear());

const waitForTrack = async ({ page }: PlayerPage, title: string): Promise<void> => {
  await page.waitForFunction(
    (wanted) => document.querySelector('[data-testid=now-playing]')?.textContent === wanted,
    { polling: 50, timeout: 60_000 },
    title,
  );
};

const textOf = ({ page }: PlayerPage, selector: string): Promise<string> =>
  page.$$eval(selector, (elements) => elements.map(({ textContent }) => textContent).join('\n'));

const durationOf = (player: PlayerPage, title: string): Promise<string> =>
  textOf(player, `.row:has([aria-label^="Play ${title}"]) .row-duration`);

describe('A queue with broken files in it', () => {
  it('goes on with the next track, and says which one it left out and why', async () => {
    const player = await stage.openPlayer({ expected: NETWORK_NOISE });
    await player.clickTrack('a1 sound');
    await waitForTrack(player, 'a3 sound');
    await player.waitForPosition(1);
    const words = await textOf(player, '[data-testid=skipped-notice]');
    const { state, mode, error } = await player.snapshot();
    const complaints = await player.complaints();
    await player.page.click('[data-testid=skipped-notice] button');
    await player.page.waitForSelector('[data-testid=skipped-notice]', { hidden: true });
    await player.close();
    expect(words).toMatch(/“a2 noise” was skipped\. This is no audio file/);
    expect({ state, mode, error, complaints }).toEqual({
      state: 'playing',
      mode: 'enhanced',
      error: null,
      complaints: [],
    });
  });

  it('stops at the third in a row, in words', async () => {
    const player = await stage.openPlayer({ expected: NETWORK_NOISE });
    await player.clickTrack('b1 noise');
    await player.waitForState('error');
    const words = await textOf(player, '.notice-error');
    const skipped = await textOf(player, '[data-testid=skipped-notice]');
    const { track, error } = await player.snapshot();
    const complaints = await player.complaints();
    await player.close();
    expect(track?.title).toBe('b3 noise');
    expect(error?.code).toMatch(/unsupported|corrupt/);
    expect(words).toContain('3 tracks in a row could not be played');
    expect(skipped).toMatch(/“b1 noise” was skipped.*“b2 empty” was skipped/s);
    expect(complaints).toEqual([]);
  });

  it('goes on when a track is gone from the server', async () => {
    const player = await stage.openPlayer({
      expected: NETWORK_NOISE,
      // The page hears nothing of it: the row would be gone before a slow machine clicks on it.
      before: () => void Reflect.deleteProperty(window, 'EventSource'),
    });
    await rm(stage.pathOf('c1 vanishing.wav'));
    await player.clickTrack('c1 vanishing');
    await waitForTrack(player, 'c2 sound');
    await player.waitForPosition(1);
    const words = await textOf(player, '[data-testid=skipped-notice]');
    const complaints = await player.complaints();
    await player.close();
    expect(words).toMatch(/“c1 vanishing” was skipped\. This track is gone/);
    expect(complaints).toEqual([]);
  });

  it('waits for a server that is away, at the track that was chosen', async () => {
    const player = await stage.openPlayer({ expected: NETWORK_NOISE });
    await player.clickTrack('a1 sound');
    await player.waitForPosition(1);
    await stage.server.kill();
    await player.clickTrack('c2 sound');
    await player.page.waitForFunction(
      () => (window.auralisPlayer?.getSnapshot().reconnecting?.attempt ?? 0) >= 3,
      { polling: 50, timeout: 60_000 },
    );
    await stage.server.restart();
    await player.waitForPosition(1);
    const { track, skipped, state } = await player.snapshot();
    const complaints = await player.complaints();
    await player.close();
    expect({ title: track?.title, skipped, state, complaints }).toEqual({
      title: 'c2 sound',
      skipped: [],
      state: 'playing',
      complaints: [],
    });
  });

  it('plays originals in the same way where there is no MSE', async () => {
    const player = await stage.openPlayer({
      expected: NETWORK_NOISE,
      before: () => {
        Reflect.deleteProperty(window, 'MediaSource');
        Reflect.deleteProperty(window, 'ManagedMediaSource');
      },
    });
    await player.clickTrack('a2 noise');
    await waitForTrack(player, 'a3 sound');
    await player.waitForPosition(1);
    const { mode, skipped } = await player.snapshot();
    expect(mode).toBe('original');
    expect(skipped).toMatchObject([{ failure: { code: 'unsupported' } }]);
    // A server out of reach is not a broken file.
    await stage.server.kill();
    await player.clickTrack('b4 sound');
    await player.waitForState('error');
    const { track, error } = await player.snapshot();
    await stage.server.restart();
    const complaints = await player.complaints();
    await player.close();
    expect({ title: track?.title, code: error?.code }).toEqual({
      title: 'b4 sound',
      code: 'network',
    });
    expect(complaints).toEqual([]);
  });
});

describe('The lock screen', () => {
  it('shows the album of the second of two twins, and where a seek went while paused', async () => {
    const player = await stage.openPlayer({
      before: () => {
        const { setPositionState } = MediaSession.prototype;
        MediaSession.prototype.setPositionState = function (state) {
          Object.assign(window, { lastPosition: state?.position ?? null });
          setPositionState.call(this, state);
        };
      },
    });
    const shown = (): Promise<object> =>
      player.page.evaluate(() => {
        const { title, artist, album } = navigator.mediaSession.metadata ?? {};
        return { title, artist, album };
      });
    const rows = await player.page.$$('.row-button[aria-label^="Play Twin"]');
    await rows[0]?.click();
    await player.waitForPosition(0.5);
    expect(await shown()).toEqual({ title: 'Twin', artist: 'The Pair', album: 'Album One' });
    await player.page.click('button[aria-label=Next]');
    await player.waitForState('loading', 'playing');
    await player.waitForPosition(0.5);
    expect(await shown()).toEqual({ title: 'Twin', artist: 'The Pair', album: 'Album Two' });
    await player.page.click('.round-main');
    await player.waitForState('paused');
    const target = await player.clickSeekBar(0.6);
    await player.waitForPosition(target - 0.01); // Media time is in microseconds.
    const position = await player.page.evaluate(
      () => (window as { lastPosition?: number }).lastPosition,
    );
    expect(await player.snapshot()).toMatchObject({ state: 'paused' });
    expect(position).toBeCloseTo(target, 2);
    const complaints = await player.complaints();
    await player.close();
    expect(complaints).toEqual([]);
  });
});

describe('The search', () => {
  it.each(['dont', "DON'T", 'don’t wait', 'bob', 'alice bob', 'emile'])(
    '%s finds “Don’t Wait” by Alice and Bob, from the album of Émile',
    async (query) => {
      const player = await stage.openPlayer();
      await player.page.type('input[type=search]', query);
      await player.page.waitForFunction(() => document.querySelectorAll('.row').length === 1);
      const title = await textOf(player, '.row-title');
      const artist = await textOf(player, '.row-artist');
      const complaints = await player.complaints();
      await player.close();
      expect({ title, artist, complaints }).toEqual({
        title: 'Don’t Wait',
        artist: 'Alice, Bob',
        complaints: [],
      });
    },
  );
});

describe('A length', () => {
  it.each([
    ['untold mp3', '0:20'],
    ['untold flac', '0:12'],
  ])(
    'of %s is never told wrongly for long: it is %s in the bar and the list',
    async (title, is) => {
      const player = await stage.openPlayer();
      const before = await durationOf(player, title);
      await player.clickTrack(title);
      await player.waitForPosition(0.5);
      const bar = await textOf(player, '[data-testid=duration]');
      const row = await durationOf(player, title);
      const complaints = await player.complaints();
      await player.close();
      expect(before).not.toBe('0:00');
      expect({ bar, row, complaints }).toEqual({ bar: is, row: is, complaints: [] });
    },
  );
});

describe('Storage that the browser forbids', () => {
  it('costs the settings, and nothing else', async () => {
    const forbids = { profile: { default_content_setting_values: { cookies: 2 } } };
    const browser = await TestBrowser.launch([], forbids);
    const player = await PlayerPage.open(browser, stage.server.origin);
    const storage = await player.page.evaluate(() => {
      try {
        return typeof window.localStorage;
      } catch (error) {
        return (error as DOMException).name;
      }
    });
    await player.clickPreset('warm');
    await player.clickTrack('a3 sound');
    await player.waitForPosition(1);
    const { state, settings } = await player.snapshot();
    await player.page.reload();
    await player.page.waitForSelector('.row-button');
    const after = await player.snapshot();
    const complaints = await player.complaints();
    await player.close();
    await browser.close();
    expect(storage).toBe('SecurityError');
    expect({ state, preset: settings.preset }).toEqual({ state: 'playing', preset: 'warm' });
    expect(after.settings.preset).toBe('adaptive');
    expect(complaints).toEqual([]);
  });
});

describe('The rows of the list', () => {
  it('render only when something in them changes', async () => {
    // Nothing is kept: a row that is marked as kept meanwhile would render for a good reason.
    const player = await stage.openPlayer({ before: installRenderCounter, query: 'store=off' });
    const rendersOf = async (action: () => Promise<unknown>): Promise<object> => {
      await player.page.evaluate(() => {
        globalThis.rowRenders = {};
      });
      await action();
      return player.page.evaluate(() => globalThis.rowRenders);
    };
    const rowCount = await player.page.$$eval('.row', ({ length }) => length);
    const all = await player.page.evaluate(() => globalThis.rowRenders);
    expect(Object.values(all)).toEqual(new Array(rowCount).fill(1));
    const started = await rendersOf(async () => {
      await player.clickTrack('c2 sound');
      await player.waitForPosition(1);
    });
    // It, and those that had the list's Tab stop before: the one of the first moment, and the first
    // one in sight once the list was scrolled.
    expect(Object.keys(started)).toHaveLength(3);
    const quiet = await rendersOf(async () => {
      await player.playFor(1);
      await player.clickPreset('warm');
      await player.slideIntensity(40);
      await player.page.keyboard.press('m');
      await player.playFor(1);
    });
    expect(quiet).toEqual({});
    const complaints = await player.complaints();
    await player.close();
    expect(complaints).toEqual([]);
  });
});
