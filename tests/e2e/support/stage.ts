/** A folder of music, the real server on it and a real browser, for the tests of one file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuralisServer, type ServerOptions } from './auralis-server';
import { TestBrowser } from './browser';
import { PlayerPage, type OpenOptions } from './player-page';

export class Stage {
  readonly musicFolder: string;
  readonly server: AuralisServer;
  readonly browser: TestBrowser;

  private constructor(musicFolder: string, server: AuralisServer, browser: TestBrowser) {
    this.musicFolder = musicFolder;
    this.server = server;
    this.browser = browser;
  }

  /** `makeMusic` fills the folder before the server looks at it. */
  static async set(
    makeMusic: (folder: string) => Promise<void>,
    options: ServerOptions = {},
  ): Promise<Stage> {
    const musicFolder = await mkdtemp(join(tmpdir(), 'auralis-music-'));
    await makeMusic(musicFolder);
    const server = await AuralisServer.start(musicFolder, options);
    return new Stage(musicFolder, server, await TestBrowser.launch());
  }

  pathOf(file: string): string {
    return join(this.musicFolder, file);
  }

  openPlayer(options: OpenOptions = {}): Promise<PlayerPage> {
    return PlayerPage.open(this.browser, this.server.origin, options);
  }

  async clear(): Promise<void> {
    await this.browser.close();
    await this.server.clear();
    await rm(this.musicFolder, { recursive: true, force: true });
  }
}
