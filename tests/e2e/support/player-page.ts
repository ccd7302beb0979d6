/** The page of the player under test, used as a listener does: by clicks. */
import type { CDPSession, Page } from 'puppeteer-core';
import type { PlayerSnapshot } from '../../../web/src/player/player-types';
import type { Player } from '../../../web/src/player/player';
import type { Login } from './auralis-server';
import type { TestBrowser } from './browser';
import {
  WORKLET_PATH,
  WORKLET_SOURCE,
  hookArguments,
  installHooks,
  type MediaEventRecord,
  type PositionStamp,
} from './page-hooks';
import { deinterleave, type StereoPcm } from './pcm';

const WAIT_MS = 60_000;

declare global {
  // Only an interface can be merged with the DOM's own.
  interface Window {
    /** There with `?debug` in the address (web/src/app/main.tsx). */
    auralisPlayer?: Player;
  }
}

export type OpenOptions = {
  /** Run in the page before its own scripts. */
  readonly before?: () => void;
  readonly keepsAppended?: boolean;
  /** Complaints of the page that the test expects. */
  readonly expected?: RegExp;
  /** With the service worker, which comes by itself after a while. Without it each load of the page
   *  asks the server for everything, so that what is missing there is missing. */
  readonly keepsApp?: boolean;
  /** Further wishes in the page's address, as `sink=mms`. */
  readonly query?: string;
  /** The view that is opened; the list of songs unless told. */
  readonly path?: string;
  /** What is there when the view is; a row of a list unless told. */
  readonly awaits?: string;
  /** What the listener types in when the browser asks for it. */
  readonly login?: Login;
};

export class PlayerPage {
  readonly page: Page;
  readonly #session: CDPSession;
  readonly #expected: RegExp | null;
  readonly #keepsAppended: boolean;
  readonly #awaits: string;
  readonly #complaints: string[] = [];

  private constructor(page: Page, session: CDPSession, options: OpenOptions) {
    this.page = page;
    this.#session = session;
    this.#expected = options.expected ?? null;
    this.#keepsAppended = options.keepsAppended ?? false;
    this.#awaits = options.awaits ?? '.row-button';
    page.setDefaultTimeout(WAIT_MS);
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complain(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.#complain(`uncaught: ${String(error)}`));
  }

  static async open(
    { browser }: TestBrowser,
    origin: string,
    options: OpenOptions = {},
  ): Promise<PlayerPage> {
    // A context of its own: settings that an earlier test left behind are not there.
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    const session = await page.createCDPSession();
    const opened = new PlayerPage(page, session, options);
    await page.evaluateOnNewDocument(installHooks, ...hookArguments);
    if (options.before) await page.evaluateOnNewDocument(options.before);
    await opened.#serveWorklet();
    if (options.login) await page.authenticate(options.login);
    const query = ['debug', 'plan=final'];
    if (options.keepsApp !== true) query.push('sw=off');
    if (options.query) query.push(options.query);
    await page.goto(`${origin}${options.path ?? '/songs'}?${query.join('&')}`, {
      waitUntil: 'load',
      timeout: WAIT_MS,
    });
    await opened.#begin();
    return opened;
  }

  /** As a listener does; what was recorded until then is gone. */
  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: 'load', timeout: WAIT_MS });
    await this.#begin();
  }

  async #begin(): Promise<void> {
    await this.page.evaluate((keeps) => {
      window.auralisHooks.keepsAppended = keeps;
    }, this.#keepsAppended);
    await this.page.waitForSelector(this.#awaits);
  }

  /** What the page complained about; empty in every test that passes. */
  async complaints(): Promise<string[]> {
    const violations = await this.page.evaluate(() => window.auralisHooks.violations);
    return [...this.#complaints, ...violations.map((text) => `policy: ${text}`)];
  }

  async close(): Promise<void> {
    await this.page.browserContext().close();
  }

  /** A click on the row of a track. */
  async clickTrack(title: string): Promise<void> {
    const row = `.row-button[aria-label^="Play ${title}"]`;
    if ((await this.page.$(row)) === null) {
      // Only rows in sight are in the document, or nearly so.
      await this.page.$eval('#library', (library) => library.scrollTo(0, library.scrollHeight));
      await this.page.waitForSelector(row);
    }
    // Not at the bottom, where the player bar lies over it.
    await this.page.$eval(row, (element) => element.scrollIntoView({ block: 'center' }));
    await this.page.click(row);
  }

  async clickPreset(preset: string): Promise<void> {
    await this.page.click(`.preset:has(input[value="${preset}"])`);
  }

  async clickLevel(level: 'off' | 'track' | 'album'): Promise<void> {
    await this.page.click(`.level .preset:has(input[value="${level}"])`);
  }

  /** On, and off. */
  async clickEnhanced(): Promise<void> {
    await this.page.click('button[role="switch"]');
  }

  /** From the enhanced to the original, equally loud, and back. */
  async clickCompare(): Promise<void> {
    await this.page.click('.compare button:first-child');
  }

  async clickLeaveCompare(): Promise<void> {
    await this.page.click('button[aria-label="Leave the comparison"]');
  }

  /** A click on the seek bar; the position that the player was sent to, in seconds. */
  async clickSeekBar(fraction: number): Promise<number> {
    const rail = await this.page.waitForSelector('.seek-slider .rail');
    const box = await rail?.boundingBox();
    if (!box) throw new Error('the seek bar is not there');
    // What the page asks for: the position itself moves on as soon as the seek is done.
    await this.page.evaluate(() => {
      const player = window.auralisPlayer;
      if (!player) throw new Error('the page has no player');
      const { seek } = Object.getPrototypeOf(player) as Player;
      player.seek = (seconds) => {
        window.auralisHooks.seekTargets.push(seconds);
        seek.call(player, seconds);
      };
    });
    await this.page.mouse.click(box.x + box.width * fraction, box.y + box.height / 2);
    return this.page.evaluate(() => window.auralisHooks.seekTargets.at(-1) ?? NaN);
  }

  /** Sets the intensity as its slider does. */
  async slideIntensity(percent: number): Promise<void> {
    await this.page.$eval(
      'input[aria-label="Intensity"]',
      (slider, value) => {
        const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
        setter?.call(slider, String(value));
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      },
      percent,
    );
  }

  snapshot(): Promise<PlayerSnapshot> {
    return this.page.evaluate(() => {
      const snapshot = window.auralisPlayer?.getSnapshot();
      if (!snapshot) throw new Error('the page has no player');
      return snapshot;
    });
  }

  async waitForState(...states: PlayerSnapshot['state'][]): Promise<void> {
    await this.page.waitForFunction(
      (wanted: string[]) => wanted.includes(window.auralisPlayer?.getSnapshot().state ?? ''),
      { polling: 50, timeout: WAIT_MS },
      states,
    );
  }

  /** Waits until it plays, then until so much more has been played, without a seek in between. */
  async playFor(seconds: number): Promise<void> {
    // Where a track that is on its way will begin is not known before.
    await this.waitForState('playing');
    const from = await this.page.evaluate(() => window.auralisPlayer?.positionSeconds ?? NaN);
    await this.waitForPosition(from + seconds);
  }

  async waitForPosition(seconds: number): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => {
        const { audio } = window.auralisHooks;
        // The player's own position: a seek may not have reached the element yet.
        const position = window.auralisPlayer?.positionSeconds ?? -1;
        return audio !== null && !audio.seeking && position >= wanted;
      },
      { polling: 50, timeout: WAIT_MS },
      seconds,
    );
  }

  events(): Promise<readonly MediaEventRecord[]> {
    return this.page.evaluate(() => window.auralisHooks.events);
  }

  async waitForEvent(type: string): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => window.auralisHooks.events.some((event) => event.type === wanted),
      { polling: 50, timeout: WAIT_MS },
      type,
    );
  }

  async startCapture(): Promise<void> {
    await this.page.evaluate(() => window.auralisHooks.startCapture());
  }

  async takeCapture(): Promise<{ pcm: StereoPcm; stamps: readonly PositionStamp[] }> {
    const base64 = await this.page.evaluate(() => window.auralisHooks.takeCapture());
    const stamps = await this.page.evaluate(() => window.auralisHooks.stamps);
    return { pcm: deinterleave(Buffer.from(base64, 'base64')), stamps };
  }

  /** Everything that was appended so far, in order. */
  async appended(): Promise<Buffer[]> {
    const { base64, sizes } = await this.page.evaluate(async () => {
      const { appended, toBase64 } = window.auralisHooks;
      const parts = appended as Uint8Array<ArrayBuffer>[];
      return { base64: await toBase64(parts), sizes: parts.map(({ length }) => length) };
    });
    const bytes = Buffer.from(base64, 'base64');
    let offset = 0;
    return sizes.map((size) => bytes.subarray(offset, (offset += size)));
  }

  /** Serves the recorder's module from the page's own origin: its policy allows no other. */
  async #serveWorklet(): Promise<void> {
    const body = Buffer.from(WORKLET_SOURCE).toString('base64');
    this.#session.on('Fetch.requestPaused', ({ requestId }) => {
      const responseHeaders = [{ name: 'Content-Type', value: 'text/javascript' }];
      this.#session
        .send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body })
        .catch(() => undefined); // The page went away.
    });
    const patterns = [{ urlPattern: `*${WORKLET_PATH}` }];
    await this.#session.send('Fetch.enable', { patterns });
  }

  #complain(text: string): void {
    if (this.#expected?.test(text) !== true) this.#complaints.push(text);
  }
}
