/** What tests of pages wait for: that it is so, words, what the app keeps of the library. */
import type { Page } from 'puppeteer-core';

/** Against hanging only: a loaded machine is slow. */
const WAIT_MS = 60_000;
const LOOK_MS = 100;

/** Looks until it is so; `what`, for the error when it never is. */
export const until = async (what: string, isTrue: () => Promise<boolean>): Promise<void> => {
  const untilMs = Date.now() + WAIT_MS;
  while (!(await isTrue())) {
    if (Date.now() > untilMs) throw new Error(`it did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};

/** Of all elements that match. */
export const textOf = (page: Page, selector: string): Promise<string> =>
  page.$$eval(selector, (elements) => elements.map(({ textContent }) => textContent).join(' '));

export const untilShown = (page: Page, selector: string, words: string): Promise<void> =>
  until(`${selector} says ${words}`, async () => (await textOf(page, selector)).includes(words));

/** Paths in all caches of the app. */
export const cachedPaths = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const paths: string[] = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) {
        paths.push(new URL(url).pathname);
      }
    }
    return paths;
  });

/** The app is installed, and what it showed under that path until then is kept. */
export const untilKept = async (page: Page, path: string): Promise<void> => {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await until(`${path} is kept`, async () => (await cachedPaths(page)).includes(path));
};

export const isControlled = (page: Page): Promise<boolean> =>
  page.evaluate(() => navigator.serviceWorker.controller !== null);
