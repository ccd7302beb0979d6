/** The real server on a folder of music; it can be killed and brought back on the same port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverPath, webDistPath } from './paths';

/** Against hanging only: with a large library the first scan takes a while. */
const START_TIMEOUT_MS = 300_000;

export type Login = { readonly username: string; readonly password: string };

export type ServerOptions = {
  /** Another web app than the one that was built. */
  readonly webFolder?: string;
  /** A name that it is asked by, besides its addresses. */
  readonly publicName?: string;
  /** What it wants to be told before it says anything. */
  readonly login?: Login;
};

export class AuralisServer {
  readonly #musicFolder: string;
  /** Where it keeps its catalogue, from start to start. */
  readonly #dataFolder: string;
  readonly #options: ServerOptions;
  #process: ChildProcess | null = null;
  #port = 0;

  private constructor(musicFolder: string, dataFolder: string, options: ServerOptions) {
    this.#musicFolder = musicFolder;
    this.#dataFolder = dataFolder;
    this.#options = options;
  }

  static async start(musicFolder: string, options: ServerOptions = {}): Promise<AuralisServer> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'auralis-data-'));
    const server = new AuralisServer(musicFolder, dataFolder, options);
    await server.restart();
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /**
   * Starts it again, on the port that it had, with another password if there is one. It then knows
   * all of the music.
   */
  async restart(password?: string): Promise<void> {
    const { webFolder = webDistPath(), publicName } = this.#options;
    const { login: first } = this.#options;
    const login = first && { ...first, ...(password !== undefined && { password }) };
    const folders = ['--music', this.#musicFolder, '--data', this.#dataFolder, '--web', webFolder];
    const names = publicName === undefined ? [] : ['--public-name', publicName];
    if (login) {
      const file = join(this.#dataFolder, 'password');
      await writeFile(file, login.password, { mode: 0o600 });
      names.push('--user', login.username, '--password-file', file);
    }
    const child = spawn(serverPath(), [...folders, ...names, '--port', String(this.#port)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    this.#port = await portOf(child);
    await scanEnd(this.origin, login);
  }

  /** Kills it, and nothing of it is left. */
  async clear(): Promise<void> {
    await this.kill();
    await rm(this.#dataFolder, { recursive: true, force: true });
  }

  /** As when the machine goes down: connections break, nothing is said. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
}

const scanEnd = async (origin: string, login: Login | undefined): Promise<void> => {
  const words = Buffer.from(`${login?.username}:${login?.password}`).toString('base64');
  const headers: HeadersInit = login ? { Authorization: `Basic ${words}` } : {};
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const response = await fetch(`${origin}/api/library/scan`, { headers });
    const scan = (await response.json()) as { state: string; complete: boolean };
    if (scan.state === 'idle' && scan.complete) return;
    if (Date.now() > deadline) throw new Error(`the scan does not end: ${JSON.stringify(scan)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const portOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS);
    const fail = (reason: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`auralis-server ${reason}: ${said}`));
    };
    const read = (text: Buffer): void => {
      said += text.toString();
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
