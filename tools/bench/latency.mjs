/** First visits and seeks, each against a plain <audio> of the original, in turns. */
import {
  clickAtOnce,
  clickToSound,
  holdAudio,
  plainToSound,
  seekEnhanced,
  seekPlain,
  startPlain,
} from './page-probes.mjs';
import { median, pause } from './support.mjs';

const RUNS = 9;
const COLD_RUNS = 9;

export const openPage = async (context, origin, ...early) => {
  const page = await context.newPage();
  await page.setCacheEnabled(false); // The plain element must not profit from earlier turns.
  for (const script of [holdAudio, ...early]) await page.evaluateOnNewDocument(script);
  await page.goto(`${origin}/songs?debug`, { waitUntil: 'load' });
  await page.waitForSelector('.row-button');
  return page;
};

/** {enhancedMs, plainMs} in a profile that has never seen the page. */
export const measureColdStart = async (browser, origin, { url }) => {
  const enhanced = [];
  const plain = [];
  for (let turn = 0; turn < COLD_RUNS; turn += 1) {
    const context = await browser.createBrowserContext();
    const page = await openPage(context, origin, clickAtOnce);
    enhanced.push(await page.evaluate(() => window.benchFirst));
    await context.close();
    const other = await browser.createBrowserContext();
    const bare = await other.newPage();
    await bare.evaluateOnNewDocument(holdAudio);
    await bare.goto(`${origin}/favicon.svg`, { waitUntil: 'load' });
    plain.push(await bare.evaluate(plainToSoundInSvg, url));
    await other.close();
  }
  return { enhancedMs: median(enhanced), plainMs: median(plain) };
};

/** As plainToSound, in a document that is no HTML. */
const plainToSoundInSvg = async (url) => {
  const startedMs = performance.now();
  const audio = new Audio(url);
  void audio.play();
  const ms = await window.benchUntilPast(audio, 0, startedMs);
  audio.pause();
  return ms;
};

/** {enhancedMs, plainMs} for seeks to places that were never fetched. */
export const measureSeek = async (browser, origin, { title, url, durationSeconds }) => {
  const page = await openPage(browser, origin);
  await pause(2500);
  const places = Array.from(
    { length: RUNS },
    (_, k) => ((((k * 5) % RUNS) + 0.6) / (RUNS + 1)) * durationSeconds,
  );
  await page.evaluate(clickToSound, title);
  await page.evaluate(() => window.auralisPlayer.play());
  const enhanced = [];
  for (const place of places) {
    enhanced.push(await page.evaluate(seekEnhanced, place));
    await pause(250);
  }
  await page.evaluate(startPlain, url);
  const plain = [];
  for (const place of places) {
    plain.push(await page.evaluate(seekPlain, place));
    await pause(250);
  }
  await page.close();
  return { enhancedMs: median(enhanced), plainMs: median(plain) };
};
