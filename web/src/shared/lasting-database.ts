/**
 * A connection to an IndexedDB database that is opened when it is needed, and opened again where
 * the browser has cut it.
 */
import {
  openDB,
  type DBSchema,
  type IDBPDatabase,
  type IDBPTransaction,
  type StoreNames,
} from 'idb';
import { errorName } from './errors';

/** What calls on a connection fail with that the browser has cut. */
const DEAD_CONNECTION: ReadonlySet<string> = new Set(['InvalidStateError', 'UnknownError']);

export type LastingDatabaseOptions<Schema extends DBSchema> = {
  readonly name: string;
  readonly version: number;
  readonly upgrade: (database: IDBPDatabase<Schema>) => void;
};

export class LastingDatabase<Schema extends DBSchema> {
  readonly #options: LastingDatabaseOptions<Schema>;
  #opening: Promise<IDBPDatabase<Schema>> | null = null;
  /** Closed for good; or another tab has a newer page, whose schema this one does not know. */
  #isRetired = false;

  constructor(options: LastingDatabaseOptions<Schema>) {
    this.#options = options;
  }

  close(): void {
    const opening = this.#opening;
    this.#opening = null;
    this.#isRetired = true;
    opening?.then((database) => database.close()).catch(() => undefined);
  }

  open(): Promise<IDBPDatabase<Schema>> {
    if (this.#isRetired) return Promise.reject(new Error('the database was given up'));
    const { name, version, upgrade } = this.#options;
    const opening = (this.#opening ??= openDB<Schema>(name, version, {
      upgrade,
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

  /** Once more where the connection is not of use any more: some browsers do not tell of it. */
  async use<T>(action: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    const opening = this.open();
    const database = await opening;
    try {
      return await action(database);
    } catch (error) {
      if (!DEAD_CONNECTION.has(errorName(error))) throw error;
      if (this.#opening === opening) this.#opening = null;
      database.close();
      return action(await this.open());
    }
  }

  /** All or nothing of what `change` does. A lack of room fails as QuotaExceededError. */
  change<T, const Names extends ArrayLike<StoreNames<Schema>>>(
    stores: Names,
    change: (writing: IDBPTransaction<Schema, Names, 'readwrite'>) => Promise<T>,
  ): Promise<T> {
    return this.use(async (database) => {
      const writing = database.transaction(stores, 'readwrite');
      const ended = writing.done.then(
        () => null,
        (reason: unknown) => reason,
      );
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
        // What was asked for last may only know that all of it has failed.
        const reason = await ended;
        throw errorName(reason) === 'QuotaExceededError' ? reason : error;
      }
    });
  }
}
