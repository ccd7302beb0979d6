/**
 * Files of the listener's that are kept on the device on purpose, in IndexedDB: which are wanted,
 * how far each has come, and its bytes in pieces as they came. Shared by pages, worker and service
 * worker of an origin. Nothing makes room here by itself. Knows nothing of audio.
 */
import type { DBSchema } from 'idb';
import { crc32 } from '../shared/checksum';
import { LastingDatabase } from '../shared/lasting-database';
import type { FileVersion } from './file-answer';

export type OriginalFile = {
  /** As of trackKey(). */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly addedAtMs: number;
  /** Whatever the page wants to show of it. */
  readonly about: unknown;
  /** null: nothing was heard of it yet. */
  readonly version: FileVersion | null;
  /** From its begin. */
  readonly receivedBytes: number;
};

type Piece = { readonly bytes: ArrayBuffer; readonly checksum: number };

// idb asks for an interface.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
interface Schema extends DBSchema {
  /** By key. */
  files: { key: string; value: OriginalFile };
  /** By key of the file, and where the piece begins in it. */
  pieces: { key: [string, number]; value: Piece };
}

export const DATABASE_NAME = 'auralis-originals';
/** Raise it with every change of Schema. */
const SCHEMA_VERSION = 1;

/** Arrays come behind all numbers. */
const piecesOf = (key: string): IDBKeyRange => IDBKeyRange.bound([key], [key, []]);

export const isWhole = ({ version, receivedBytes }: OriginalFile): boolean =>
  version !== null && receivedBytes === version.sizeBytes;

/** Whether both are of the same bytes; of nothing known both know nothing. */
export const isSame = (a: FileVersion | null, b: FileVersion | null): boolean =>
  a?.sizeBytes === b?.sizeBytes && a?.etag === b?.etag && a?.lastModified === b?.lastModified;

/** What is kept is not what was written. */
export class DamagedFileError extends Error {}

export class OriginalFiles {
  readonly #database = new LastingDatabase<Schema>({
    name: DATABASE_NAME,
    version: SCHEMA_VERSION,
    upgrade: (database) => {
      database.createObjectStore('files', { keyPath: 'key' });
      database.createObjectStore('pieces');
    },
  });

  /** The oldest wish first. */
  async list(): Promise<readonly OriginalFile[]> {
    const files = await this.#database.use((database) => database.getAll('files'));
    return files.sort((a, b) => a.addedAtMs - b.addedAtMs);
  }

  /** null: it is not wanted. */
  async find(key: string): Promise<OriginalFile | null> {
    return (await this.#database.use((database) => database.get('files', key))) ?? null;
  }

  /** Those that are there already stay as they are. */
  add(wishes: readonly Pick<OriginalFile, 'key' | 'addedAtMs' | 'about'>[]): Promise<void> {
    return this.#database.change(['files'], async (writing) => {
      for (const wish of wishes) {
        if ((await writing.store.getKey(wish.key)) !== undefined) continue;
        await writing.store.put({ ...wish, version: null, receivedBytes: 0 });
      }
    });
  }

  /**
   * From its first byte, as `next`; null: as whichever comes. `known`: what it was until now.
   * False: it is another one by now, or not wanted.
   */
  begin(key: string, known: FileVersion | null, next: FileVersion | null): Promise<boolean> {
    return this.#database.change(['files', 'pieces'], async (writing) => {
      const files = writing.objectStore('files');
      const file = await files.get(key);
      if (file === undefined || !isSame(file.version, known)) return false;
      await writing.objectStore('pieces').delete(piecesOf(key));
      await files.put({ ...file, version: next, receivedBytes: 0 });
      return true;
    });
  }

  /** What comes next of that version. False: it is not that, or the file is not wanted. */
  append(key: string, version: FileVersion, begin: number, bytes: Uint8Array): Promise<boolean> {
    const piece = { bytes: bytes.slice().buffer, checksum: crc32(bytes) };
    return this.#database.change(['files', 'pieces'], async (writing) => {
      const files = writing.objectStore('files');
      const file = await files.get(key);
      if (!file || !isSame(file.version, version) || file.receivedBytes !== begin) return false;
      await writing.objectStore('pieces').put(piece, [key, begin]);
      await files.put({ ...file, receivedBytes: begin + bytes.length });
      return true;
    });
  }

  remove(keys: readonly string[]): Promise<void> {
    return this.#database.change(['files', 'pieces'], async (writing) => {
      for (const key of keys) {
        await writing.objectStore('pieces').delete(piecesOf(key));
        await writing.objectStore('files').delete(key);
      }
    });
  }

  /**
   * From `at` to the end of the piece that holds it; null: it is not kept whole in that version any
   * more. Throws a DamagedFileError.
   */
  async read(
    key: string,
    version: FileVersion,
    at: number,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const found = await this.#database.use(async (database) => {
      const reading = database.transaction(['files', 'pieces']);
      reading.done.catch(() => undefined); // What was asked for fails by itself.
      const places = IDBKeyRange.bound([key], [key, at]);
      const [file, cursor] = await Promise.all([
        reading.objectStore('files').get(key),
        reading.objectStore('pieces').openCursor(places, 'prev'),
      ]);
      if (!file || !isWhole(file) || !isSame(file.version, version)) return null;
      return { begin: cursor?.key[1] ?? 0, piece: cursor?.value };
    });
    if (found === null) return null;
    const bytes = new Uint8Array(found.piece?.bytes ?? new ArrayBuffer());
    if (found.piece?.checksum !== crc32(bytes) || found.begin + bytes.length <= at) {
      throw new DamagedFileError(`the kept file ${key} is damaged`);
    }
    return bytes.subarray(at - found.begin);
  }

  /** Lets go of the database for good. */
  close(): void {
    this.#database.close();
  }
}
