/** A RangeSource against a real HTTP server with a fault at hand; only time is virtual. */
import { afterEach, beforeEach } from '@jest/globals';
import {
  RangeSource,
  type ListSupport,
  type RangeSourceOptions,
} from '../../web/src/net/range-source';
import { randomBytes } from './random';
import { RangeServer } from './range-server';
import { VirtualClock } from './virtual-clock';

export const FILE = randomBytes(3_000_000, 1);
export const NEVER = new AbortController().signal;
/** Longer than any back-off, shorter than the watchdog's limit. */
export const BACK_OFF_MS = 9000;

export class RangeSourceStage {
  server!: RangeServer;
  clock = new VirtualClock(BACK_OFF_MS);
  /** Lists of ranges are not tried, unless a test says so. */
  lists: ListSupport | null = null;
  network: { attempt: number; message: string }[] = [];
  #sources: RangeSource[] = [];

  /** Registers the hooks that set the stage anew for every test of the file. */
  constructor() {
    beforeEach(async () => {
      this.server = await RangeServer.start(FILE);
      this.clock = new VirtualClock(BACK_OFF_MS);
      this.#sources = [];
      this.network = [];
      this.lists = null;
    });
    afterEach(async () => {
      for (const source of this.#sources) source.close();
      await this.server.stop();
    });
  }

  readonly open = (options: Partial<RangeSourceOptions> = {}): RangeSource => {
    const source = new RangeSource({
      url: this.server.url,
      fetch: (url, init) => fetch(url, init),
      clock: this.clock,
      random: () => 0.5,
      lists: this.lists,
      onNetwork: (attempt, message) => this.network.push({ attempt, message }),
      ...options,
    });
    this.#sources.push(source);
    return source;
  };

  readonly rangesAsked = (): (string | null)[] => this.server.requests.map(({ range }) => range);
}

/** The bytes of a range in one array; fails when one of them comes twice or not at all. */
export const read = async (
  source: RangeSource,
  begin: number,
  end: number,
  signal = NEVER,
): Promise<Uint8Array> => {
  const bytes = new Uint8Array(end - begin);
  const seen = new Uint8Array(end - begin);
  let count = 0;
  await source.read({ begin, end }, signal, (offset, piece) => {
    if (seen.subarray(offset - begin, offset - begin + piece.length).some((times) => times > 0)) {
      throw new Error(`bytes at ${offset} came twice`);
    }
    seen.fill(1, offset - begin, offset - begin + piece.length);
    bytes.set(piece, offset - begin);
    count += piece.length;
  });
  if (seen.subarray(0, count).some((times) => times === 0)) throw new Error('bytes are missing');
  return bytes.subarray(0, count);
};

export const same = (bytes: Uint8Array, begin: number, end: number): boolean =>
  Buffer.compare(bytes, FILE.subarray(begin, end)) === 0;
