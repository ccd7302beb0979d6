/**
 * What was heard once, in a real browser: it plays again after a reload without the engine, which
 * is not even there then, and without the file.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { decodeRender, type Settings } from './support/auralis-cli';
import { compareCapture, describeComparison, type Reference } from './support/compare-capture';
import { makeSound, writeFlac } from './support/music';
import { PlainServer } from './support/plain-server';
import type { StereoPcm } from './support/pcm';
import { PlayerPage } from './support/player-page';
import { expectCleanSound, joinWaits } from './support/sound-verdict';
import { Stage } from './support/stage';

jest.setTimeout(300_000);

const WAIT_MS = 60_000;
const SECONDS = 24;
const CHUNK_COUNT = SECONDS / 2;
const SWITCHED_FROM_SECONDS = 12;
/** All but those before the playhead, which is near the start when the sound is changed. */
const KEPT_OF_OTHER = CHUNK_COUNT - 3;
/** The server has answered by then. */
const OLD_SECONDS_MAX = 3;
const ADAPTIVE: Settings = { preset: 'adaptive' };
const WARM: Settings = { preset: 'warm' };

let stage: Stage;
let proxy: PlainServer;

const writeTrack = (name: string, seed: number): Promise<void> =>
  writeFlac(stage.pathOf(`${name}.flac`), makeSound(44_100, 44_100 * SECONDS, seed), 'int16');

beforeAll(async () => {
  stage = await Stage.set(async (folder) => {
    for (const [index, name] of ['kept', 'replaced'].entries()) {
      const sound = makeSound(44_100, 44_100 * SECONDS, 41 + index);
      await writeFlac(join(folder, `${name}.flac`), sound, 'int16');
    }
  });
  proxy = await PlainServer.start(stage.server.origin, { ranges: true, cached: false });
});

beforeEach(() => {
  proxy.missing = null;
  proxy.requests = [];
});

afterAll(async () => {
  await proxy?.stop();
  await stage?.clear();
});

/** How many chunks of the track that plays are in the database of the page, plan by plan. */
const keptChunks = (player: PlayerPage): Promise<readonly number[]> =>
  player.page.evaluate(
    () =>
      new Promise<number[]>((resolve, reject) => {
        const opening = indexedDB.open('auralis-store');
        opening.onerror = () => reject(new Error('the store cannot be opened'));
        opening.onsuccess = () => {
          const database = opening.result;
          const asking = database.transaction('chunks').objectStore('chunks').getAllKeys();
          asking.onsuccess = () => {
            const { url = '' } = window.auralisPlayer?.getSnapshot().track ?? {};
            const plans = (asking.result as string[][])
              .filter(([track = '']) => track.endsWith(url))
              .map(([, , plan]) => plan);
            const counts = [...new Set(plans)].map(
              (plan) => plans.filter((other) => other === plan).length,
            );
            database.close();
            resolve(counts);
          };
        };
      }),
  );

const waitUntilKept = async (
  player: PlayerPage,
  isEnough: (counts: readonly number[]) => boolean,
): Promise<void> => {
  const untilMs = Date.now() + WAIT_MS;
  for (;;) {
    const counts = await keptChunks(player);
    if (isEnough(counts)) return;
    if (Date.now() > untilMs) throw new Error(`kept are ${counts.join(' and ')} chunks`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const requestsFor = (url: string): string[] =>
  proxy.requests.filter((request) => request.endsWith(url));

const nameOf = (settings: Settings): string => JSON.stringify(settings);

const referenceOf = async (file: string, settings: Settings): Promise<Reference> => ({
  name: nameOf(settings),
  pcm: await decodeRender(stage.pathOf(file), settings),
});

describe('A track that was heard', () => {
  it('plays again after a reload, with its presets, without engine and file', async () => {
    const player = await PlayerPage.open(stage.browser, proxy.origin, {
      // The engine is missing on purpose.
      expected: /404|wasm/,
    });
    await player.startCapture();
    await player.clickTrack('kept');
    await player.waitForPosition(1);
    await waitUntilKept(player, ([adaptive]) => adaptive === CHUNK_COUNT);
    await player.clickSeekBar(0);
    await player.clickPreset('warm');
    await waitUntilKept(
      player,
      (counts) => counts.length === 2 && counts.every((count) => count >= KEPT_OF_OTHER),
    );
    await player.waitForPosition(SWITCHED_FROM_SECONDS);
    await player.clickPreset('adaptive');
    await player.waitForPosition(SWITCHED_FROM_SECONDS + 2);
    const first = await player.takeCapture();

    proxy.missing = /\.wasm$/;
    proxy.requests = [];
    await player.reload();
    await player.startCapture();
    // Where it was when the page was left.
    await player.clickTrack('kept');
    // Long enough for the decoder to settle behind that place.
    await player.playFor(0.5);
    const from = (await player.snapshot()).durationSeconds * 0.5;
    await player.clickSeekBar(0.5);
    await player.waitForPosition(from + 2);
    await player.clickPreset('warm');
    await player.waitForPosition(from + 5);
    await player.clickPreset('adaptive');
    await player.waitForPosition(from + 7);
    await player.clickSeekBar(0.25);
    await player.waitForPosition(SECONDS * 0.25 + 2);
    const events = await player.events();
    const snapshot = await player.snapshot();
    const second = await player.takeCapture();
    const complaints = await player.complaints();
    await player.close();

    expect(proxy.requests.some((request) => request.endsWith('.wasm'))).toBe(true);
    const url = snapshot.track?.url ?? '';
    expect(requestsFor(url)).toEqual([`HEAD ${url}`]);
    expect(snapshot).toMatchObject({ error: null, mode: 'enhanced' });
    expect(complaints).toEqual([]);

    const references = [
      await referenceOf('kept.flac', ADAPTIVE),
      await referenceOf('kept.flac', WARM),
    ];
    const expectHeard = (pcm: StereoPcm, settings: readonly Settings[]): void => {
      const comparison = joinWaits(compareCapture(pcm, references), events);
      const story = describeComparison(comparison);
      expectCleanSound(comparison);
      // Seeks part what is of one preset.
      const names = comparison.segments
        .map(({ reference }) => reference)
        .filter((name, index, all) => name !== all[index - 1]);
      expect({ story, names }).toEqual({ story, names: settings.map(nameOf) });
    };
    expectHeard(first.pcm, [ADAPTIVE, WARM, ADAPTIVE]);
    expectHeard(second.pcm, [ADAPTIVE, WARM, ADAPTIVE]);
  });
});

describe('A track that was replaced since it was heard', () => {
  it('is opened anew from its place, and heard as it is now', async () => {
    const player = await PlayerPage.open(stage.browser, proxy.origin);
    await player.clickTrack('replaced');
    await player.waitForPosition(1);
    await waitUntilKept(player, (counts) => counts.includes(CHUNK_COUNT));
    const old = { ...(await referenceOf('replaced.flac', ADAPTIVE)), name: 'old' };
    await writeTrack('replaced', 77);
    proxy.requests = [];
    await player.reload();
    await player.startCapture();
    await player.clickTrack('replaced');
    await player.waitForPosition(18);
    const { pcm } = await player.takeCapture();
    const snapshot = await player.snapshot();
    const complaints = await player.complaints();
    await player.close();
    expect(snapshot).toMatchObject({ error: null, mode: 'enhanced' });
    expect(complaints).toEqual([]);
    const url = snapshot.track?.url ?? '';
    expect(requestsFor(url)).toContain(`HEAD ${url}`);
    const now = await referenceOf('replaced.flac', ADAPTIVE);
    const comparison = compareCapture(pcm, [old, now]);
    const story = describeComparison(comparison);
    const last = comparison.segments.at(-1);
    const oldFrames = comparison.segments
      .filter(({ reference }) => reference === old.name)
      .reduce((sum, { frames }) => sum + frames, 0);
    expect({
      story,
      last: last?.reference,
      isLong: (last?.frames ?? 0) >= 4 * 48_000,
      isOldShort: oldFrames <= OLD_SECONDS_MAX * 48_000,
    }).toEqual({ story, last: now.name, isLong: true, isOldShort: true });
  });
});
