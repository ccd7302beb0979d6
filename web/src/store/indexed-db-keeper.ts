/**
 * A ByteKeeper in IndexedDB, shared by all tabs of an origin. Every change is one transaction, so
 * the bytes that are counted are those that are there, whoever writes and whatever breaks off.
 *
 * Above the limit the tracks that were used least recently lose their chunks, all of them at once;
 * those that are pinned never do. Records of tracks are small and are limited by number.
 */
import type { IDBPDatabase } from 'idb';
import { errorName } from '../shared/errors';
import { LastingDatabase } from '../shared/lasting-database';
import type { ByteKeeper, KeptBytes } from './byte-keeper';
import {
  chunksOf,
  DATABASE_NAME,
  keyOf,
  makeStores,
  SCHEMA_VERSION,
  STORES,
  UNPINNED_BY_USE,
  type Schema,
  type Use,
  type Writing,
} from './indexed-db-schema';
import type { ChunkKey } from './keys';

/** A record has some kilobytes. */
export const TRACK_COUNT_MAX = 2000;
/** After the browser had no room, the limit is this part of what there was. */
const SHRINK_FACTOR = 0.75;

export type IndexedDbKeeperOptions = {
  /** Bytes of chunks that may be kept; asked for once. */
  readonly limitBytes: () => Promise<number>;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** SCHEMA_VERSION, but in tests of what comes after it. */
  readonly schemaVersion?: number;
};

export class IndexedDbKeeper implements ByteKeeper {
  readonly #options: IndexedDbKeeperOptions;
  readonly #database: LastingDatabase<Schema>;
  #limitBytes: Promise<number> | null = null;

  constructor(options: IndexedDbKeeperOptions) {
    this.#options = options;
    this.#database = new LastingDatabase({
      name: DATABASE_NAME,
      version: options.schemaVersion ?? SCHEMA_VERSION,
      upgrade: makeStores,
    });
  }

  listTracks(): Promise<readonly string[]> {
    return this.#database.use((database) => database.getAllKeys('records'));
  }

  listFilled(): Promise<readonly string[]> {
    return this.#database.use(async (database) => {
      const uses = database.transaction('uses').store;
      const filled: string[] = [];
      for await (const { primaryKey, value } of uses) {
        if (value.chunkBytes > 0) filled.push(primaryKey);
      }
      return filled;
    });
  }

  async readTrack(track: string): Promise<KeptBytes | null> {
    const found = await this.peekTrack(track);
    // Nobody waits for it.
    if (found)
      this.#database.use((database) => this.#touch(database, track)).catch(() => undefined);
    return found;
  }

  peekTrack(track: string): Promise<KeptBytes | null> {
    return this.#database.use(async (database) => {
      const reading = database.transaction(['records', 'chunks']);
      reading.done.catch(() => undefined); // What was asked for fails by itself.
      const [record, keys] = await Promise.all([
        reading.objectStore('records').get(track),
        reading.objectStore('chunks').getAllKeys(chunksOf(track)),
      ]);
      if (record === undefined) return null;
      return { record, chunks: keys.map((key) => key as unknown as ChunkKey) };
    });
  }

  readChunk(key: ChunkKey): Promise<unknown> {
    return this.#database.use((database) => database.get('chunks', keyOf(key)));
  }

  writeTrack(track: string, version: string, record: ArrayBuffer): Promise<void> {
    return this.#write(async (writing) => {
      const uses = writing.objectStore('uses');
      const known = await uses.get(track);
      const isOther = known !== undefined && known.version !== version;
      if (isOther) await this.#removeChunks(writing, track, known);
      const chunkBytes = isOther ? 0 : (known?.chunkBytes ?? 0);
      const usedAtMs = this.#options.nowMs();
      await uses.put({ version, chunkBytes, usedAtMs, isPinned: known?.isPinned ?? 0 }, track);
      await writing.objectStore('records').put(record, track);
      if (known === undefined && (await uses.count()) > TRACK_COUNT_MAX) {
        await this.#forgetOldest(writing, track);
      }
    });
  }

  async writeChunk(key: ChunkKey, chunk: ArrayBuffer): Promise<boolean> {
    const limitBytes = await this.#limit();
    return this.#write(async (writing) => {
      const [track, version] = key;
      const uses = writing.objectStore('uses');
      const chunks = writing.objectStore('chunks');
      const use = await uses.get(track);
      if (use?.version !== version) return false;
      // Equal keys, equal bytes.
      if ((await chunks.getKey(keyOf(key))) !== undefined) return true;
      const { byteLength } = chunk;
      const total = await this.#makeRoom(writing, limitBytes - byteLength, track);
      if (total + byteLength > limitBytes) return false;
      await chunks.put(chunk, keyOf(key));
      await uses.put({ ...use, chunkBytes: use.chunkBytes + byteLength }, track);
      await this.#setTotal(writing, total + byteLength);
      return true;
    });
  }

  removeChunk(key: ChunkKey): Promise<void> {
    return this.#write(async (writing) => {
      const chunks = writing.objectStore('chunks');
      const found = await chunks.get(keyOf(key));
      if (found === undefined) return;
      await chunks.delete(keyOf(key));
      // Whatever became of it: what is counted too much goes with the track.
      const byteLength = found instanceof ArrayBuffer ? found.byteLength : 0;
      const [track] = key;
      const use = await writing.objectStore('uses').get(track);
      if (use === undefined) return;
      const chunkBytes = Math.max(0, use.chunkBytes - byteLength);
      await writing.objectStore('uses').put({ ...use, chunkBytes }, track);
      await this.#setTotal(writing, (await this.#total(writing)) - use.chunkBytes + chunkBytes);
    });
  }

  removeTrack(track: string): Promise<void> {
    return this.#write((writing) => this.#forget(writing, track));
  }

  /** Lets go of the database for good. */
  close(): void {
    this.#database.close();
  }

  #limit(): Promise<number> {
    return (this.#limitBytes ??= this.#options.limitBytes());
  }

  async #write<T>(change: (writing: Writing) => Promise<T>): Promise<T> {
    try {
      return await this.#database.change([...STORES], change);
    } catch (error) {
      if (errorName(error) === 'QuotaExceededError') await this.#shrink().catch(() => undefined);
      throw error;
    }
  }

  /** The browser has less room than it has promised. */
  async #shrink(): Promise<void> {
    const database = await this.#database.open();
    const held = (await database.get('totals', 'chunkBytes')) ?? 0;
    const limitBytes = Math.min(await this.#limit(), Math.floor(held * SHRINK_FACTOR));
    this.#limitBytes = Promise.resolve(limitBytes);
    const writing = database.transaction([...STORES], 'readwrite');
    await Promise.all([this.#makeRoom(writing, limitBytes, null), writing.done]);
  }

  /** Takes chunks away until no more than `targetBytes` are left, if it can; returns how many. */
  async #makeRoom(writing: Writing, targetBytes: number, except: string | null): Promise<number> {
    let total = await this.#total(writing);
    if (total <= targetBytes) return total;
    const byUse = writing.objectStore('uses').index('byUse');
    let cursor = await byUse.openCursor(UNPINNED_BY_USE());
    for (; cursor !== null && total > targetBytes; cursor = await cursor.continue()) {
      const { primaryKey: track, value: use } = cursor;
      if (track === except || use.chunkBytes === 0) continue;
      total = await this.#removeChunks(writing, track, use);
      await cursor.update({ ...use, chunkBytes: 0 });
    }
    return total;
  }

  /** Returns how many bytes are left of all. */
  async #removeChunks(writing: Writing, track: string, use: Use): Promise<number> {
    await writing.objectStore('chunks').delete(chunksOf(track));
    return this.#setTotal(writing, (await this.#total(writing)) - use.chunkBytes);
  }

  async #forget(writing: Writing, track: string): Promise<void> {
    const use = await writing.objectStore('uses').get(track);
    if (use !== undefined) await this.#removeChunks(writing, track, use);
    await writing.objectStore('uses').delete(track);
    await writing.objectStore('records').delete(track);
  }

  async #forgetOldest(writing: Writing, except: string): Promise<void> {
    const byUse = writing.objectStore('uses').index('byUse');
    const oldest = await byUse.getAllKeys(UNPINNED_BY_USE(), 2);
    const track = oldest.find((candidate) => candidate !== except);
    if (track !== undefined) await this.#forget(writing, track);
  }

  async #touch(database: IDBPDatabase<Schema>, track: string): Promise<void> {
    const writing = database.transaction('uses', 'readwrite');
    writing.done.catch(() => undefined); // Awaited below, unless something fails before.
    const use = await writing.store.get(track);
    if (use !== undefined) {
      await writing.store.put({ ...use, usedAtMs: this.#options.nowMs() }, track);
    }
    await writing.done;
  }

  async #total(writing: Writing): Promise<number> {
    return (await writing.objectStore('totals').get('chunkBytes')) ?? 0;
  }

  async #setTotal(writing: Writing, bytes: number): Promise<number> {
    const total = Math.max(0, bytes);
    await writing.objectStore('totals').put(total, 'chunkBytes');
    return total;
  }
}
