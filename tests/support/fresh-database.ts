/** IndexedDB as the standard has it, in memory, for tests in Node.js. */
import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';

/** From now on there is an empty one. */
export const freshDatabase = (): void => {
  globalThis.indexedDB = new IDBFactory();
};
