/** A real Chromium with a profile of its own, for one test file. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { chromiumPath } from './paths';

/** What every Chromium under test needs. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const FLAGS = [
  ...CHROMIUM_FLAGS,
  '--mute-audio',
  // Only the recording needs this: its AudioContext is there before the click.
  '--autoplay-policy=no-user-gesture-required',
];

export class TestBrowser {
  readonly browser: Browser;
  readonly #profileFolder: string;

  private constructor(browser: Browser, profileFolder: string) {
    this.browser = browser;
    this.#profileFolder = profileFolder;
  }

  /** `preferences`: of the profile, as Chromium keeps them. */
  static async launch(
    extraFlags: readonly string[] = [],
    preferences: object = {},
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<TestBrowser> {
    const profileFolder = await mkdtemp(join(tmpdir(), 'auralis-chromium-'));
    await mkdir(join(profileFolder, 'Default'));
    await writeFile(join(profileFolder, 'Default', 'Preferences'), JSON.stringify(preferences));
    const browser = await puppeteer.launch({
      executablePath: chromiumPath(),
      headless: true,
      userDataDir: profileFolder,
      args: [...FLAGS, ...extraFlags],
      env,
      timeout: 60_000,
      protocolTimeout: 120_000,
      defaultViewport: { width: 1280, height: 800 },
    });
    return new TestBrowser(browser, profileFolder);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.#profileFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}
