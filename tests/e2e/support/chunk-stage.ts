/** A page of somebody else's, on the server of Auralis and behind its service worker. */
import { cp, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { AuralisServer } from './auralis-server';
import { TestBrowser } from './browser';
import { WORKLET_PATH, WORKLET_SOURCE } from './page-hooks';
import { webDistPath } from './paths';
import { PlayerPage } from './player-page';

const PAGES_DIR = fileURLToPath(new URL('../pages/', import.meta.url));
const PAGE_FILES = ['chunk-player.html', 'chunk-player.js'];

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export class ChunkStage {
  readonly musicFolder: string;
  readonly server: AuralisServer;
  readonly browser: TestBrowser;
  readonly #webFolder: string;

  private constructor(
    musicFolder: string,
    webFolder: string,
    server: AuralisServer,
    browser: TestBrowser,
  ) {
    this.musicFolder = musicFolder;
    this.#webFolder = webFolder;
    this.server = server;
    this.browser = browser;
  }

  static async set(makeMusic: (folder: string) => Promise<void>): Promise<ChunkStage> {
    const musicFolder = await mkdtemp(join(tmpdir(), 'auralis-music-'));
    await makeMusic(musicFolder);
    const webFolder = await mkdtemp(join(tmpdir(), 'auralis-web-'));
    await cp(webDistPath(), webFolder, { recursive: true });
    for (const name of PAGE_FILES) await copyFile(join(PAGES_DIR, name), join(webFolder, name));
    await writeFile(join(webFolder, WORKLET_PATH), WORKLET_SOURCE);
    const server = await AuralisServer.start(musicFolder, { webFolder });
    return new ChunkStage(musicFolder, webFolder, server, await TestBrowser.launch());
  }

  pathOf(file: string): string {
    return join(this.musicFolder, file);
  }

  /** The track's id in the library. */
  async idOf(title: string): Promise<string> {
    const answer = await fetch(`${this.server.origin}/api/library/tracks`);
    const { tracks } = (await answer.json()) as { tracks: { id: string; title: string }[] };
    const track = tracks.find((candidate) => candidate.title === title);
    if (!track) throw new Error(`${title} is not in the library`);
    return String(track.id);
  }

  /** The plain page, with nothing of the app but its service worker. */
  async openPage(query = ''): Promise<PlayerPage> {
    const player = await PlayerPage.open(this.browser, this.server.origin, {
      keepsApp: true,
      path: '/chunk-player.html',
      awaits: 'audio',
      query,
    });
    await player.page.evaluate(async () => {
      await navigator.serviceWorker.register('/sw.js');
      await navigator.serviceWorker.ready;
    });
    await player.reload();
    return player;
  }

  async clear(): Promise<void> {
    await this.browser.close();
    await this.server.clear();
    await rm(this.#webFolder, { recursive: true, force: true });
    await rm(this.musicFolder, { recursive: true, force: true });
  }
}

/** What the page gets when it fetches `address`. */
export const fetchIn = async (
  page: Page,
  address: string,
  init: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answer> => {
  const { status, headers, base64 } = await page.evaluate(
    async (url, options) => {
      const answer = await fetch(url, options);
      const bytes = await answer.arrayBuffer();
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        base64: await window.auralisHooks.toBase64([bytes]),
      };
    },
    address,
    init,
  );
  return { status, headers, body: Buffer.from(base64, 'base64') };
};
