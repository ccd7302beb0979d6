/** What a tab holds that plays and seeks in long files, and whether that levels off. */
import { copyFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clickToSound, holdAudio, nextToSound, seekEnhanced } from './page-probes.mjs';
import { pause, run } from './support.mjs';

const RATE_HZ = 96_000;
const FRAME_BYTES = 6;
const SECONDS = 7200;
const NOISE_SECONDS = 45;
export const NOISE_STARTS = [0, 1800, 3600, 5400];

/** A sparse file: noise where it will be played, silence elsewhere. */
export const writeLongWav = async (path) => {
  const dataBytes = SECONDS * RATE_HZ * FRAME_BYTES;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(RATE_HZ, 24);
  header.writeUInt32LE(RATE_HZ * FRAME_BYTES, 28);
  header.writeUInt16LE(FRAME_BYTES, 32);
  header.writeUInt16LE(24, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  const noise = Buffer.alloc(NOISE_SECONDS * RATE_HZ * FRAME_BYTES);
  let random = 1;
  let held = 0;
  for (let offset = 0; offset < noise.length; offset += 3) {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) | 0;
    held += 0.1 * (random / 0x80000000 - held);
    noise.writeIntLE(Math.round(held * 2_000_000), offset, 3);
  }
  const file = await open(path, 'w');
  await file.write(header, 0, header.length, 0);
  for (const start of NOISE_STARTS) {
    await file.write(noise, 0, noise.length, 44 + start * RATE_HZ * FRAME_BYTES);
  }
  await file.truncate(44 + dataBytes);
  await file.close();
};

const rendererPids = async (browser) => {
  const session = await browser.target().createCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
};

/** Memory of the process that it shares with nobody. */
const privateMegabytes = async (pid) => {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1');
  const kilobytes = [...text.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].map(([, value]) =>
    Number(value),
  );
  return kilobytes.reduce((sum, value) => sum + value, 0) / 1024;
};

const openAndFindPid = async (browser, openTab) => {
  const before = await rendererPids(browser);
  const page = await openTab();
  const fresh = (await rendererPids(browser)).filter((pid) => !before.includes(pid));
  if (fresh.length === 0) throw new Error('the page has no process of its own');
  const sizes = await Promise.all(fresh.map(privateMegabytes));
  return { page, pid: fresh[sizes.indexOf(Math.max(...sizes))] };
};

const openPage = async (context, origin) => {
  const page = await context.newPage();
  await page.evaluateOnNewDocument(holdAudio);
  await page.goto(`${origin}/songs?debug`, { waitUntil: 'load' });
  await page.waitForSelector('.row-button');
  return page;
};

/** {emptyMegabytes, playingMegabytes}; a browser context each, so that each has its own process. */
export const measureMemory = async (browser, origin, title) => {
  const emptyContext = await browser.createBrowserContext();
  const empty = await openAndFindPid(browser, async () => {
    const page = await emptyContext.newPage();
    await page.goto(`${origin}/favicon.svg`);
    return page;
  });
  await pause(1000);
  const emptyMegabytes = await privateMegabytes(empty.pid);
  await emptyContext.close();

  const context = await browser.createBrowserContext();
  const { page, pid } = await openAndFindPid(browser, () => openPage(context, origin));
  await page.evaluate(clickToSound, title);
  await page.evaluate(() => window.auralisPlayer.play());
  let playingMegabytes = 0;
  for (const start of [...NOISE_STARTS.slice(1), ...NOISE_STARTS]) {
    await page.evaluate(seekEnhanced, start + 1);
    await pause(4000); // Long enough to fill the buffer ahead.
    playingMegabytes = Math.max(playingMegabytes, await privateMegabytes(pid));
  }
  await context.close();
  return { emptyMegabytes, playingMegabytes };
};

/** Seeks and changes of track between two looks at the memory. */
const SEEKS = { count: 200, every: 10 };
const CHANGES = { count: 60, every: 5 };
const HOUR_SECONDS = 3600;
/** Neighbours of `hour` in the list. */
const NEIGHBOURS = 61;

/** An hour of FLAC, and short tracks behind it. */
export const writeHour = async (folder) => {
  const wav = join(folder, 'hour.wav');
  const noise = `anoisesrc=r=44100:a=0.3:seed=7:d=${HOUR_SECONDS},lowpass=5000`;
  const make = (input, path) =>
    run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', input, '-ac', '2', '-bitexact', path]);
  await make(noise, wav);
  const flac = join(folder, 'hour.flac');
  await run('flac', ['--silent', '--fast', '--delete-input-file', '-o', flac, wav]);
  const short = join(folder, 'hour neighbour 00.wav');
  await make('anoisesrc=r=44100:a=0.3:seed=9:d=20,lowpass=5000', short);
  for (let k = 1; k < NEIGHBOURS; k += 1) {
    await copyFile(short, short.replace('00', String(k).padStart(2, '0')));
  }
};

/** Megabytes of the tab after each SEEKS.every seeks, then after each CHANGES.every changes. */
export const measureGrowth = async (browser, origin, title) => {
  const context = await browser.createBrowserContext();
  const { page, pid } = await openAndFindPid(browser, () => openPage(context, origin));
  await page.evaluate(clickToSound, title);
  await page.evaluate(() => window.auralisPlayer.play());
  const collect = async ({ count, every }, step) => {
    const megabytes = [];
    for (let k = 1; k <= count; k += 1) {
      await step(k);
      await pause(300);
      if (k % every === 0) megabytes.push(await privateMegabytes(pid));
    }
    return megabytes;
  };
  // Everywhere, in an order that never comes close to a place of before.
  const placeOf = (k) => ((k * 0.618_034) % 1) * (HOUR_SECONDS - 60);
  const seeks = await collect(SEEKS, (k) => page.evaluate(seekEnhanced, placeOf(k)));
  const changes = await collect(CHANGES, async () => {
    await page.evaluate(nextToSound);
    await page.evaluate(() => window.auralisPlayer.play());
  });
  await context.close();
  return { seeks, changes };
};
