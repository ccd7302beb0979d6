/**
 * Chromium, Firefox and WebKitGTK behind one face: each with a profile of its own, playing to a
 * sound server of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchDriver, type BrowserDriver, type BrowserName } from './browser-driver';
import { SoundServer } from './sound-server';
import { withPriority } from './with-priority';

/**
 * What the sound server holds for each stream. By themselves the browsers ask for 25 to 50 ms, and
 * a machine with other work is later than that: then silence is heard that says nothing about the
 * player.
 */
const DEVICE_BUFFER_MS = 150;

export class ListeningBrowser {
  readonly name: BrowserName;
  readonly sound: SoundServer;
  readonly #driver: BrowserDriver;
  readonly #folder: string;

  private constructor(
    name: BrowserName,
    sound: SoundServer,
    driver: BrowserDriver,
    folder: string,
  ) {
    this.name = name;
    this.sound = sound;
    this.#driver = driver;
    this.#folder = folder;
  }

  static async launch(name: BrowserName): Promise<ListeningBrowser> {
    const folder = await mkdtemp(join(tmpdir(), `auralis-${name}-`));
    const sound = await withPriority(() => SoundServer.start(folder));
    try {
      const environment = { ...sound.environment, PULSE_LATENCY_MSEC: String(DEVICE_BUFFER_MS) };
      const driver = await withPriority(() => launchDriver(name, environment, folder));
      return new ListeningBrowser(name, sound, driver, folder);
    } catch (error) {
      await sound.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      throw error;
    }
  }

  navigate(url: string): Promise<void> {
    return this.#driver.navigate(url);
  }

  /** Runs the function in the page; it must not use anything from outside itself. */
  run<Values extends readonly unknown[], Result>(
    task: (...values: Values) => Result,
    ...values: Values
  ): Promise<Awaited<Result>> {
    return this.#driver.call(String(task), values) as Promise<Awaited<Result>>;
  }

  /** A click of the mouse, in the middle of what the selector finds. */
  click(selector: string): Promise<void> {
    return this.#driver.click(selector);
  }

  /** A click of the mouse, in CSS pixels from the upper left corner of what is seen. */
  clickAt(x: number, y: number): Promise<void> {
    return this.#driver.clickAt(x, y);
  }

  async close(): Promise<void> {
    await this.#driver.close();
    await this.sound.stop();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
