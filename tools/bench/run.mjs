/**
 * Measures what ARCHITECTURE.md budgets, and prints one table: ours, a plain <audio> beside it
 * where there is one, the ratio, the budget, and whether it is reached. Never fails on a figure.
 *
 * usage: node tools/bench/run.mjs [engine] [limiters] [first] [slow] [visit] [seek] [memory] [size]
 *        [library] (default: all)
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { measureCodeSize } from './code-size.mjs';
import { PRESETS, measureEngine } from './engine-speed.mjs';
import {
  FIRST_PARTS,
  LINKS,
  SLOW_PARTS,
  PRESS_MS,
  measureFirstPlays,
  measureSlowPlays,
} from './first-plays.mjs';
import { measureColdStart, measureSeek } from './latency.mjs';
import { measureLibrary } from './library.mjs';
import { limiterTable, measureLimiters } from './limiters.mjs';
import { measureGrowth, measureMemory, writeHour, writeLongWav } from './memory.mjs';
import { withSlowLink } from './slow-link.mjs';
import { measureProbes, stageTable } from './stage-speed.mjs';
import { ROOT, median, run, withBrowser, withFolder, withServer } from './support.mjs';
import { KINDS, writeUntouched } from './untouched-music.mjs';

const PARTS = ['engine', 'limiters', 'first', 'slow', 'visit', 'seek', 'memory', 'size', 'library'];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : PARTS;
const rows = [];
/** Tables of their own, printed behind the main one. */
const furtherLines = [];

/** A part that fails costs its own rows only, and the exit code. */
const attempt = async (what, measure) => {
  try {
    await measure();
  } catch (error) {
    rows.push([what, 'failed', '', '', '', String(error.message).split('\n')[0]]);
    process.exitCode = 1;
  }
};

/**
 * `budget`: at most so much. With `factor` or `extra` at most so many times what the plain element
 * takes, or so much more than that.
 */
const addRow = (what, ours, unit, options = {}) => {
  const { plain = null, budget = null, factor = null, extra = null } = options;
  const number = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
  const isRelative = plain !== null && (factor !== null || extra !== null);
  const limit = isRelative ? plain * (factor ?? 1) + (extra ?? 0) : budget;
  const times = (factor ?? 1) === 1 ? 'plain' : `${factor} x plain`;
  const words = isRelative
    ? `<= ${times}${extra === null ? '' : ` + ${extra} ${unit}`}`
    : `<= ${budget} ${unit}`;
  rows.push([
    what,
    `${number(ours)} ${unit}`,
    plain === null ? '' : `${number(plain)} ${unit}`,
    plain === null ? '' : `${(ours / plain).toFixed(2)}x`,
    limit === null ? '' : words,
    limit === null ? '' : ours <= limit ? 'reached' : 'not reached',
  ]);
};

const printTable = () => {
  const head = ['what', 'Auralis', 'plain <audio>', 'ratio', 'budget', ''];
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column].length)),
  );
  const line = (row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  console.log(
    [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n'),
  );
};

/** One track with every preset, the other formats with the default one. */
const DEMO = [
  { name: '03 Waltz for an Empty Room.flac', presets: PRESETS },
  { name: '05 Glass Orchard.flac', presets: PRESETS.slice(0, 1) },
  { name: '04 Basement Weather.wav', presets: PRESETS.slice(0, 1) },
  { name: '02 Paper Kites.mp3', presets: PRESETS.slice(0, 1) },
].map(({ name, presets }) => ({ path: join(ROOT, 'build/demo-album', name), presets }));

const benchEngine = async (folder) => {
  const speed = (ms) => `${(1000 / ms).toFixed(0)}x real time`;
  for (const result of await measureEngine(DEMO, folder)) {
    const { kind, preset, nativeMsPerSecond: native, wasmMsPerSecond: wasm } = result;
    const what = `${preset}, ${kind}`;
    addRow(`engine native, ${what} (${speed(native)})`, native, 'ms/s', { budget: 20 });
    addRow(`engine WASM, ${what} (${speed(wasm)})`, wasm, 'ms/s', { budget: 45 });
  }
  const { nativeMs, wasmMs } = await measureProbes(DEMO[0].path);
  addRow('probing a track, with its plan, native', nativeMs, 'ms');
  addRow('probing a track, with its plan, WASM', wasmMs, 'ms');
  furtherLines.push('', ...(await stageTable(folder)));
};

const benchLimiters = async (folder) => {
  furtherLines.push('', ...limiterTable(await measureLimiters(folder)));
};

const LIBRARY_COUNT = 20_000;
const benchLibrary = async () => {
  const of = `of ${LIBRARY_COUNT} files`;
  const result = await measureLibrary(LIBRARY_COUNT);
  addRow(`first scan ${of}, processor`, result.scan.cpuMs, 'ms', { budget: LIBRARY_COUNT / 5 });
  addRow(`memory of the server after it, peak`, result.scan.peakMib, 'MiB', { budget: 60 });
  addRow(`start to the first answer, ${LIBRARY_COUNT} tracks`, result.startMs, 'ms', {
    budget: 100,
  });
  addRow(`look over them, unchanged`, result.rescanS, 's', { budget: 5 });
  addRow(`look over them, unchanged, processor`, result.rescanCpuMs, 'ms');
  for (const [what, answer, budget] of [
    ['page of 500, the first', result.first, 2],
    ['page of 500, the last', result.last, 2],
    ['search, as one types', result.search, 10],
  ]) {
    addRow(`${what}, processor`, answer.cpuMs, 'ms', { budget });
    addRow(`${what}, answer`, answer.ms, 'ms');
  }
};

/** Ten minutes of noise that is different everywhere. */
const MINUTES = 10;
const makeMusic = async (folder) => {
  const wav = join(folder, 'wave.wav');
  const noise = `anoisesrc=r=44100:a=0.3:seed=7:d=${MINUTES * 60},lowpass=5000`;
  const options = ['-v', 'error', '-f', 'lavfi', '-i', noise, '-ac', '2', '-bitexact', wav];
  await run('ffmpeg', options);
  await run('flac', ['--silent', '--fast', '-o', join(folder, 'flake.flac'), wav]);
  await run('lame', ['--silent', '-b', '192', wav, join(folder, 'layer.mp3')]);
  const other = 'anoisesrc=r=44100:a=0.3:seed=8:d=60';
  const another = join(folder, 'another.wav');
  await run('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    other,
    '-ac',
    '2',
    '-bitexact',
    another,
  ]);
};

const listTracks = async (origin) => {
  const { tracks } = await (await fetch(`${origin}/api/library/tracks?limit=500`)).json();
  return tracks.map(({ id, title }) => ({ title, url: `/api/player/stream/${id}` }));
};

const benchLongFiles = async (origin) => {
  const tracks = await listTracks(origin);
  await withBrowser(async (browser) => {
    for (const title of ['wave', 'flake', 'layer']) {
      if (!wanted.includes('seek')) break;
      const what = `seek to an unbuffered place, ${title}`;
      await attempt(what, async () => {
        const { url } = tracks.find((track) => track.title === title);
        const options = { title, url, durationSeconds: MINUTES * 60 };
        const { enhancedMs, plainMs } = await measureSeek(browser, origin, options);
        addRow(what, enhancedMs, 'ms', { plain: plainMs, factor: 1 });
      });
    }
    if (!wanted.includes('visit')) return;
    const what = 'click to first sound, first visit';
    await attempt(what, async () => {
      const { enhancedMs, plainMs } = await measureColdStart(browser, origin, tracks[0]);
      addRow(what, enhancedMs, 'ms', { plain: plainMs, factor: 3 });
    });
  });
};

const urlsByTitle = async (origin) => {
  const tracks = await listTracks(origin);
  return (title) => tracks.find((track) => track.title === title).url;
};

const FIRST_TURNS = 5;
const benchFirst = (browser, origin, titles, urlOf) =>
  KINDS.reduce(async (before, kind) => {
    await before;
    const what = `first play of an untouched ${kind}`;
    await attempt(what, async () => {
      const found = await measureFirstPlays(browser, origin, titles[kind], urlOf);
      const { clickMs, pressMs, nextMs, plainMs, clickCpu, plainCpu } = found;
      addRow(`${what}, no hint`, clickMs, 'ms', { plain: plainMs, factor: 2 });
      addRow(`${what}, pressed for ${PRESS_MS} ms`, pressMs, 'ms', { plain: plainMs, factor: 1 });
      addRow(`next track by the button, ${kind}`, nextMs, 'ms', { plain: plainMs, factor: 1 });
      addRow(`CPU of a first play, ${kind}`, clickCpu, 's', { plain: plainCpu });
    });
  }, Promise.resolve());

const SLOW_TURNS = 3;
const benchSlow = (browser, origin, titles, urlOf) =>
  withSlowLink(origin, async (behind, link) => {
    for (const [index, speed] of LINKS.entries()) {
      // Of WAV, 1.4 Mbit/s, a slow link cannot carry the sound.
      for (const kind of ['flac', 'mp3']) {
        const turns = ([part, all]) => [part, all.slice(index * SLOW_TURNS).slice(0, SLOW_TURNS)];
        const own = Object.fromEntries(Object.entries(titles[kind]).map(turns));
        const what = `first play of an untouched ${kind} at ${speed.name}`;
        await attempt(what, async () => {
          const found = await measureSlowPlays(
            browser,
            { origin: behind, link, speed },
            own,
            urlOf,
          );
          const { clickMs, plainMs, clickBytes, plainBytes } = found;
          addRow(what, clickMs, 'ms', { plain: plainMs, extra: 1000 });
          addRow('  bytes until then', clickBytes / 1024, 'KiB', { plain: plainBytes / 1024 });
        });
      }
    }
  });

const benchUntouched = (parts, turns, bench) =>
  withFolder(async (music) => {
    const titles = await writeUntouched(music, parts, turns);
    await withServer(music, async (origin) => {
      const urlOf = await urlsByTitle(origin);
      await withBrowser((browser) => bench(browser, origin, titles, urlOf));
    });
  });

const benchGrowth = async (browser, origin) => {
  const { seeks, changes } = await measureGrowth(browser, origin, 'hour');
  const quarter = (all, k) => median(all.slice((all.length * k) >> 2, (all.length * (k + 1)) >> 2));
  const rise = (all) => quarter(all, 3) - quarter(all, 2);
  addRow(`tab after ${seeks.length} x 10 seeks in 1 h of FLAC`, quarter(seeks, 3), 'MB');
  addRow('  its rise from the third to the fourth quarter', rise(seeks), 'MB', { budget: 5 });
  addRow(`tab after ${changes.length} x 5 changes of track`, quarter(changes, 3), 'MB');
  addRow('  its rise from the third to the fourth quarter', rise(changes), 'MB', { budget: 5 });
};

const benchMemory = () =>
  withFolder(async (music) => {
    await writeLongWav(join(music, 'long.wav'));
    await writeHour(music);
    await withServer(music, (origin) =>
      withBrowser(
        async (browser) => {
          const { emptyMegabytes, playingMegabytes } = await measureMemory(browser, origin, 'long');
          const over = playingMegabytes - emptyMegabytes;
          addRow('tab with a 2 h 24/96 file, over an empty one', over, 'MB', { budget: 96 });
          await benchGrowth(browser, origin);
        },
        { networkEnabled: false },
      ),
    );
  });

const benchSize = async () => {
  const { wasm, worker, player, page, serviceWorker } = await measureCodeSize();
  addRow('code: wasm + worker + player, brotli', (wasm + worker + player) / 1024, 'KB', {
    budget: 350,
  });
  addRow('  of which wasm', wasm / 1024, 'KB');
  addRow('  the demo page (React, player, styles)', page / 1024, 'KB');
  addRow('  the service worker', serviceWorker / 1024, 'KB');
};

const load = loadavg()[0].toFixed(1);
console.log(
  `${cpus()[0]?.model ?? 'CPU'}, ${availableParallelism()} cores, load ${load} at the start\n`,
);
await withFolder(async (folder) => {
  if (wanted.includes('engine')) await attempt('engine', () => benchEngine(folder));
  if (wanted.includes('limiters')) await attempt('limiters', () => benchLimiters(folder));
  if (wanted.includes('first')) {
    await attempt('first', () => benchUntouched(FIRST_PARTS, FIRST_TURNS, benchFirst));
  }
  if (wanted.includes('slow')) {
    await attempt('slow', () => benchUntouched(SLOW_PARTS, SLOW_TURNS * LINKS.length, benchSlow));
  }
  if (wanted.includes('seek') || wanted.includes('visit')) {
    await withFolder(async (music) => {
      await makeMusic(music);
      await withServer(music, benchLongFiles);
    });
  }
  if (wanted.includes('memory')) await attempt('memory', benchMemory);
  if (wanted.includes('size')) await attempt('size', benchSize);
  if (wanted.includes('library')) await attempt('library', benchLibrary);
});
printTable();
if (furtherLines.length > 0) console.log(furtherLines.join('\n'));
