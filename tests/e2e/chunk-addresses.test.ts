/**
 * Enhanced sound by addresses: the service worker answers with the bytes of the command line, to a
 * page that has nothing else of Auralis.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  decodeRender,
  initSegment,
  renderChunk,
  renderPipe,
  trackFacts,
} from './support/auralis-cli';
import type { Settings } from './support/auralis-cli';
import { launchDriver } from './support/browsers/browser-driver';
import { ChunkStage, fetchIn, type Answer } from './support/chunk-stage';
import { compareCapture } from './support/compare-capture';
import { makeSound, writeFlac, writeMp3 } from './support/music';
import type { PlayerPage } from './support/player-page';
import { expectCleanSound, expectStart, joinWaits } from './support/sound-verdict';

jest.setTimeout(300_000);

const SECONDS = 21.37;
const CHUNK_COUNT = 11;
const RATE_HZ = 44_100;
/** In the plain page: far behind what it has loaded by then. */
const SEEK_SECONDS = 14.2;

let stage: ChunkStage;
let player: PlayerPage;
let flac: string;

const addressOf = (track: string, part: string | number, query = ''): string =>
  `/api/player/stream_chunk/${track}/${part}${query}`;

const get = (track: string, part: string | number, query = ''): Promise<Answer> =>
  fetchIn(player.page, addressOf(track, part, query));

const codeOf = ({ body }: Answer): string =>
  (JSON.parse(body.toString()) as { error: { code: string; message: string } }).error.code;

beforeAll(async () => {
  stage = await ChunkStage.set(async (folder) => {
    const frames = Math.round(RATE_HZ * SECONDS);
    const tags = ['--tag=TITLE=one', '--tag=ARTIST=Somebody'];
    await writeFlac(`${folder}/one.flac`, makeSound(RATE_HZ, frames, 71), 'int16', tags);
    await writeMp3(`${folder}/two.mp3`, makeSound(RATE_HZ, frames, 72), ['-V', '2']);
    await writeFlac(`${folder}/three.flac`, makeSound(RATE_HZ, frames, 73), 'int16');
    await writeFlac(`${folder}/short.flac`, makeSound(RATE_HZ, RATE_HZ * 5, 74), 'int16');
  });
  flac = await stage.idOf('one');
  player = await stage.openPage();
});

afterAll(() => stage?.clear());

describe('A chunk', () => {
  const CASES: readonly (readonly [number, string, Settings])[] = [
    // In the middle first, as after a seek.
    [5, '', {}],
    [0, '', {}],
    [CHUNK_COUNT - 1, '', {}],
    [3, '?preset=warm&intensity=0.5', { preset: 'warm', intensity: 0.5 }],
    [3, '?preset=punchy&level=off', { preset: 'punchy', level: 'off' }],
    [
      4,
      '?preset=bright&level=album&album_loudness=-9.5',
      { preset: 'bright', albumLoudnessLufs: -9.5 },
    ],
    [2, '?intensity=0', { intensity: 0 }],
    [2, '?enhanced=false', { original: true }],
    [2, '?enhanced=false&level=track', { original: true, level: 'track' }],
    [5, '', {}],
  ];

  it.each(CASES)('%d%s has the bytes of the command line', async (index, query, settings) => {
    const { status, headers, body } = await get(flac, index, query);
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'audio/webm; codecs="opus"',
    });
    expect(headers['content-length']).toBe(String(body.length));
    const expected = await renderChunk(stage.pathOf('one.flac'), index, settings);
    expect(body.equals(expected)).toBe(true);
  });

  it('is right when many are asked for at once, of several tracks and settings', async () => {
    const mp3 = await stage.idOf('two');
    const asked = [
      [flac, 'one.flac', 6, 'gentle'],
      [mp3, 'two.mp3', 7, 'warm'],
      [flac, 'one.flac', 7, 'bright'],
      [mp3, 'two.mp3', 1, 'gentle'],
      [flac, 'one.flac', 8, 'gentle'],
    ] as const;
    const answers = await Promise.all(
      asked.map(([track, , index, preset]) => get(track, index, `?preset=${preset}`)),
    );
    for (const [place, [, file, index, preset]] of asked.entries()) {
      const expected = await renderChunk(stage.pathOf(file), index, { preset });
      expect(answers[place]?.body.equals(expected)).toBe(true);
    }
  });

  it('is not sent again to whoever has it, and its head tells how long it is', async () => {
    const whole = await get(flac, 1);
    const { etag = '' } = whole.headers;
    const address = addressOf(flac, 1);
    const again = await fetchIn(player.page, address, { headers: { 'If-None-Match': etag } });
    const head = await fetchIn(player.page, address, { method: 'HEAD' });
    expect([again.status, again.body.length, again.headers['etag']]).toEqual([304, 0, etag]);
    expect(head.status).toBe(200);
    expect(head.body.length).toBe(0);
    expect(head.headers['content-length']).toBe(String(whole.body.length));
    expect((await get(flac, 2)).headers['etag']).not.toBe(etag);
  });
});

describe('What goes with the chunks', () => {
  it('is the init segment of the command line', async () => {
    const { body } = await get(flac, 'init');
    expect(body.equals(await initSegment(stage.pathOf('one.flac')))).toBe(true);
  });

  it('tells what a player has to know', async () => {
    const { headers, body } = await get(flac, 'metadata');
    expect(headers['content-type']).toContain('application/json');
    const { output_frame_count: frameCount } = await trackFacts(stage.pathOf('one.flac'));
    expect(JSON.parse(body.toString())).toEqual({
      duration: frameCount / 48_000,
      sample_rate: 48_000,
      channels: 2,
      chunk_duration: 2,
      total_chunks: CHUNK_COUNT,
      mime_type: 'audio/webm',
      codecs: 'opus',
    });
  });
});

describe('The whole track', () => {
  it('has the bytes that the command line writes into a pipe', async () => {
    const { headers, body } = await get(flac, 'full', '?preset=warm&intensity=0.7');
    expect(headers['content-type']).toBe('audio/webm; codecs="opus"');
    expect(headers['content-disposition']).toContain('Somebody%20-%20one.webm');
    const settings = { preset: 'warm', intensity: 0.7 };
    expect(body.equals(await renderPipe(stage.pathOf('one.flac'), settings))).toBe(true);
  });

  it('plays in a plain audio element, to its end', async () => {
    const seconds = await player.page.evaluate(
      async (address) => {
        const audio = new Audio(address);
        audio.playbackRate = 8;
        await audio.play();
        await new Promise((resolve, reject) => {
          audio.onended = resolve;
          audio.onerror = () => reject(new Error(audio.error?.message));
        });
        return audio.currentTime;
      },
      addressOf(flac, 'full'),
    );
    expect(seconds).toBeCloseTo(SECONDS, 0);
  });
});

describe('What cannot be had', () => {
  it.each([
    ['an unknown track', '999999', 0, '', 404, 'not_found'],
    ['a chunk past the end', '', CHUNK_COUNT, '', 404, 'past_end'],
    ['no number', '', 'first', '', 400, 'bad_request'],
    ['an unknown preset', '', 0, '?preset=loud', 400, 'bad_request'],
    ['an intensity past 1', '', 0, '?intensity=1.5', 400, 'bad_request'],
    ['an album of unknown loudness', '', 0, '?level=album', 400, 'bad_request'],
    ['a file of an unknown track', '999999', 'full', '', 404, 'not_found'],
    ['no part at all', '', '0/1', '', 404, 'not_found'],
  ])('%s is refused with words', async (_, track, part, query, status, code) => {
    const answer = await get(track === '' ? flac : track, part, query);
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
  });
});

describe('A page with a few lines of its own', () => {
  it('plays what the command line makes, with a seek in the middle', async () => {
    const page = await stage.openPage(`track=${flac}&preset=warm`);
    await page.page.waitForFunction(() => window.auralisHooks.audio?.readyState === 4);
    await page.startCapture();
    const playUntil = (seconds: number) =>
      page.page.waitForFunction(
        (end) => (window.auralisHooks.audio?.currentTime ?? 0) >= end,
        { polling: 50 },
        seconds,
      );
    await page.page.evaluate(() => window.auralisHooks.audio?.play());
    await playUntil(3);
    await page.page.evaluate((seconds) => {
      if (window.auralisHooks.audio) window.auralisHooks.audio.currentTime = seconds;
    }, SEEK_SECONDS);
    await page.page.waitForFunction(() => window.auralisHooks.audio?.seeking === false);
    await playUntil(SEEK_SECONDS + 3);
    const { pcm } = await page.takeCapture();
    const events = await page.events();
    await page.close();
    const reference = {
      name: 'warm',
      pcm: await decodeRender(stage.pathOf('one.flac'), { preset: 'warm' }),
    };
    const comparison = joinWaits(compareCapture(pcm, [reference]), events);
    expect(comparison.segments.length).toBe(2);
    expectStart(comparison, comparison.segments[0], 0);
    expectStart(comparison, comparison.segments[1], SEEK_SECONDS);
    expectCleanSound(comparison);
  });
});

describe('Without a server', () => {
  it('what was asked for before is there, and of the rest it is said that it is not', async () => {
    const track = await stage.idOf('three');
    const before = [await get(track, 4, '?preset=warm'), await get(track, 5, '?preset=warm')];
    // What is written into the store nobody waits for.
    await player.page.waitForFunction(
      (url) =>
        new Promise<boolean>((resolve) => {
          const opening = indexedDB.open('auralis-store');
          opening.onsuccess = () => {
            const database = opening.result;
            const asking = database.transaction('chunks').objectStore('chunks').getAllKeys();
            asking.onsuccess = () => {
              database.close();
              const keys = asking.result as string[][];
              resolve(keys.filter(([kept = '']) => kept.endsWith(url)).length >= 2);
            };
          };
        }),
      { polling: 200 },
      `/api/player/stream/${track}`,
    );
    await stage.server.kill();
    // A service worker that starts anew, as after a while in which nobody has asked.
    const session = await player.page.createCDPSession();
    await session.send('ServiceWorker.enable');
    await session.send('ServiceWorker.stopAllWorkers');
    const after = [await get(track, 5, '?preset=warm'), await get(track, 4, '?preset=warm')];
    expect(after.map(({ status }) => status)).toEqual([200, 200]);
    expect(after[0]?.body.equals(before[1]?.body ?? Buffer.of())).toBe(true);
    expect(after[1]?.body.equals(before[0]?.body ?? Buffer.of())).toBe(true);
    expect((await get(track, 'metadata')).status).toBe(200);
    const missing = await get(track, 7, '?preset=bright');
    expect({ status: missing.status, code: codeOf(missing) }).toEqual({
      status: 504,
      code: 'server_away',
    });
    const file = await get(track, 'full', '?preset=warm');
    expect(file.status).toBe(504);
    await stage.server.restart();
    const back = await get(track, 7, '?preset=bright');
    const expected = await renderChunk(stage.pathOf('three.flac'), 7, { preset: 'bright' });
    expect(back.body.equals(expected)).toBe(true);
  });
});

describe.each(['firefox', 'webkitgtk'] as const)('In %s', (name) => {
  it('a chunk and a file have the same bytes', async () => {
    const folder = await mkdtemp(join(tmpdir(), `auralis-${name}-`));
    const driver = await launchDriver(name, process.env, folder);
    /** Base64 of what the page gets. */
    const fetchText = async (address: string): Promise<Buffer> => {
      const task = async (url: string): Promise<string> => {
        const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
        return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
      };
      return Buffer.from(String(await driver.call(String(task), [address])), 'base64');
    };
    const install = async (): Promise<void> => {
      await navigator.serviceWorker.register('/sw.js');
      await navigator.serviceWorker.ready;
    };
    try {
      const page = `${stage.server.origin}/chunk-player.html`;
      await driver.navigate(page);
      await driver.call(String(install), []);
      await driver.navigate(`${page}?again`);
      const track = await stage.idOf('short');
      const chunk = await fetchText(addressOf(track, 1, '?preset=warm'));
      const file = await fetchText(addressOf(track, 'full', '?preset=warm'));
      const source = stage.pathOf('short.flac');
      expect(chunk.equals(await renderChunk(source, 1, { preset: 'warm' }))).toBe(true);
      expect(file.equals(await renderPipe(source, { preset: 'warm' }))).toBe(true);
    } finally {
      await driver.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
