/**
 * Remembers opened files over a reload, where the browser has handles for them (File System
 * Standard): in IndexedDB, the only place that takes handles. A handle is no permission; the
 * browser may ask the listener again. What cannot be kept or found is to be opened again.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPObjectStore } from 'idb';

/** What was opened; without handles it cannot be remembered. */
export type OpenedHandle = {
  readonly address: string;
  readonly handle: FileSystemFileHandle | null;
  readonly root: FileSystemHandle | null;
};

export type KeptHandle = {
  readonly address: string;
  readonly handle: FileSystemFileHandle;
  /** What was opened: itself, or a folder around it. Permission for it is one for all in it. */
  readonly root: FileSystemHandle;
};

type Stored = KeptHandle & { readonly openedAtMs: number };

// idb asks for an interface.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
interface Schema extends DBSchema {
  handles: { key: string; value: Stored; indexes: { openedAt: number } };
}

type WritableHandles = IDBPObjectStore<Schema, ['handles'], 'handles', 'readwrite'>;

const NAME = 'auralis-local-files';
const VERSION = 1;
/** As many as a queue that is kept has at most; those opened longest ago go first. */
export const HANDLE_COUNT_MAX = 10_000;

export type HandleStoreOptions = {
  readonly nowMs: () => number;
  readonly countMax?: number;
};

export class HandleStore {
  readonly #options: HandleStoreOptions;
  #opening: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(options: HandleStoreOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async remember(opened: readonly OpenedHandle[]): Promise<void> {
    const openedAtMs = this.#options.nowMs();
    const handles = opened.flatMap(({ address, handle, root }) =>
      handle && root ? [{ address, handle, root, openedAtMs }] : [],
    );
    if (handles.length === 0) return;
    try {
      const change = (await this.#open()).transaction('handles', 'readwrite');
      const { store } = change;
      const writes = handles.map((kept) => store.put(kept));
      await Promise.all([...writes, this.#makeRoom(store), change.done]);
    } catch {
      this.#opening = null;
    }
  }

  /** Those that are known. Never rejects. */
  async find(addresses: readonly string[]): Promise<readonly KeptHandle[]> {
    if (addresses.length === 0) return [];
    try {
      const { store } = (await this.#open()).transaction('handles');
      const found = await Promise.all(addresses.map((address) => store.get(address)));
      return found.filter((kept) => kept !== undefined);
    } catch {
      this.#opening = null;
      return [];
    }
  }

  async #makeRoom(store: WritableHandles): Promise<void> {
    let surplus = (await store.count()) - (this.#options.countMax ?? HANDLE_COUNT_MAX);
    let oldest = surplus > 0 ? await store.index('openedAt').openCursor() : null;
    for (; oldest && surplus > 0; surplus -= 1) {
      await oldest.delete();
      oldest = await oldest.continue();
    }
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    this.#opening ??= openDB<Schema>(NAME, VERSION, {
      upgrade: (database) => {
        const store = database.createObjectStore('handles', { keyPath: 'address' });
        store.createIndex('openedAt', 'openedAtMs');
      },
      // Another tab wants to change it, or the browser has closed it.
      blocking: (_now, _wanted, event) => (event.target as IDBDatabase).close(),
      terminated: () => {
        this.#opening = null;
      },
    });
    return this.#opening;
  }
}
