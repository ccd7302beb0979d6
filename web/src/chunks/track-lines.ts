/** The tracks that chunks are asked of: a few at a time, and each closed when nobody asks. */
import type { EngineClient } from '../engine/engine-client';
import type { Clock } from '../net/clock';
import { GivenUpError } from './problem';
import { TrackLine } from './track-line';

/** One plays, the next one is loaded, and somebody else listens to another. */
export const TRACK_COUNT_MAX = 3;
/** Who plays asks every few seconds. */
export const IDLE_MS_MAX = 30_000;

type Entry = {
  readonly line: TrackLine;
  /** Requests that are served or wait. */
  userCount: number;
  /** Closes it, when it is left alone for long. */
  cancelClosing: () => void;
};

export class TrackLines {
  readonly #client: EngineClient;
  readonly #clock: Pick<Clock, 'after'>;
  /** By address, what was used least recently first. */
  readonly #entries = new Map<string, Entry>();
  /** Requests for further tracks, in order. */
  #waiting: (() => void)[] = [];

  constructor(client: EngineClient, clock: Pick<Clock, 'after'>) {
    this.#client = client;
    this.#clock = clock;
  }

  /** As long as `use` takes the track stays open. Where too many are in use, it waits. */
  async with<T>(
    url: string,
    signal: AbortSignal,
    use: (line: TrackLine) => Promise<T>,
  ): Promise<T> {
    const entry = await this.#enter(url, signal);
    try {
      return await use(entry.line);
    } finally {
      this.#leave(url, entry);
    }
  }

  async #enter(url: string, signal: AbortSignal): Promise<Entry> {
    const isUnwanted = (): boolean => signal.aborted;
    while (!isUnwanted() && !this.#entries.has(url) && !this.#makeRoom()) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        signal.addEventListener('abort', () => this.#stopWaiting(resolve), { once: true });
      });
    }
    if (isUnwanted()) throw new GivenUpError();
    const known = this.#entries.get(url);
    const entry = known ?? {
      line: new TrackLine(this.#client, url),
      userCount: 0,
      cancelClosing: () => undefined,
    };
    entry.userCount += 1;
    entry.cancelClosing();
    this.#entries.delete(url);
    this.#entries.set(url, entry);
    return entry;
  }

  #stopWaiting(look: () => void): void {
    this.#waiting = this.#waiting.filter((other) => other !== look);
    look();
  }

  #leave(url: string, entry: Entry): void {
    entry.userCount -= 1;
    if (entry.userCount > 0) return;
    entry.cancelClosing = this.#clock.after(IDLE_MS_MAX, () => this.#close(url, entry));
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const look of waiting) look();
  }

  /** False: all that are open are in use. */
  #makeRoom(): boolean {
    if (this.#entries.size < TRACK_COUNT_MAX) return true;
    for (const [url, entry] of this.#entries) {
      if (entry.userCount > 0) continue;
      this.#close(url, entry);
      return true;
    }
    return false;
  }

  #close(url: string, entry: Entry): void {
    entry.cancelClosing();
    this.#entries.delete(url);
    entry.line.close();
  }
}
