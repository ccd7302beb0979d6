/**
 * The examples of docs/secure-context.md, tried: a browser that trusts the authority installs the
 * app from the proxy and plays, and what the page relies on comes through as the server sent it.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AuralisServer } from './support/auralis-server';
import { TestBrowser } from './support/browser';
import { makeSound, writeFlac } from './support/music';
import { PlayerPage } from './support/player-page';
import { Proxy, PUBLIC_NAME } from './support/proxy';
import { runProgram } from './support/run-program';

jest.setTimeout(300_000);

let musicFolder: string;
let server: AuralisServer;

beforeAll(async () => {
  musicFolder = await mkdtemp(join(tmpdir(), 'auralis-music-'));
  await writeFlac(join(musicFolder, 'tune.flac'), makeSound(44_100, 44_100 * 12, 7), 'int16');
  server = await AuralisServer.start(musicFolder, { publicName: PUBLIC_NAME });
});
afterAll(async () => {
  await server?.clear();
  await rm(musicFolder, { recursive: true, force: true });
});

/** Opens an answer of the server: behind the proxy, or (null) its own. */
const open = (
  proxy: Proxy | null,
  path: string,
  headers: Record<string, string> = {},
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const opened = proxy
      ? https.request(
          { ...proxy.address, path, headers: { host: proxy.host, ...headers }, agent: false },
          resolve,
        )
      : http.request(`${server.origin}${path}`, { headers, agent: false }, resolve);
    opened.once('error', reject).end();
  });

type Answer = { status: number | undefined; headers: IncomingHttpHeaders; body: string };

const ask = async (...question: Parameters<typeof open>): Promise<Answer> => {
  const answer = await open(...question);
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  const { statusCode: status, headers } = answer;
  return { status, headers, body: Buffer.concat(parts).toString('base64') };
};

/** Headers that are a hop's own (RFC 9110, 7.6.1), or the proxy's name. */
const OF_A_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'date', 'server', 'alt-svc'];

const withoutHop = ({ headers, ...answer }: Answer) => ({
  ...answer,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_A_HOP.includes(name))),
});

const firstTrackUrl = async (): Promise<string> => {
  const listing = await fetch(`${server.origin}/api/library/tracks`);
  const { tracks } = (await listing.json()) as { tracks: { id: string }[] };
  return `/api/player/stream/${tracks[0]?.id}`;
};

/** A browser that leads the name here, and trusts the authority as a listener's device does. */
const trustingBrowser = async (proxy: Proxy, home: string): Promise<TestBrowser> => {
  const database = join(home, '.pki/nssdb');
  const authority = join(home, 'authority.crt');
  await mkdir(database, { recursive: true });
  await writeFile(authority, proxy.authority);
  await runProgram('certutil', ['-d', `sql:${database}`, '-N', '--empty-password']);
  const names = ['-n', 'authority', '-i', authority];
  await runProgram('certutil', ['-d', `sql:${database}`, '-A', '-t', 'C,,', ...names]);
  const flags = [`--host-resolver-rules=MAP ${PUBLIC_NAME} 127.0.0.1`];
  return TestBrowser.launch(flags, {}, { ...process.env, HOME: home });
};

describe.each([
  ['Caddy', Proxy.caddy],
  ['nginx', Proxy.nginx],
] as const)('Behind %s', (_name, start) => {
  let proxy: Proxy;
  beforeAll(async () => {
    proxy = await start(server.origin);
  });
  afterAll(() => proxy?.stop());

  it('all comes as the server sends it', async () => {
    const stream = await firstTrackUrl();
    const { etag = '' } = (await ask(null, stream, { range: 'bytes=0-0' })).headers;
    const questions: readonly (readonly [string, Record<string, string>, number])[] = [
      ['/', {}, 200],
      ['/search?q=a%2Fb+%C3%A4', {}, 200],
      ['/sw.js', { 'accept-encoding': 'br' }, 200],
      ['/manifest.webmanifest', {}, 200],
      ['/api/library/tracks?search=%2f%2B&limit=5', { 'accept-encoding': 'gzip' }, 200],
      ['/api/library/tracks/none', {}, 404],
      [stream, { range: 'bytes=1000-200999' }, 206],
      [stream, { range: 'bytes=1000-1999', 'if-range': etag }, 206],
      [stream, { range: 'bytes=1000-1999', 'if-range': '"another"' }, 200],
      [stream, { 'if-none-match': etag }, 304],
    ];
    for (const [path, headers, status] of questions) {
      const [itself, behind] = [await ask(null, path, headers), await ask(proxy, path, headers)];
      expect(itself.status).toBe(status);
      expect({ path, ...withoutHop(behind) }).toEqual({ path, ...withoutHop(itself) });
    }
  });

  it('news come at once', async () => {
    const events = await open(proxy, '/api/events');
    const first = await new Promise<string>((resolve) => {
      events.once('data', (part: Buffer) => resolve(part.toString()));
    });
    expect(events.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(first).toContain('event: ');
    events.destroy();
  });

  it('the app installs itself and plays', async () => {
    const home = await mkdtemp(join(tmpdir(), 'auralis-home-'));
    const browser = await trustingBrowser(proxy, home);
    const player = await PlayerPage.open(browser, proxy.origin, { keepsApp: true });
    const { page } = player;
    expect(await page.evaluate(() => isSecureContext)).toBe(true);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await player.reload();
    expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    await player.clickTrack('tune');
    await player.waitForPosition(1);
    expect((await player.snapshot()).mode).toBe('enhanced');
    expect(await player.complaints()).toEqual([]);
    await player.close();
    await browser.close();
    await rm(home, { recursive: true, force: true });
  });
});
