import { describe, expect, it } from '@jest/globals';
import { webcrypto } from 'node:crypto';
import { Shell, type ShellFile } from '../../../web/src/sw/shell';
import { FakeCaches } from './fake-caches';

const ROOT = 'https://music.example/';
const PAGE: ShellFile = { url: 'index.html', revision: 'one', integrity: 'sha256-a' };
const SCRIPT: ShellFile = { url: 'assets/app-1.js', revision: null, integrity: 'sha256-b' };
const ENGINE: ShellFile = { url: 'assets/engine-1.wasm', revision: null, integrity: 'sha256-c' };

class Server {
  readonly requests: Request[] = [];
  missing = '';

  readonly fetch = (request: Request): Promise<Response> => {
    this.requests.push(request);
    const name = new URL(request.url).pathname.slice(1);
    const response = new Response(`${name} as it is now`, {
      status: name === this.missing ? 404 : 200,
    });
    return Promise.resolve(response);
  };

  get names(): string[] {
    return this.requests.map(({ url }) => new URL(url).pathname);
  }
}

const makeShell = (files: readonly ShellFile[], caches: FakeCaches, server: Server): Shell =>
  new Shell(files, ROOT, {
    caches,
    fetch: server.fetch,
    digest: (bytes) => webcrypto.subtle.digest('SHA-256', bytes),
  });

const textOf = async (response: Response | undefined): Promise<string | null> =>
  response ? response.text() : null;

describe('The kept shell', () => {
  it('has the page and all files, each checked against its hash', async () => {
    const server = new Server();
    const shell = makeShell([PAGE, SCRIPT], new FakeCaches(), server);
    await shell.install();
    expect(server.requests.map(({ integrity, cache }) => [integrity, cache])).toEqual([
      ['sha256-a', 'no-cache'],
      ['sha256-b', 'default'],
    ]);
    expect(await textOf(await shell.page())).toBe('index.html as it is now');
    expect(await textOf(await shell.file(`${ROOT}assets/app-1.js`))).toBe(
      'assets/app-1.js as it is now',
    );
    expect(await shell.file(`${ROOT}assets/other.js`)).toBeUndefined();
  });

  it('is not installed without all of them, and goes on where it stopped', async () => {
    const server = new Server();
    const caches = new FakeCaches();
    server.missing = SCRIPT.url;
    await expect(makeShell([PAGE, SCRIPT], caches, server).install()).rejects.toThrow('404');
    server.missing = '';
    server.requests.length = 0;
    await makeShell([PAGE, SCRIPT], caches, server).install();
    expect(server.names).toEqual(['/assets/app-1.js']);
  });

  it('takes from an older version what has the same content, and asks for the rest', async () => {
    const server = new Server();
    const caches = new FakeCaches();
    await makeShell([PAGE, SCRIPT, ENGINE], caches, server).install();
    server.requests.length = 0;
    const script = { ...SCRIPT, url: 'assets/app-2.js' };
    const page = { ...PAGE, revision: 'two', integrity: 'sha256-d' };
    const shell = makeShell([page, script, ENGINE], caches, server);
    await shell.install();
    expect(server.names).toEqual(['/index.html', '/assets/app-2.js']);
    expect(caches.caches.size).toBe(2);
    expect(await textOf(await shell.file(`${ROOT}assets/engine-1.wasm`))).toContain('engine-1');
  });

  it('serves the files of an older page until older versions are given up', async () => {
    const server = new Server();
    const caches = new FakeCaches();
    await makeShell([PAGE, SCRIPT], caches, server).install();
    await caches.open('auralis-library-1');
    const shell = makeShell([{ ...PAGE, revision: 'two' }], caches, server);
    await shell.install();
    const address = `${ROOT}assets/app-1.js`;
    expect(shell.mayHave('/assets/app-1.js')).toBe(true);
    expect(await shell.file(address)).toBeDefined();
    await shell.clearOthers();
    expect(await shell.file(address)).toBeUndefined();
    expect(await shell.page()).toBeDefined();
    expect([...caches.caches.keys()]).toContain('auralis-library-1');
  });

  it('knows which files it is worth to be asked for', () => {
    const shell = makeShell([PAGE, SCRIPT], new FakeCaches(), new Server());
    expect(shell.mayHave('/index.html')).toBe(true);
    expect(shell.mayHave('/sw.js')).toBe(false);
    expect(shell.mayHave('/manifest.webmanifest')).toBe(false);
  });
});
