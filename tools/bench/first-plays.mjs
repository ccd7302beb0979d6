/** Click to first sound of tracks never touched before, beside a plain <audio>, in turns. */
import { openPage } from './latency.mjs';
import { clickToSound, nextToSound, plainToSound, pressToSound } from './page-probes.mjs';
import { median, pause } from './support.mjs';

/** What each turn plays; see writeUntouched. `next+` is followed by the track that is meant. */
export const FIRST_PARTS = ['click', 'press', 'plain', 'next+'];
export const SLOW_PARTS = ['click', 'plain'];

/** A fast finger: so long is a button down before the click. */
export const PRESS_MS = 100;
/** The worker's warm-up, or that the last turn has come to rest. */
const REST_MS = 2500;
const TURN_REST_MS = 700;
/** So long a track has played when the next one is asked for. */
const PLAYED_MS = 5000;

export const LINKS = [
  { name: '20 Mbit/s + 30 ms', bitsPerSecond: 20e6, roundTripMs: 30 },
  { name: '2 Mbit/s + 100 ms', bitsPerSecond: 2e6, roundTripMs: 100 },
  { name: '400 kbit/s + 300 ms', bitsPerSecond: 400e3, roundTripMs: 300 },
];

/** Seconds that all of the browser's processes have computed, compile threads included. */
const cpuSeconds = async (browser) => {
  const session = await browser.target().createCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
};

/**
 * Median milliseconds { clickMs, pressMs, nextMs, plainMs } on one page whose engine is warm; the
 * first click's and the first plain element's CPU until a second after it: { clickCpu, plainCpu }.
 */
export const measureFirstPlays = async (browser, origin, titles, urlOf) => {
  const page = await openPage(browser, origin);
  await pause(REST_MS);
  const ms = { click: [], press: [], plain: [], next: [] };
  const cpu = { click: [], plain: [] };
  const costs = async (part, play) => {
    const before = await cpuSeconds(browser);
    ms[part].push(await play());
    await pause(1000);
    cpu[part].push((await cpuSeconds(browser)) - before);
  };
  for (const [turn, title] of titles.click.entries()) {
    await costs('click', () => page.evaluate(clickToSound, title));
    await pause(TURN_REST_MS);
    ms.press.push(await page.evaluate(pressToSound, titles.press[turn], PRESS_MS));
    await pause(TURN_REST_MS);
    await costs('plain', () => page.evaluate(plainToSound, urlOf(titles.plain[turn])));
    await pause(TURN_REST_MS);
    await page.evaluate(clickToSound, titles['next+'][turn]);
    await page.evaluate(() => window.auralisPlayer.play());
    await pause(PLAYED_MS);
    ms.next.push(await page.evaluate(nextToSound));
    await pause(TURN_REST_MS);
  }
  await page.close();
  return {
    clickMs: median(ms.click),
    pressMs: median(ms.press),
    nextMs: median(ms.next),
    plainMs: median(ms.plain),
    clickCpu: median(cpu.click),
    plainCpu: median(cpu.plain),
  };
};

/**
 * The same behind a slow link, on a fresh page each turn that was loaded at full speed: the player
 * knows nothing of the link. { clickMs, plainMs, clickBytes, plainBytes }: medians, bytes until the
 * first sound.
 */
export const measureSlowPlays = async (browser, { origin, link, speed }, titles, urlOf) => {
  const ms = { click: [], plain: [] };
  const bytes = { click: [], plain: [] };
  const timed = async (part, page, play) => {
    link.set(speed);
    const before = link.receivedBytes;
    ms[part].push(await play());
    bytes[part].push(link.receivedBytes - before);
    link.set(null);
    await page.close();
  };
  for (const [turn, title] of titles.click.entries()) {
    const page = await openPage(browser, origin);
    await pause(REST_MS);
    await timed('click', page, () => page.evaluate(clickToSound, title));
    const bare = await openPage(browser, origin);
    await pause(REST_MS);
    await timed('plain', bare, () => bare.evaluate(plainToSound, urlOf(titles.plain[turn])));
  }
  return {
    clickMs: median(ms.click),
    plainMs: median(ms.plain),
    clickBytes: median(bytes.click),
    plainBytes: median(bytes.plain),
  };
};
