/** Which of the queue's files that are not open are among those that are opened now. */
import { parseLocalAddress } from '../../shared/local-address';
import { isSameFile, nameOf } from './local-tracks';
import type { FoundFile } from './walk';

export type Match = {
  readonly address: string;
  readonly found: FoundFile;
  /** It has the name of that file, but another size or date: it was written anew. */
  readonly isChanged: boolean;
};

const groupBy = <Key>(
  addresses: readonly string[],
  keyOf: (address: string) => Key,
): ReadonlyMap<Key, readonly string[]> => {
  const groups = new Map<Key, string[]>();
  for (const address of addresses) {
    const key = keyOf(address);
    const group = groups.get(key) ?? [];
    group.push(address);
    groups.set(key, group);
  }
  return groups;
};

export class Matcher {
  readonly #bySize: ReadonlyMap<number | undefined, readonly string[]>;
  readonly #byName: ReadonlyMap<string, readonly string[]>;

  constructor(addresses: readonly string[]) {
    const factsOf = parseLocalAddress;
    this.#bySize = groupBy(addresses, (address) => factsOf(address)?.sizeBytes);
    // The name of what was shared is the other app's, and it is a copy that nobody changes.
    const named = addresses.filter((address) => !('print' in (factsOf(address) ?? {})));
    this.#byName = groupBy(named, (address) => nameOf(factsOf(address)?.path ?? ''));
  }

  /** Those files that are one of them, each address once at most. */
  async match(files: readonly FoundFile[]): Promise<readonly Match[]> {
    const matches = new Map<string, Match>();
    const others: FoundFile[] = [];
    for (const found of files) {
      const address = await this.#findSame(found);
      if (address === null) others.push(found);
      else matches.set(address, { address, found, isChanged: false });
    }
    for (const found of others) {
      const [address, other] = this.#byName.get(nameOf(found.path)) ?? [];
      // Two of one name: nobody knows which of them it is.
      if (address === undefined || other !== undefined || matches.has(address)) continue;
      matches.set(address, { address, found, isChanged: true });
    }
    return [...matches.values()];
  }

  async #findSame(found: FoundFile): Promise<string | null> {
    for (const address of this.#bySize.get(found.file.size) ?? []) {
      if (await isSameFile(address, found)) return address;
    }
    return null;
  }
}
