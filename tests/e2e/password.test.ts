/**
 * A server with a password, in a real browser: everything that the page loads is asked for with it,
 * and where it is not known any more the installed app shows what it knew and leads to signing in.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { KNOWN_AT_HEADER } from '../../web/src/shared/offline-protocol';
import { makeSound, writeFlac } from './support/music';
import { untilKept, untilShown } from './support/page-waits';
import { Stage } from './support/stage';

jest.setTimeout(300_000);

const WAIT_MS = 60_000;
const SECONDS = 6;
const LOGIN = { username: 'eve', password: 'pässwörd: 1' };
const OTHER = { username: 'eve', password: 'another one' };
const THIRD = { username: 'eve', password: 'a third one' };
const LIBRARY = '/api/library/tracks';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set(
    async (folder) => {
      const sound = makeSound(44_100, 44_100 * SECONDS, 71);
      await writeFlac(join(folder, 'guarded.flac'), sound, 'int16');
    },
    { login: LOGIN },
  );
});
afterAll(() => stage?.clear());

/** As often as an address may, each time another one. */
const tryWrongPasswords = async (): Promise<number[]> => {
  const statuses: number[] = [];
  for (let number = 0; number < 11; number += 1) {
    const words = Buffer.from(`eve:wrong ${number}`).toString('base64');
    const headers = { Authorization: `Basic ${words}` };
    const { status } = await fetch(`${stage.server.origin}${LIBRARY}`, { headers });
    statuses.push(status);
  }
  return statuses;
};

/** The window in which the browser asks for a name and a password is closed without an answer. */
const refuseToSignIn = async (page: Page): Promise<void> => {
  const target = await page
    .browserContext()
    .waitForTarget((other) => other.type() === 'service_worker', { timeout: WAIT_MS });
  const session = await target.createCDPSession();
  session.on('Fetch.requestPaused', ({ requestId }) => {
    void session.send('Fetch.continueRequest', { requestId });
  });
  session.on('Fetch.authRequired', ({ requestId }) => {
    const authChallengeResponse = { response: 'CancelAuth' } as const;
    void session.send('Fetch.continueWithAuth', { requestId, authChallengeResponse });
  });
  await session.send('Fetch.enable', { handleAuthRequests: true });
};

describe('Behind a password', () => {
  it('the page plays and installs, and leads to signing in when the password has changed', async () => {
    const player = await stage.openPlayer({
      login: LOGIN,
      keepsApp: true,
      // The first answers of all are refusals; so are those to the old password.
      expected: /401|429|Failed to load|Unauthorized/i,
    });
    const { page } = player;
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() === 401) refused.push(new URL(response.url()).pathname);
    });
    await player.clickTrack('guarded');
    await player.waitForPosition(1);
    const { error, mode } = await player.snapshot();
    expect({ error, mode }).toEqual({ error: null, mode: 'enhanced' });
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
      return { crossOrigin: link?.crossOrigin, status: (await fetch(link?.href ?? '')).status };
    });
    expect(manifest).toEqual({ crossOrigin: 'use-credentials', status: 200 });
    await untilKept(page, LIBRARY);
    await untilKept(page, '/index.html');
    expect(refused).toEqual([]);

    // What the browser knows is wrong now, and it is told nothing better: of the page's own
    // requests puppeteer repeats the old one once and gives up.
    await stage.server.kill();
    await stage.server.restart(OTHER.password);
    await refuseToSignIn(page);
    await player.reload();
    await untilShown(page, '[data-testid="offline-notice"]', 'wants a name and a password');
    await untilShown(page, '[data-testid="offline-notice"]', 'as it was known on');
    expect(await page.$('.row-button[aria-label^="Play guarded"]')).not.toBeNull();

    await page.authenticate(OTHER);
    await Promise.all([
      page.waitForNavigation({ timeout: WAIT_MS }),
      page.click('[data-testid="offline-notice"] .notice-actions a'),
    ]);
    await page.waitForSelector('.row-button');
    expect(await page.$('[data-testid="offline-notice"]')).toBeNull();

    // Changed again, and somebody on this machine has tried many.
    await stage.server.kill();
    await stage.server.restart(THIRD.password);
    expect(new Set((await tryWrongPasswords()).slice(-2))).toEqual(new Set([401, 429]));
    await player.reload();
    await untilShown(page, '[data-testid="offline-notice"]', 'Too many wrong passwords');
    // A server that has started anew remembers no tries. The listener comes back to the page.
    await stage.server.kill();
    await stage.server.restart(THIRD.password);
    await page.authenticate(THIRD);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.waitForFunction(
      () => document.querySelector('[data-testid="offline-notice"]') === null,
      { timeout: WAIT_MS },
    );
    const { status, knownAt } = await page.evaluate(
      async (path, header) => {
        const answer = await fetch(path);
        return { status: answer.status, knownAt: answer.headers.get(header) };
      },
      LIBRARY,
      KNOWN_AT_HEADER,
    );
    expect({ status, knownAt }).toEqual({ status: 200, knownAt: null });
    expect(await page.$('[data-testid="offline-notice"]')).toBeNull();
    expect(await player.complaints()).toEqual([]);
    await player.close();
  });
});
