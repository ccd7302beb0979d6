/** The keeper on an IndexedDB after the standard (fake-indexeddb). */
import { openDB } from 'idb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ChunkIndex } from '../../../web/src/shared/units';
import { IndexedDbKeeper, TRACK_COUNT_MAX } from '../../../web/src/store/indexed-db-keeper';
import { DATABASE_NAME, SCHEMA_VERSION } from '../../../web/src/store/indexed-db-schema';
import type { ChunkKey } from '../../../web/src/store/keys';
import { freshDatabase } from '../../support/fresh-database';

const RECORD = new ArrayBuffer(10);
const CHUNK_BYTES = 100;

beforeEach(freshDatabase);

let nowMs = 0;
const makeKeeper = (limitBytes = 1000): IndexedDbKeeper =>
  new IndexedDbKeeper({ limitBytes: () => Promise.resolve(limitBytes), nowMs: () => (nowMs += 1) });

const keyOf = (track: string, chunk: number, version = 'v'): ChunkKey => [
  track,
  version,
  'plan',
  chunk as ChunkIndex,
];
const chunkOf = (fill: number, length = CHUNK_BYTES): ArrayBuffer =>
  new Uint8Array(length).fill(fill).buffer;

const fill = async (keeper: IndexedDbKeeper, track: string, count: number): Promise<boolean[]> => {
  await keeper.writeTrack(track, 'v', RECORD);
  const written: boolean[] = [];
  for (let chunk = 0; chunk < count; chunk += 1) {
    written.push(await keeper.writeChunk(keyOf(track, chunk), chunkOf(chunk)));
  }
  return written;
};

const countOf = async (keeper: IndexedDbKeeper, track: string): Promise<number | null> =>
  (await keeper.readTrack(track))?.chunks.length ?? null;

/** What is counted, and what is there. */
const bytes = async (): Promise<{ counted: number; there: number; used: number }> => {
  const database = await openDB(DATABASE_NAME);
  const chunks = (await database.getAll('chunks')) as ArrayBuffer[];
  const uses = (await database.getAll('uses')) as { chunkBytes: number }[];
  const counted = ((await database.get('totals', 'chunkBytes')) as number | undefined) ?? 0;
  database.close();
  return {
    counted,
    there: chunks.reduce((sum, { byteLength }) => sum + byteLength, 0),
    used: uses.reduce((sum, { chunkBytes }) => sum + chunkBytes, 0),
  };
};

const expectBytes = async (expected: number): Promise<void> => {
  expect(await bytes()).toEqual({ counted: expected, there: expected, used: expected });
};

describe('A keeper', () => {
  it('hands back what it was given, to whoever opens it later', async () => {
    await fill(makeKeeper(), 'a', 3);
    const keeper = makeKeeper();
    const found = await keeper.readTrack('a');
    expect(found?.record).toEqual(RECORD);
    expect(found?.chunks).toEqual([0, 1, 2].map((chunk) => keyOf('a', chunk)));
    expect(await keeper.readChunk(keyOf('a', 1))).toEqual(chunkOf(1));
    expect(await keeper.readChunk(keyOf('a', 9))).toBeUndefined();
    expect(await keeper.readTrack('b')).toBeNull();
    await expectBytes(3 * CHUNK_BYTES);
  });

  it('tells the chunks of one track from those of tracks with similar names', async () => {
    const keeper = makeKeeper();
    for (const track of ['a', 'a,', 'aa', 'b']) await fill(keeper, track, 2);
    await keeper.removeTrack('a');
    expect(await countOf(keeper, 'a')).toBeNull();
    for (const track of ['a,', 'aa', 'b']) expect(await countOf(keeper, track)).toBe(2);
    await expectBytes(6 * CHUNK_BYTES);
  });

  it('keeps one version of a track, and takes no chunk of another one', async () => {
    const keeper = makeKeeper();
    await fill(keeper, 'a', 3);
    await keeper.writeTrack('a', 'w', RECORD);
    expect(await countOf(keeper, 'a')).toBe(0);
    expect(await keeper.writeChunk(keyOf('a', 5), chunkOf(5))).toBe(false);
    expect(await keeper.writeChunk(keyOf('a', 5, 'w'), chunkOf(5))).toBe(true);
    expect(await keeper.writeChunk(keyOf('b', 0), chunkOf(0))).toBe(false);
    await expectBytes(CHUNK_BYTES);
  });

  it('counts a chunk once, however often it comes', async () => {
    const keeper = makeKeeper();
    await fill(keeper, 'a', 2);
    expect(await keeper.writeChunk(keyOf('a', 1), chunkOf(1))).toBe(true);
    await expectBytes(2 * CHUNK_BYTES);
    await keeper.removeChunk(keyOf('a', 0));
    await keeper.removeChunk(keyOf('a', 0));
    await expectBytes(CHUNK_BYTES);
  });
});

describe('The limit', () => {
  it('takes the tracks that were used least recently, whole', async () => {
    const keeper = makeKeeper(10 * CHUNK_BYTES);
    for (const track of ['a', 'b', 'c']) await fill(keeper, track, 3);
    await keeper.readTrack('a');
    await fill(keeper, 'd', 3);
    const counts = await Promise.all(['a', 'b', 'c', 'd'].map((track) => countOf(keeper, track)));
    expect(counts).toEqual([3, 0, 3, 3]);
    await expectBytes(9 * CHUNK_BYTES);
  });

  it('is never exceeded, and takes nothing from the track that comes', async () => {
    const keeper = makeKeeper(4 * CHUNK_BYTES + 1);
    expect(await fill(keeper, 'a', 6)).toEqual([true, true, true, true, false, false]);
    await expectBytes(4 * CHUNK_BYTES);
    expect(await fill(makeKeeper(CHUNK_BYTES - 1), 'b', 1)).toEqual([false]);
  });

  it('spares what is pinned', async () => {
    const keeper = makeKeeper(4 * CHUNK_BYTES);
    await fill(keeper, 'a', 3);
    const database = await openDB(DATABASE_NAME);
    const use = (await database.get('uses', 'a')) as object;
    await database.put('uses', { ...use, isPinned: 1 }, 'a');
    database.close();
    expect(await fill(keeper, 'b', 3)).toEqual([true, false, false]);
    expect(await fill(keeper, 'c', 3)).toEqual([true, false, false]);
    expect(await countOf(keeper, 'a')).toBe(3);
    expect(await countOf(keeper, 'b')).toBe(0);
    await keeper.writeTrack('a', 'v', RECORD);
    expect(await fill(keeper, 'd', 2)).toEqual([true, false]);
  });

  it('holds for the number of tracks, too', async () => {
    const keeper = makeKeeper();
    await fill(keeper, 'first', 1);
    for (let index = 0; index < TRACK_COUNT_MAX; index += 1) {
      await keeper.writeTrack(`track ${index}`, 'v', RECORD);
    }
    expect(await countOf(keeper, 'first')).toBeNull();
    expect(await countOf(keeper, 'track 0')).toBe(0);
    await expectBytes(0);
  });
});

describe('Where the storage fails', () => {
  /** Behind `after` of them, puts fail as the browser's do; `into`: those into one store alone. */
  const failPuts = (after: number, name: string, into?: string): (() => void) => {
    // As a method of whatever store it is called on.
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const { put } = IDBObjectStore.prototype;
    let count = 0;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...given) {
      const isMeant = into === undefined || into === this.name;
      count += isMeant ? 1 : 0;
      if (isMeant && count > after) {
        this.transaction.abort();
        throw new DOMException('no', name);
      }
      return put.apply(this, given);
    };
    return () => {
      IDBObjectStore.prototype.put = put;
    };
  };

  it.each([0, 1, 2])('a change that breaks off after %d writes leaves no trace', async (after) => {
    const keeper = makeKeeper();
    await fill(keeper, 'a', 2);
    const mend = failPuts(after, 'AbortError');
    await expect(keeper.writeChunk(keyOf('a', 2), chunkOf(2))).rejects.toThrow();
    mend();
    await expectBytes(2 * CHUNK_BYTES);
    expect(await keeper.writeChunk(keyOf('a', 2), chunkOf(2))).toBe(true);
    await expectBytes(3 * CHUNK_BYTES);
  });

  it('gives space back where the browser has less than it said', async () => {
    const keeper = makeKeeper(100 * CHUNK_BYTES);
    for (const track of ['a', 'b', 'c', 'd']) await fill(keeper, track, 5);
    const mend = failPuts(0, 'QuotaExceededError', 'chunks');
    await expect(keeper.writeChunk(keyOf('d', 5), chunkOf(5))).rejects.toThrow();
    mend();
    const { counted, there } = await bytes();
    expect(there).toBe(counted);
    expect(there).toBeLessThanOrEqual(15 * CHUNK_BYTES);
    await fill(keeper, 'e', 10);
    expect((await bytes()).there).toBeLessThanOrEqual(15 * CHUNK_BYTES);
    expect(await countOf(keeper, 'e')).toBe(10);
  });

  it('an older schema is dropped, and a newer one left alone', async () => {
    await fill(makeKeeper(), 'a', 1);
    const later = new IndexedDbKeeper({
      limitBytes: () => Promise.resolve(1000),
      nowMs: () => 0,
      schemaVersion: SCHEMA_VERSION + 1,
    });
    expect(await later.readTrack('a')).toBeNull();
    expect(await fill(later, 'a', 2)).toEqual([true, true]);
    await expect(makeKeeper().readTrack('a')).rejects.toThrow();
    expect(await countOf(later, 'a')).toBe(2);
  });

  it('makes way for a page with a newer schema', async () => {
    const keeper = makeKeeper();
    await fill(keeper, 'a', 1);
    const newer = await openDB(DATABASE_NAME, SCHEMA_VERSION + 1, {
      upgrade: (database) => {
        for (const name of [...database.objectStoreNames]) database.deleteObjectStore(name);
      },
    });
    newer.close();
    await expect(keeper.readTrack('a')).rejects.toThrow('given up');
  });

  it('lists the tracks of which there is something', async () => {
    const keeper = makeKeeper();
    expect(await keeper.listTracks()).toEqual([]);
    await fill(keeper, 'b', 1);
    await fill(keeper, 'a', 0);
    expect(await keeper.listTracks()).toEqual(['a', 'b']);
    await keeper.removeTrack('a');
    expect(await keeper.listTracks()).toEqual(['b']);
  });

  it('goes on with what there is after the browser took everything away', async () => {
    const keeper = makeKeeper();
    await fill(keeper, 'a', 2);
    const database = await openDB(DATABASE_NAME);
    for (const name of [...database.objectStoreNames]) await database.clear(name);
    database.close();
    expect(await keeper.readTrack('a')).toBeNull();
    expect(await keeper.readChunk(keyOf('a', 0))).toBeUndefined();
    expect(await keeper.writeChunk(keyOf('a', 2), chunkOf(2))).toBe(false);
    expect(await fill(keeper, 'a', 2)).toEqual([true, true]);
    await expectBytes(2 * CHUNK_BYTES);
  });

  it.each(['InvalidStateError', 'UnknownError'])(
    'opens the database anew where its connection answers with %s alone',
    async (name) => {
      const keeper = makeKeeper();
      await fill(keeper, 'a', 2);
      // As a method of whatever connection it is called on.
      // eslint-disable-next-line @typescript-eslint/unbound-method
      const { transaction } = IDBDatabase.prototype;
      let dead: IDBDatabase | null = null;
      IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...given) {
        dead ??= this;
        if (this === dead) throw new DOMException('the connection is lost', name);
        return transaction.apply(this, given);
      };
      try {
        expect(await keeper.readChunk(keyOf('a', 1))).toEqual(chunkOf(1));
        dead = null;
        expect(await countOf(keeper, 'a')).toBe(2);
        dead = null;
        expect(await keeper.writeChunk(keyOf('a', 2), chunkOf(2))).toBe(true);
      } finally {
        IDBDatabase.prototype.transaction = transaction;
      }
      await expectBytes(3 * CHUNK_BYTES);
    },
  );

  it('counts right when two tabs write at the same time', async () => {
    const [one, other] = [makeKeeper(10 * CHUNK_BYTES), makeKeeper(10 * CHUNK_BYTES)];
    await Promise.all([
      fill(one, 'a', 4),
      fill(other, 'a', 6),
      fill(one, 'b', 7),
      fill(other, 'c', 7),
    ]);
    const { counted, there, used } = await bytes();
    expect({ counted, used }).toEqual({ counted: there, used: there });
    expect(there).toBeLessThanOrEqual(10 * CHUNK_BYTES);
  });
});
