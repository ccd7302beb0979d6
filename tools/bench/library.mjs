/** The server with a large library: the first scan, the next start, pages and search. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { ROOT, median, run, scanEnd, withFolder, withServerOn } from './support.mjs';

const PAGES = 60;
/** Linux counts processor time in hundredths of a second. */
const MS_PER_TICK = 10;
/** As one types. */
const TYPED = ['b', 'bj', 'bjo', 'bjork', 'bjorks', 'bjorks g', 'a', 'al', 's', 'sil', 'silent r'];

const cpuMs = (child) => {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) * MS_PER_TICK;
};

const peakMib = (child) => {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
};

/** Median time of `urls`, one after the other on one connection, and processor time of each. */
const measureAnswers = async (child, urls) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const fetchWhole = (url) =>
    new Promise((resolve, reject) => {
      const request = get(url, { agent }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
      });
      request.once('error', reject);
    });
  await fetchWhole(urls[0]);
  const before = cpuMs(child);
  const times = [];
  for (const url of urls) {
    const start = performance.now();
    const status = await fetchWhole(url);
    if (status !== 200) throw new Error(`${url} was answered with ${status}`);
    times.push(performance.now() - start);
  }
  agent.destroy();
  return { ms: median(times), cpuMs: (cpuMs(child) - before) / urls.length };
};

const firstAnswerMs = async (music, data) => {
  const start = performance.now();
  return withServerOn(music, data, async (origin) => {
    await (await fetch(`${origin}/api/library/tracks`)).json();
    return performance.now() - start;
  });
};

/** What a library of `count` files costs. */
export const measureLibrary = (count) =>
  withFolder(async (folder) => {
    const music = join(folder, 'music');
    const data = join(folder, 'data');
    await mkdir(music);
    const make = join(ROOT, 'build/native/bin/make_library');
    await run(make, [music, String(count)], 600_000);
    const scan = await withServerOn(music, data, async (origin, child) => {
      await scanEnd(origin);
      return { cpuMs: cpuMs(child), peakMib: peakMib(child) };
    });
    const startMs = await firstAnswerMs(music, data);
    const answers = await withServerOn(music, data, async (origin, child) => {
      const rescan = await scanEnd(origin);
      const rescanCpuMs = cpuMs(child);
      const pagesAt = (offset) =>
        measureAnswers(
          child,
          Array(PAGES).fill(`${origin}/api/library/tracks?limit=500&offset=${offset}`),
        );
      const first = await pagesAt(0);
      const last = await pagesAt(count - 500);
      const searches = TYPED.map((q) => `${origin}/api/library/search?q=${encodeURIComponent(q)}`);
      const search = await measureAnswers(child, searches);
      return { rescanS: rescan.duration_s, rescanCpuMs, first, last, search };
    });
    return { scan, startMs, ...answers };
  });
