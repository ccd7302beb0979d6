/**
 * One run of bytes on its way from the server: fetched by a range request, handed on as it streams,
 * and resumed at the last byte that arrived. Knows nothing of caches, nor of when to try again.
 */
import type { ByteRange } from '../shared/units';
import { attempt, type Lost, type Watchdog } from './attempt';
import { readBody } from './body-reader';
import type { Clock } from './clock';
import { fileChanged, interpretAnswer, type Answer } from './range-response';
import { newStruggle } from './reconnection';

/** The part of fetch that is used; `signal` aborts the body as well. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type Outcome =
  | { readonly type: 'done' }
  /** Another attempt resumes where this one stopped. */
  | Lost;

export type TransferOptions = {
  readonly url: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Without a byte for so long, the connection counts as lost. */
  readonly stallMs: number;
  /**
   * Called with each understood answer, before its bytes; false ends the transfer, its bytes are
   * not wanted (any more). May throw a PlayerError: the answer does not fit.
   */
  readonly onAnswer: (answer: Answer, transfer: RangeTransfer) => boolean;
  /** The bytes are only lent: the callee copies what it keeps. */
  readonly onBytes: (offset: number, bytes: Uint8Array, transfer: RangeTransfer) => void;
  /** Everything that came over the network, wanted or not. */
  readonly onReceived: (byteCount: number) => void;
};

export class RangeTransfer {
  /** Failures since bytes came last. */
  readonly struggle = newStruggle();
  /** The server sends the file only as a whole. */
  whole = false;
  readonly #options: TransferOptions;
  readonly #abort = new AbortController();
  #position: number;
  #end: number;

  constructor(range: ByteRange, options: TransferOptions) {
    this.#options = options;
    this.#position = range.begin;
    this.#end = range.end;
  }

  /** What has not arrived yet. The end is infinite while a whole file of unknown size streams. */
  get remaining(): ByteRange {
    return { begin: this.#position, end: this.#end };
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  abort(): void {
    this.#abort.abort();
  }

  /** Takes the length of the source into account, once it is known. */
  clampTo(sizeBytes: number): void {
    this.#end = Math.min(this.#end, sizeBytes);
  }

  /** Runs until the end of the range or a failure. Throws a PlayerError when retrying is futile. */
  attempt(): Promise<Outcome> {
    const { clock, stallMs } = this.#options;
    const limits = { clock, stallMs, signal: this.signal };
    return attempt(limits, (signal, watchdog) => this.#request(signal, watchdog));
  }

  async #request(signal: AbortSignal, watchdog: Watchdog): Promise<Outcome> {
    const asked = this.remaining;
    const last = Number.isFinite(asked.end) ? String(asked.end - 1) : '';
    const response = await this.#options.fetch(this.#options.url, {
      headers: { Range: `bytes=${asked.begin}-${last}` },
      // Chromium's HTTP cache would serialise parallel ranges of one address behind a lock.
      cache: 'no-store',
      signal,
    });
    watchdog.feed();
    const answer = interpretAnswer(response, asked);
    if (answer.type === 'lost') return answer;
    if (answer.type === 'whole') this.#becomeWhole(answer.facts.sizeBytes);
    if (!this.#options.onAnswer(answer, this) || answer.type === 'empty') return { type: 'done' };
    // When a whole body is begun again, what came before is dropped on the way.
    const body =
      answer.type === 'whole' ? { begin: 0, end: Number.POSITIVE_INFINITY } : answer.range;
    return this.#stream(response, body, watchdog);
  }

  #becomeWhole(sizeBytes: number | null): void {
    if (!this.whole) this.#position = 0;
    this.whole = true;
    this.#end = sizeBytes ?? Number.POSITIVE_INFINITY;
  }

  async #stream(response: Response, body: ByteRange, watchdog: Watchdog): Promise<Outcome> {
    if (response.body === null) return { type: 'lost', reason: 'the answer has no body' };
    const reader = readBody(response.body);
    let offset = body.begin;
    // A server may send less than was asked for, and say so; the rest is another request.
    while (this.#position < Math.min(this.#end, body.end)) {
      const value = await reader.next();
      if (this.signal.aborted) return { type: 'lost', reason: 'aborted' };
      if (value === null) return this.#bodyEnded(offset);
      watchdog.feed();
      this.#options.onReceived(value.length);
      this.#take(offset, value);
      offset += value.length;
    }
    return { type: 'done' };
  }

  /** Hands on what is new in `bytes`. */
  #take(offset: number, bytes: Uint8Array): void {
    const begin = Math.max(this.#position, offset);
    const end = Math.min(this.#end, offset + bytes.length);
    if (begin >= end) return;
    this.#position = end;
    this.#options.onBytes(begin, bytes.subarray(begin - offset, end - offset), this);
  }

  #bodyEnded(offset: number): Outcome {
    if (this.#end === Number.POSITIVE_INFINITY) {
      // No Content-Length: HTTP tells a broken body from a complete one, so this is the end.
      if (offset < this.#position) throw fileChanged();
      this.#end = offset;
      return { type: 'done' };
    }
    return { type: 'lost', reason: 'the answer was cut short' };
  }
}
