/**
 * What is remembered of opened files. IndexedDB is a fake, which clones plain objects; real handles
 * are in tests/e2e/local-files.test.ts.
 *
 * @jest-environment node
 */
import 'fake-indexeddb/auto';
import { describe, expect, it } from '@jest/globals';
import { HandleStore, type KeptHandle } from '../../../web/src/app/local/handle-store';
import { localAddress } from '../../../web/src/shared/local-address';

const addressOf = (path: string): string => localAddress({ path, sizeBytes: 1, modifiedMs: 1 });

describe('HandleStore', () => {
  const kept = (name: string): KeptHandle => {
    const handle = { kind: 'file', name } as FileSystemFileHandle;
    return { address: addressOf(name), handle, root: handle };
  };

  it('finds what it remembers, and gives up what was opened longest ago', async () => {
    indexedDB.deleteDatabase('auralis-local-files');
    let nowMs = 0;
    const store = new HandleStore({ nowMs: () => (nowMs += 1), countMax: 3 });
    expect(await store.find([addressOf('a')])).toEqual([]);
    await store.remember([kept('a'), kept('b')]);
    await store.remember([kept('c')]);
    await store.remember([kept('a'), kept('d')]);
    const again = new HandleStore({ nowMs: () => 99 });
    const found = await again.find(['a', 'b', 'c', 'd'].map(addressOf));
    expect(found.map(({ address, handle }) => [address, handle.name])).toEqual(
      ['a', 'c', 'd'].map((name) => [addressOf(name), name]),
    );
  });

  it('forgets quietly where the browser keeps nothing', async () => {
    const { open } = indexedDB;
    indexedDB.open = () => {
      throw new DOMException('no', 'SecurityError');
    };
    const store = new HandleStore({ nowMs: () => 1 });
    await store.remember([kept('a')]);
    expect(await store.find([addressOf('a')])).toEqual([]);
    indexedDB.open = open;
    await store.remember([kept('a')]);
    expect((await store.find([addressOf('a')])).length).toBe(1);
  });
});
