/** What the benchmarks share: the checkout's programs, a browser, a server, medians. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const CLI = join(ROOT, 'build/native/bin/auralis');
export const WEB_DIST = join(ROOT, 'web/dist');

const webRequire = createRequire(join(ROOT, 'web/package.json'));

/** Imports a package of web/node_modules. */
export const importFromWeb = async (name) => {
  const module = await import(pathToFileURL(webRequire.resolve(name)).href);
  return module.default ?? module;
};

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Calls `use` with a folder that is gone afterwards. */
export const withFolder = async (use) => {
  const folder = await mkdtemp(join(tmpdir(), 'auralis-bench-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

/** Runs a program to its end; resolves to its standard output. */
export const run = async (program, options, timeoutMs = 120_000) => {
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
  let said = '';
  let complaint = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (complaint += text));
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`${program} ${options.join(' ')} ended with ${code}: ${complaint}`);
  return said;
};

const listening = (child) =>
  new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`no server: ${said}`)), 30_000);
    const read = (text) => {
      said += text;
      const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (!origin) return;
      clearTimeout(timer);
      resolve(origin);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`the server ended: ${said}`)));
  });

/** Calls `use` with the address of auralis-server on `music`, and with its process. */
export const withServerOn = async (music, data, use) => {
  const program = join(ROOT, 'build/native/bin/auralis-server');
  const options = ['--music', music, '--data', data, '--port', '0', '--web', WEB_DIST];
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    return await use(await listening(child), child);
  } finally {
    const exit = child.exitCode === null ? once(child, 'exit') : null;
    child.kill('SIGKILL');
    await exit;
  }
};

/** Resolves with what the server says of its scan when it has ended. */
export const scanEnd = async (origin) => {
  for (;;) {
    const scan = await (await fetch(`${origin}/api/library/scan`)).json();
    if (scan.state === 'idle' && scan.complete) return scan;
    await sleep(20);
  }
};

/** Calls `use` with the address of auralis-server on `music`, all of which it knows. */
export const withServer = (music, use) =>
  withFolder((data) =>
    withServerOn(music, data, async (origin) => {
      await scanEnd(origin);
      return use(origin);
    }),
  );

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--mute-audio',
  '--autoplay-policy=no-user-gesture-required',
];

/**
 * Calls `use` with a Chromium of its own. `options` are puppeteer's: with `networkEnabled: false`
 * the browser does not keep up to 200 MB of what pages fetch for its developer tools.
 */
export const withBrowser = (use, options = {}) =>
  withFolder(async (profile) => {
    const puppeteer = await importFromWeb('puppeteer-core');
    const browser = await puppeteer.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      headless: true,
      userDataDir: profile,
      args: FLAGS,
      defaultViewport: { width: 1280, height: 800 },
      ...options,
    });
    try {
      return await use(browser);
    } finally {
      await browser.close();
    }
  });
