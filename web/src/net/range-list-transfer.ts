/**
 * Several runs of bytes by one request: a list of ranges (RFC 9110 section 14.2), answered in parts
 * (section 15.3.7.2). It is tried once: whatever has not arrived then is fetched run by run, with
 * all the patience that those transfers have. So nothing here has to be repeated or resumed.
 */
import type { ByteRange } from '../shared/units';
import { attempt, type Lost, type Watchdog } from './attempt';
import { intersect, subtract } from './byte-ranges';
import { readBody } from './body-reader';
import type { Clock } from './clock';
import { boundaryOf, MalformedMultipart, MultipartReader, type Part } from './multipart';
import { factsOf, parseContentRange, type SourceFacts } from './range-response';
import type { Fetch } from './range-transfer';

/** As many as Auralis's own server honours at once; a header of some 700 bytes. */
export const LIST_RANGE_COUNT_MAX = 64;
/** A server may join ranges that lie close together; more than this in vain is no service. */
export const UNASKED_BYTES_MAX = 64 * 1024;

export type ListOutcome =
  | { readonly type: 'done' }
  /** The server does not answer lists, or not as it should: do not ask it again. */
  | { readonly type: 'refused' }
  | Lost;

export type ListTransferOptions = {
  readonly url: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Without a byte for so long, the connection counts as lost. */
  readonly stallMs: number;
  /** What a part tells of the file; may throw a PlayerError: that is another version. */
  readonly onFacts: (facts: SourceFacts) => void;
  /** The bytes are only lent: the callee copies what it keeps. */
  readonly onBytes: (offset: number, bytes: Uint8Array) => void;
  /** Everything that came over the network, wanted or not. */
  readonly onReceived: (byteCount: number) => void;
};

export class RangeListTransfer {
  readonly #options: ListTransferOptions;
  readonly #abort = new AbortController();
  readonly #askedBytes: number;
  #remaining: readonly ByteRange[];
  #receivedBytes = 0;

  /** `ranges` in rising order, not touching; at most LIST_RANGE_COUNT_MAX. */
  constructor(ranges: readonly ByteRange[], options: ListTransferOptions) {
    this.#options = options;
    this.#remaining = ranges;
    this.#askedBytes = ranges.reduce((sum, { begin, end }) => sum + end - begin, 0);
  }

  /** What has not arrived yet. */
  get remaining(): readonly ByteRange[] {
    return this.#remaining;
  }

  abort(): void {
    this.#abort.abort();
  }

  /** Runs to the end of the answer. Throws a PlayerError when retrying is futile. */
  run(): Promise<ListOutcome> {
    const { clock, stallMs } = this.#options;
    const limits = { clock, stallMs, signal: this.#abort.signal };
    return attempt(limits, (signal, watchdog) => this.#request(signal, watchdog));
  }

  async #request(signal: AbortSignal, watchdog: Watchdog): Promise<ListOutcome> {
    const list = this.#remaining.map(({ begin, end }) => `${begin}-${end - 1}`).join(',');
    const response = await this.#options.fetch(this.#options.url, {
      headers: { Range: `bytes=${list}` },
      cache: 'no-store',
      signal,
    });
    watchdog.feed();
    const { status } = response;
    // Whatever is wrong, a request for one range will meet it, too, and knows what to do about it.
    if (status !== 206 && status !== 200) {
      return { type: 'lost', reason: `the server answers ${status}` };
    }
    const encoding = response.headers.get('content-encoding') ?? 'identity';
    if (status !== 206 || encoding !== 'identity') return { type: 'refused' };
    const boundary = boundaryOf(response.headers.get('content-type'));
    try {
      return boundary === null
        ? await this.#readSinglePart(response, watchdog)
        : await this.#readParts(response, boundary, watchdog);
    } catch (error) {
      if (error instanceof MalformedMultipart) return { type: 'refused' };
      throw error;
    }
  }

  async #readParts(response: Response, boundary: string, watchdog: Watchdog): Promise<ListOutcome> {
    const reader = new MultipartReader(boundary, {
      onPart: (part) => this.#acceptPart(response, part),
      onBytes: (offset, bytes) => this.#take(offset, bytes),
    });
    await this.#stream(response, watchdog, (bytes) => {
      reader.push(bytes);
      return reader.ended;
    });
    if (this.#remaining.length === 0) return { type: 'done' };
    // A list that is answered in part would leave the rest to single requests every time.
    return reader.ended
      ? { type: 'refused' }
      : { type: 'lost', reason: 'the answer was cut short' };
  }

  /** Some servers answer with the first range only, or with one that spans all. */
  async #readSinglePart(response: Response, watchdog: Watchdog): Promise<ListOutcome> {
    const range = parseContentRange(response.headers.get('content-range'));
    if (range === null) return { type: 'refused' };
    this.#acceptPart(response, { range, sizeBytes: range.size });
    let at = range.begin;
    await this.#stream(response, watchdog, (bytes) => {
      const end = Math.min(at + bytes.length, range.end);
      this.#take(at, bytes.subarray(0, end - at));
      at = end;
      return at === range.end;
    });
    return { type: 'refused' };
  }

  /** Until `use` says that this is the end. */
  async #stream(
    response: Response,
    watchdog: Watchdog,
    use: (bytes: Uint8Array) => boolean,
  ): Promise<void> {
    if (response.body === null) return;
    const reader = readBody(response.body);
    for (;;) {
      const value = await reader.next();
      if (value === null || this.#abort.signal.aborted) return;
      watchdog.feed();
      this.#options.onReceived(value.length);
      if (use(value)) return;
    }
  }

  #acceptPart(response: Response, { range, sizeBytes }: Part): void {
    if (!this.#remaining.some((wanted) => intersect(wanted, range) !== null)) {
      throw new MalformedMultipart('a part was not asked for');
    }
    this.#receivedBytes += range.end - range.begin;
    if (this.#receivedBytes > this.#askedBytes + UNASKED_BYTES_MAX) {
      throw new MalformedMultipart('much of the answer was not asked for');
    }
    this.#options.onFacts(factsOf(response, sizeBytes));
  }

  #take(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#remaining = subtract(this.#remaining, { begin: offset, end: offset + bytes.length });
    this.#options.onBytes(offset, bytes);
  }
}
