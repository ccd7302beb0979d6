/**
 * Keeps the queue and the place in the track over a reload, in localStorage, with what the page
 * shows of its tracks: it does not hold the library they are from. Some 130 bytes for each track.
 * Two entries, since the place is written every few seconds and the
 * queue only when it is another one. What cannot be kept or read is lost, and nothing else is.
 *
 * Tabs share the entries: the one that played last leaves what it played. Each writing of the queue
 * has a stamp, and a place counts only beside the queue of the same stamp.
 */
import type { Player } from '../player/player';
import type { Clock } from '../player/playback-monitor';
import { parseSavedQueue, type SavedQueue } from '../player/queue-save';
import { parseJson, readText, writeText } from './preferences';
import { packTracks, unpackTracks } from './packed-tracks';

/** May throw, as localStorage does where it is forbidden or full. */
export type QueueStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export type QueueStoreOptions = {
  readonly player: Player;
  /** null: nothing can be kept. */
  readonly storage: QueueStorage | null;
  readonly clock: Pick<Clock, 'setInterval' | 'clearInterval'>;
  /** Of this tab alone. */
  readonly tab: string;
};

/** Raised with the form of what is kept; other versions are not read. */
export const QUEUE_STORE_VERSION = 2;
export const QUEUE_KEY = 'auralis.queue';
export const PLACE_KEY = 'auralis.place';

export const SAVE_INTERVAL_MS = 4000;
/** Some 1.3 MB of the 5 MB that browsers allow; as many as a list brings (list-player.ts). */
export const STORED_COUNT_MAX = 10_000;
/** Where so many do not fit. */
const STORED_COUNT_WHEN_FULL = 1000;
/** A day: no track is longer. */
const POSITION_SECONDS_MAX = 86_400;

type Stored = { readonly stamp: string; readonly fields: Readonly<Record<string, unknown>> };

const parse = (json: string | null): Stored | null => {
  const value = parseJson(json ?? '');
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  const { version, stamp } = fields;
  return version === QUEUE_STORE_VERSION && typeof stamp === 'string' ? { stamp, fields } : null;
};

export class QueueStore {
  readonly #options: QueueStoreOptions;
  readonly #timer: number;
  /** Nothing is written before what is there was read. */
  #isOpen = false;
  #stamp = '';
  #stampCount = 0;
  /** As they are kept. */
  #queue: unknown;
  #positionSeconds = 0;

  constructor(options: QueueStoreOptions) {
    this.#options = options;
    this.#queue = options.player.getSnapshot().queue;
    this.#timer = options.clock.setInterval(() => this.save(), SAVE_INTERVAL_MS);
  }

  /** Gives the player what is kept, once. Whoever has chosen something goes on with that. */
  restore(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const { player } = this.#options;
    const kept = this.#read(QUEUE_KEY);
    const saved = kept && parseSavedQueue(kept.fields['queue'], STORED_COUNT_MAX);
    if (!kept || !saved || player.getSnapshot().track) return;
    const tracks = unpackTracks(kept.fields['tracks'], STORED_COUNT_MAX);
    const byId = new Map(tracks.map((track) => [track.id, track]));
    player.restore(saved, this.#keptPosition(kept.stamp), (id) => byId.get(id));
    this.#stamp = kept.stamp;
    this.#queue = player.getSnapshot().queue;
    this.#positionSeconds = player.positionSeconds;
  }

  /** Writes what is another one since the last time; also to be called when the page goes. */
  save(): void {
    const { player } = this.#options;
    const { queue } = player.getSnapshot();
    const { positionSeconds } = player;
    const isMoved = positionSeconds !== this.#positionSeconds;
    if (!this.#isOpen || (queue === this.#queue && !isMoved)) return;
    const isOthers = this.#read(PLACE_KEY)?.stamp !== this.#stamp;
    if (queue !== this.#queue || isOthers) this.#writeQueue();
    this.#write(PLACE_KEY, { positionSeconds });
    this.#queue = queue;
    this.#positionSeconds = positionSeconds;
  }

  dispose(): void {
    this.#options.clock.clearInterval(this.#timer);
  }

  #keptPosition(stamp: string): number {
    const place = this.#read(PLACE_KEY);
    const position = place?.fields['positionSeconds'];
    const isPosition =
      typeof position === 'number' && position >= 0 && position <= POSITION_SECONDS_MAX;
    return place?.stamp === stamp && isPosition ? position : 0;
  }

  #writeQueue(): void {
    const { player, tab } = this.#options;
    this.#stampCount += 1;
    this.#stamp = `${tab}.${this.#stampCount}`;
    const isWritten = [STORED_COUNT_MAX, STORED_COUNT_WHEN_FULL].some((countMax) => {
      const queue: SavedQueue = player.saveQueue(countMax);
      const ids = new Set(queue.ids);
      const tracks = player.getSnapshot().queue.items.map(({ track }) => track);
      return this.#write(QUEUE_KEY, {
        queue,
        tracks: packTracks(tracks.filter(({ id }) => ids.has(id))),
      });
    });
    // An older queue would be a lie.
    if (!isWritten) this.#remove(QUEUE_KEY);
  }

  #read(key: string): Stored | null {
    return parse(readText(this.#options.storage, key));
  }

  #write(key: string, fields: object): boolean {
    const stored = { version: QUEUE_STORE_VERSION, stamp: this.#stamp, ...fields };
    return writeText(this.#options.storage, key, JSON.stringify(stored));
  }

  #remove(key: string): void {
    try {
      this.#options.storage?.removeItem(key);
    } catch {
      return;
    }
  }
}
