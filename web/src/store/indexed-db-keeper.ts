/**
 * A ByteKeeper in IndexedDB, shared by all tabs of an origin. Every change is one transaction, so
 * the bytes that are counted are those that are there, whoever writes and whatever breaks off.
 *
 * Above the limit the tracks that were used least recently lose their chunks, all of them at once;
 * those that are pinned never do. Records of tracks are small and are limited by number.
 */
import { openDB, type IDBPDatabase } from 'idb';
import { errorName } from '../shared/errors';
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

/** What calls on a connection fail with that the browser has cut. */
const DEAD_CONNECTION: ReadonlySet<string> = new Set(['InvalidStateError', 'UnknownError']);

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
  #opening: Promise<IDBPDatabase<Schema>> | null = null;
  #limitBytes: Promise<number> | null = null;
  /** Another tab has a newer page, whose schema this one does not know. */
  #isRetired = false;

  constructor(options: IndexedDbKeeperOptions) {
    this.#options = options;
  }

  listTracks(): Promise<readonly string[]> {
    return this.#again((database) => database.getAllKeys('records'));
  }

  listFilled(): Promise<readonly string[]> {
    return this.#again(async (database) => {
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
    if (found) this.#again((database) => this.#touch(database, track)).catch(() => undefined);
    return found;
  }

  peekTrack(track: string): Promise<KeptBytes | null> {
    return this.#again(async (database) => {
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
    return this.#again((database) => database.get('chunks', keyOf(key)));
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
    const opening = this.#opening;
    this.#opening = null;
    this.#isRetired = true;
    opening?.then((database) => database.close()).catch(() => undefined);
  }

  #database(): Promise<IDBPDatabase<Schema>> {
    if (this.#isRetired) return Promise.reject(new Error('the store was given up'));
    const { schemaVersion = SCHEMA_VERSION } = this.#options;
    const opening = (this.#opening ??= openDB<Schema>(DATABASE_NAME, schemaVersion, {
      upgrade: makeStores,
      blocking: () => this.close(),
      // The browser has taken the storage away; the next call finds an empty one, or none.
      terminated: () => {
        if (this.#opening === opening) this.#opening = null;
      },
    }));
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = null;
    });
    return opening;
  }

  #limit(): Promise<number> {
    return (this.#limitBytes ??= this.#options.limitBytes());
  }

  /** Once more where the connection is not of use any more: some browsers do not tell of it. */
  async #again<T>(action: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    const opening = this.#database();
    const database = await opening;
    try {
      return await action(database);
    } catch (error) {
      if (!DEAD_CONNECTION.has(errorName(error))) throw error;
      if (this.#opening === opening) this.#opening = null;
      database.close();
      return action(await this.#database());
    }
  }

  /** All or nothing of what `change` does. */
  #write<T>(change: (writing: Writing) => Promise<T>): Promise<T> {
    return this.#again((database) => this.#change(database, change));
  }

  async #change<T>(
    database: IDBPDatabase<Schema>,
    change: (writing: Writing) => Promise<T>,
  ): Promise<T> {
    const writing = database.transaction([...STORES], 'readwrite');
    writing.done.catch(() => undefined); // Looked at below.
    try {
      const result = await change(writing);
      await writing.done;
      return result;
    } catch (error) {
      try {
        writing.abort();
      } catch {
        // It has ended by itself.
      }
      const reason = await writing.done.then(
        () => error,
        (ended: unknown) => ended,
      );
      if ([error, reason].some((cause) => errorName(cause) === 'QuotaExceededError')) {
        await this.#shrink().catch(() => undefined);
      }
      throw error;
    }
  }

  /** The browser has less room than it has promised. */
  async #shrink(): Promise<void> {
    const database = await this.#database();
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
