/** What lies in the database of the store, and where. */
import type { DBSchema, IDBPDatabase, IDBPTransaction } from 'idb';
import type { ChunkKey } from './keys';

/** Raise it with every change of Schema, or of what the sealed bytes hold. */
export const SCHEMA_VERSION = 2;
export const DATABASE_NAME = 'auralis-store';

export type Use = {
  readonly version: string;
  /** Of all chunks. */
  readonly chunkBytes: number;
  /** Milliseconds since 1970. */
  readonly usedAtMs: number;
  /** Never makes room for others. IndexedDB has no boolean keys. */
  readonly isPinned: 0 | 1;
};

// idb asks for an interface.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export interface Schema extends DBSchema {
  /** By track. */
  records: { key: string; value: unknown };
  chunks: { key: [string, string, string, number]; value: unknown };
  /** By track. */
  uses: { key: string; value: Use; indexes: { byUse: [number, number] } };
  totals: { key: 'chunkBytes'; value: number };
}

export const STORES = ['records', 'chunks', 'uses', 'totals'] as const;
type All = (typeof STORES)[number][];
export type Writing = IDBPTransaction<Schema, All, 'readwrite'>;

export const UNPINNED_BY_USE = (): IDBKeyRange => IDBKeyRange.bound([0, 0], [0, Infinity]);
/** Arrays come behind all strings. */
export const chunksOf = (track: string): IDBKeyRange => IDBKeyRange.bound([track], [track, []]);
export const keyOf = (key: ChunkKey): [string, string, string, number] => [...key];

export const makeStores = (database: IDBPDatabase<Schema>): void => {
  // No older schema is worth a migration: what was kept comes back by playing.
  for (const name of [...database.objectStoreNames]) database.deleteObjectStore(name);
  database.createObjectStore('records');
  database.createObjectStore('chunks');
  database.createObjectStore('uses').createIndex('byUse', ['isPinned', 'usedAtMs']);
  database.createObjectStore('totals');
};
