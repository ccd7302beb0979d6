/** The real server on a folder of music; it can be killed and brought back on the same port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { serverPath, webDistPath } from './paths';

const START_TIMEOUT_MS = 30_000;

export class AuralisServer {
  readonly #musicFolder: string;
  #process: ChildProcess | null = null;
  #port = 0;

  private constructor(musicFolder: string) {
    this.#musicFolder = musicFolder;
  }

  static async start(musicFolder: string): Promise<AuralisServer> {
    const server = new AuralisServer(musicFolder);
    await server.restart();
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts it again, on the port that it had. */
  async restart(): Promise<void> {
    const child = spawn(
      serverPath(),
      ['--music', this.#musicFolder, '--port', String(this.#port), '--web', webDistPath()],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#process = child;
    this.#port = await portOf(child);
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
