/**
 * Starts Chromium, Firefox and WebKitGTK, each with a profile of its own, and drives one page of
 * each: the first two by puppeteer (DevTools protocol and WebDriver BiDi), WebKitGTK by its own
 * WebDriver.
 */
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { CHROMIUM_FLAGS } from '../browser';
import { freePort } from '../free-port';
import { Child, programPath } from './child';
import { WebDriverSession } from './web-driver';

export const BROWSER_NAMES = ['chromium', 'firefox', 'webkitgtk'] as const;
export type BrowserName = (typeof BROWSER_NAMES)[number];

/** What the tests do in a page; the same in all three. */
export type BrowserDriver = {
  navigate(url: string): Promise<void>;
  /** Calls the function of that source text in the page, and waits for what it promises. */
  call(functionText: string, values: readonly unknown[]): Promise<unknown>;
  /** A click of the mouse, in the middle of what the selector finds. */
  click(selector: string): Promise<void>;
  /** A click of the mouse, in CSS pixels from the upper left corner of what is seen. */
  clickAt(x: number, y: number): Promise<void>;
  close(): Promise<void>;
};

const LAUNCH_TIMEOUT_MS = 90_000;
const VIEWPORT = { width: 1280, height: 900 };
const FLAGS = [
  ...CHROMIUM_FLAGS,
  // In frames. By itself Chromium takes 1024, and plays silence where it is later than that: a
  // machine with other work is, and then says nothing about the player. With 4096 it decodes
  // farther ahead than the player counts with, and takes new sound in the middle of a cluster.
  '--audio-buffer-size=2048',
];
const FIREFOX_PREFERENCES = {
  'app.update.auto': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'extensions.systemAddon.update.enabled': false,
};
const MINI_BROWSERS = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-4.1/MiniBrowser`,
);

const puppeteerDriver = async (browser: Browser): Promise<BrowserDriver> => {
  const page = await browser.newPage();
  page.setDefaultTimeout(LAUNCH_TIMEOUT_MS);
  return {
    navigate: async (url) => void (await page.goto(url, { waitUntil: 'load' })),
    call: (text, values) => page.evaluate(`(${text})(...${JSON.stringify(values)})`),
    click: (selector) => page.click(selector),
    clickAt: (x, y) => page.mouse.click(x, y),
    close: () => browser.close(),
  };
};

const launchChromium = async (
  environment: NodeJS.ProcessEnv,
  folder: string,
): Promise<BrowserDriver> =>
  puppeteerDriver(
    await puppeteer.launch({
      executablePath: programPath(process.env['CHROMIUM'] ?? 'chromium'),
      headless: true,
      userDataDir: join(folder, 'profile'),
      ignoreDefaultArgs: ['--mute-audio'],
      args: FLAGS,
      env: environment,
      timeout: LAUNCH_TIMEOUT_MS,
      protocolTimeout: 180_000,
      defaultViewport: VIEWPORT,
    }),
  );

const launchFirefox = async (
  environment: NodeJS.ProcessEnv,
  folder: string,
): Promise<BrowserDriver> =>
  puppeteerDriver(
    await puppeteer.launch({
      browser: 'firefox',
      executablePath: programPath(process.env['FIREFOX'] ?? 'firefox-esr'),
      headless: true,
      userDataDir: join(folder, 'profile'),
      extraPrefsFirefox: FIREFOX_PREFERENCES,
      env: environment,
      timeout: LAUNCH_TIMEOUT_MS,
      protocolTimeout: 180_000,
      defaultViewport: VIEWPORT,
    }),
  );

const startDisplay = async (environment: NodeJS.ProcessEnv): Promise<[Child, string]> => {
  const options = ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'];
  const display = new Child('Xvfb', options, environment);
  let number = '';
  display.process.stdio[3]?.on('data', (text: Buffer) => (number += text.toString()));
  await display.waitUntil(() => number.includes('\n'));
  return [display, `:${number.trim()}`];
};

const miniBrowserPath = (): string => {
  const path = process.env['MINI_BROWSER'];
  if (path !== undefined) return programPath(path);
  for (const candidate of MINI_BROWSERS) {
    try {
      return programPath(candidate);
    } catch {
      // Another machine's folder.
    }
  }
  return programPath('MiniBrowser');
};

const launchWebKit = async (environment: NodeJS.ProcessEnv): Promise<BrowserDriver> => {
  const binary = miniBrowserPath();
  const [display, displayName] = await startDisplay(environment);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const driver = new Child('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
    ...environment,
    DISPLAY: displayName,
  });
  const end = async (): Promise<void> => {
    await driver.end();
    await display.end();
  };
  try {
    await driver.waitUntil(async () => (await fetch(`${url}/status`).catch(() => null)) !== null);
    const session = await WebDriverSession.open(url, {
      // A second track is a second source: MiniBrowser wants a click for each, unless told so.
      'webkitgtk:browserOptions': { binary, args: ['--automation', '--autoplay-policy=allow'] },
    });
    await session.setWindowSize(VIEWPORT.width, VIEWPORT.height);
    return {
      navigate: (address) => session.navigate(address),
      call: (text, values) => session.call(text, values),
      click: (selector) => session.click(selector),
      clickAt: (x, y) => session.clickAt(x, y),
      close: async () => {
        await session.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
};

/** `folder` takes the profile, `environment` says where the sound goes. */
export const launchDriver = (
  name: BrowserName,
  environment: NodeJS.ProcessEnv,
  folder: string,
): Promise<BrowserDriver> => {
  switch (name) {
    case 'chromium':
      return launchChromium(environment, folder);
    case 'firefox':
      return launchFirefox(environment, folder);
    case 'webkitgtk':
      return launchWebKit(environment);
  }
};
