/**
 * The files of one version of the app, in a cache of their own: page, scripts, styles, worker and
 * engine. The cache's name follows from the content of all files, and each file is checked against
 * its hash as it comes, so that page and engine in it are always of one build. Caches of other
 * versions stay until nobody can need them any more.
 */
import { hex } from '../shared/hex';
import { CACHE_PREFIX } from '../shared/offline-protocol';

export type ShellFile = {
  /** As the build names it: relative to the root. */
  readonly url: string;
  /** null: the name itself follows from the content. */
  readonly revision: string | null;
  /** As in Subresource Integrity. */
  readonly integrity: string;
};

/** The parts of CacheStorage and fetch that are used. */
export type ShellPlatform = {
  readonly caches: Pick<CacheStorage, 'open' | 'keys' | 'delete'>;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly digest: (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>;
};

const SHELL_PREFIX = `${CACHE_PREFIX}shell-`;
const PAGE = 'index.html';
/** Bytes of the hash in a cache's name. */
const NAME_BYTES = 8;

/** A page cannot be answered with what came by a redirection (Fetch Standard, HTTP fetch). */
const withoutRedirection = (response: Response): Response =>
  response.redirected
    ? new Response(response.body, { status: response.status, headers: response.headers })
    : response;

export class Shell {
  readonly #files: readonly ShellFile[];
  readonly #root: string;
  readonly #platform: ShellPlatform;
  #named: Promise<string> | null = null;

  /** `root`: the address that the names of files are relative to. */
  constructor(files: readonly ShellFile[], root: string, platform: ShellPlatform) {
    this.#files = files;
    this.#root = root;
    this.#platform = platform;
  }

  /**
   * Fetches what is not there yet, one file after another: somebody may be listening. Fails where
   * one cannot be had as this version has it; what has come stays for the next try.
   */
  async install(): Promise<void> {
    const cache = await this.#open();
    const older = await this.#others();
    for (const file of this.#files) {
      const address = this.#addressOf(file.url);
      if (await cache.match(address)) continue;
      const same = file.revision === null ? await firstMatch(older, address) : undefined;
      await cache.put(address, same ?? (await this.#fetch(file)));
    }
  }

  /** Undefined: the browser has given the cache up. */
  async page(): Promise<Response | undefined> {
    return (await this.#open()).match(this.#addressOf(PAGE));
  }

  /** Whether file() is worth a look: names that follow from content may be of an older version. */
  mayHave(pathname: string): boolean {
    const { pathname: root } = new URL(this.#root);
    const name = pathname.startsWith(root) ? pathname.slice(root.length) : '';
    return name.startsWith('assets/') || this.#files.some(({ url }) => url === name);
  }

  /** Undefined: no version that is kept has it. */
  async file(address: string): Promise<Response | undefined> {
    const own = await (await this.#open()).match(address, { ignoreVary: true });
    return own ?? firstMatch(await this.#others(), address);
  }

  /** Gives up all other versions. */
  async clearOthers(): Promise<void> {
    for (const name of await this.#otherNames()) await this.#platform.caches.delete(name);
  }

  async #fetch({ url, revision, integrity }: ShellFile): Promise<Response> {
    const request = new Request(this.#addressOf(url), {
      integrity,
      // Names that follow from content never change: what the page has fetched is there already.
      cache: revision === null ? 'default' : 'no-cache',
      credentials: 'same-origin',
    });
    const response = await this.#platform.fetch(request);
    if (!response.ok) throw new Error(`${url} cannot be had: status ${response.status}`);
    return withoutRedirection(response);
  }

  #addressOf(url: string): string {
    return new URL(url, this.#root).href;
  }

  async #open(): Promise<Cache> {
    return this.#platform.caches.open(await this.#name());
  }

  #name(): Promise<string> {
    this.#named ??= this.#makeName();
    return this.#named;
  }

  async #makeName(): Promise<string> {
    const list = new TextEncoder().encode(JSON.stringify(this.#files));
    const hash = new Uint8Array(await this.#platform.digest(list));
    return `${SHELL_PREFIX}${hex(hash.subarray(0, NAME_BYTES))}`;
  }

  async #otherNames(): Promise<string[]> {
    const own = await this.#name();
    const names = await this.#platform.caches.keys();
    return names.filter((name) => name.startsWith(SHELL_PREFIX) && name !== own);
  }

  async #others(): Promise<Cache[]> {
    const names = await this.#otherNames();
    return Promise.all(names.map((name) => this.#platform.caches.open(name)));
  }
}

const firstMatch = async (
  caches: readonly Cache[],
  address: string,
): Promise<Response | undefined> => {
  for (const cache of caches) {
    const found = await cache.match(address, { ignoreVary: true });
    if (found) return found;
  }
  return undefined;
};
