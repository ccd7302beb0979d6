/** Programs that a test starts and ends itself, by their process and by nothing else. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const END_TIMEOUT_MS = 5000;
/** What is kept of what a program says, for messages. */
const SAID_LENGTH_MAX = 8000;

/** The whole path of a program; one clear line where it is missing. */
export const programPath = (name: string): string => {
  const folders = name.startsWith('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error(`${name} is missing: run make setup-test (tools/setup/packages.txt, group test)`);
};

export class Child {
  readonly process: ChildProcess;
  readonly #name: string;
  #said = '';
  #failure: string | null = null;

  constructor(
    program: string,
    options: readonly string[],
    environment: NodeJS.ProcessEnv,
    stdout: 'ignore' | 'pipe' = 'ignore',
  ) {
    this.#name = program;
    this.process = spawn(programPath(program), [...options], {
      env: environment,
      // The fourth is for Xvfb, which tells there which display it took.
      stdio: ['ignore', stdout, 'pipe', 'pipe'],
    });
    this.process.stderr?.on('data', (text: Buffer) => {
      this.#said = (this.#said + text.toString()).slice(-SAID_LENGTH_MAX);
    });
    this.process.once('error', (error) => (this.#failure = error.message));
  }

  /** The last of what it wrote to its error output. */
  get said(): string {
    return this.#said;
  }

  get hasEnded(): boolean {
    const { exitCode, signalCode } = this.process;
    return this.#failure !== null || exitCode !== null || signalCode !== null;
  }

  /** Asks `isReady` every 20 ms; throws where the program has ended, or the time is over. */
  async waitUntil(isReady: () => Promise<boolean> | boolean, timeoutMs = 30_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await isReady())) {
      if (this.hasEnded) throw new Error(`${this.#name} ended: ${this.#failure ?? this.#said}`);
      if (Date.now() > deadline) throw new Error(`${this.#name} is not ready: ${this.#said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** SIGTERM, and SIGKILL where that does not help. */
  async end(): Promise<void> {
    if (this.hasEnded) return;
    const exit = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), END_TIMEOUT_MS);
    await exit;
    clearTimeout(timer);
  }
}
