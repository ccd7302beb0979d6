/**
 * The last good answers of the server to some questions, by address, within a limit of bytes and of
 * entries: what was seen least recently goes first. The Cache itself keeps when an answer was given
 * and how long it is, in headers; the table in memory only spares looking.
 */
import { KNOWN_AT_HEADER } from '../shared/offline-protocol';

export type KeptLimits = {
  readonly countMax: number;
  readonly bytesMax: number;
  /** A longer answer is not kept. */
  readonly answerBytesMax: number;
};

export type KeptAnswersOptions = {
  readonly limits: KeptLimits;
  readonly openCache: () => Promise<Cache>;
  readonly nowMs: () => number;
};

type Entry = { readonly sizeBytes: number; readonly knownAtMs: number; readonly etag: string };

const SIZE_HEADER = 'X-Auralis-Size';
/** What is still true is written again only when its date is older than that. */
export const KNOWN_AT_STEP_MS = 3_600_000;
/** Of the body as it was sent; it is kept unpacked, and asked for in one way only. */
const HEADERS_OF_TRANSFER = ['Content-Encoding', 'Content-Length', 'Vary'];

const entryOf = ({ headers }: Response): Entry => {
  const knownAtMs = Date.parse(headers.get(KNOWN_AT_HEADER) ?? '');
  return {
    sizeBytes: Number(headers.get(SIZE_HEADER) ?? 0),
    knownAtMs: Number.isNaN(knownAtMs) ? 0 : knownAtMs,
    etag: headers.get('ETag') ?? '',
  };
};

export class KeptAnswers {
  readonly #options: KeptAnswersOptions;
  /** By address, what was seen least recently first. */
  #table: Promise<Map<string, Entry>> | null = null;
  /** One change after another. */
  #changing: Promise<void> = Promise.resolve();

  constructor(options: KeptAnswersOptions) {
    this.#options = options;
  }

  /** With KNOWN_AT_HEADER. */
  async find(url: string): Promise<Response | undefined> {
    const cache = await this.#options.openCache();
    return cache.match(url);
  }

  /** Takes the body of `answer`. A failure loses what was to be kept, and nothing else. */
  async keep(url: string, answer: Response): Promise<void> {
    const etag = answer.headers.get('ETag') ?? '';
    let body: ArrayBuffer;
    try {
      if (etag !== '' && (await this.#isKnown(url, etag))) {
        await answer.body?.cancel();
        return;
      }
      // Before its turn: others do not wait for a slow one.
      body = await answer.arrayBuffer();
    } catch {
      return;
    }
    if (body.byteLength > this.#options.limits.answerBytesMax) {
      await this.forget(url);
      return;
    }
    const headers = new Headers(answer.headers);
    for (const name of HEADERS_OF_TRANSFER) headers.delete(name);
    headers.set(SIZE_HEADER, String(body.byteLength));
    await this.#change(async (cache, table) => {
      await this.#makeRoom(cache, table, url, body.byteLength);
      const knownAtMs = this.#options.nowMs();
      headers.set(KNOWN_AT_HEADER, new Date(knownAtMs).toISOString());
      // Until now the old answer was there; this replaces it.
      await cache.put(url, new Response(body, { status: 200, headers }));
      table.delete(url);
      table.set(url, { sizeBytes: body.byteLength, knownAtMs, etag });
    });
  }

  /** The server has it no more, or what it has cannot be kept. */
  forget(url: string): Promise<void> {
    return this.#change((cache, table) => drop(cache, table, url));
  }

  /** Whether it is kept with that tag and a recent date; then it counts as seen now. */
  async #isKnown(url: string, etag: string): Promise<boolean> {
    let isKnown = false;
    await this.#change((_cache, table) => {
      const known = table.get(url);
      if (known?.etag !== etag) return;
      isKnown = this.#options.nowMs() - known.knownAtMs < KNOWN_AT_STEP_MS;
      if (!isKnown) return;
      table.delete(url);
      table.set(url, known);
    });
    return isKnown;
  }

  /** Removes what was seen least recently, for `url` with so many bytes beside the others. */
  async #makeRoom(
    cache: Cache,
    table: Map<string, Entry>,
    url: string,
    sizeBytes: number,
  ): Promise<void> {
    const { countMax, bytesMax } = this.#options.limits;
    const others = [...table].filter(([other]) => other !== url);
    let count = others.length + 1;
    let bytes = others.reduce((sum, [, entry]) => sum + entry.sizeBytes, sizeBytes);
    for (const [other, entry] of others) {
      if (count <= countMax && bytes <= bytesMax) return;
      count -= 1;
      bytes -= entry.sizeBytes;
      await drop(cache, table, other);
    }
  }

  #change(
    action: (cache: Cache, table: Map<string, Entry>) => Promise<void> | void,
  ): Promise<void> {
    this.#changing = this.#changing.then(async () => {
      try {
        const cache = await this.#options.openCache();
        this.#table ??= readTable(cache);
        await action(cache, await this.#table);
      } catch {
        // A full disk, a body that broke off: what is in the cache is looked at anew.
        this.#table = null;
      }
    });
    return this.#changing;
  }
}

const drop = async (cache: Cache, table: Map<string, Entry>, url: string): Promise<void> => {
  if (!table.delete(url)) return;
  await cache.delete(url);
};

const readTable = async (cache: Cache): Promise<Map<string, Entry>> => {
  const found: [string, Entry][] = [];
  for (const request of await cache.keys()) {
    const response = await cache.match(request);
    if (response) found.push([request.url, entryOf(response)]);
  }
  return new Map(found.sort(([, a], [, b]) => a.knownAtMs - b.knownAtMs));
};
