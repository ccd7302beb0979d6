/**
 * A server behind a link of some latency and bandwidth, in virtual time: a fetch that answers one
 * range, or a list of them in parts. Answers beside each other share the link piece by piece. Time
 * passes while nothing else has anything to do, so that computing costs none of it.
 */
import { setImmediate } from 'node:timers';
import type { Fetch } from '../../web/src/net/range-transfer';
import type { VirtualClock } from './virtual-clock';

export type LinkShape = { readonly latencyMs: number; readonly bytesPerSecond: number };

type Span = { readonly begin: number; readonly end: number };
type Answer = {
  readonly pieces: Uint8Array[];
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  isWanted: boolean;
};

const PIECE_BYTES = 1460;
/** Turns of the loop in which nothing is done: then all wait for time to pass. */
const QUIET_TURNS = 12;

export class SlowLink {
  /** The ranges that were asked for, request by request. */
  readonly requests: Span[][] = [];
  /** Bytes of bodies that have passed the link. */
  sentBytes = 0;
  readonly #workDone: () => number;
  readonly #file: Uint8Array;
  readonly #shape: LinkShape;
  readonly #clock: VirtualClock;
  /** Answers that stream; the first is served next. */
  #streaming: Answer[] = [];
  #isBusy = false;

  /** `workDone` rises with whatever is done without the clock. */
  constructor(
    file: Uint8Array,
    shape: LinkShape,
    clock: VirtualClock,
    workDone: () => number = () => 0,
  ) {
    this.#workDone = workDone;
    this.#file = file;
    this.#shape = shape;
    this.#clock = clock;
  }

  readonly fetch: Fetch = (_url, { headers, signal }) => {
    const range = (headers as Record<string, string>)['Range'] ?? '';
    const spans = [...range.matchAll(/(\d+)-(\d+)/gu)].map(([, first, last]) => ({
      begin: Number(first),
      end: Math.min(Number(last) + 1, this.#file.length),
    }));
    this.requests.push(spans);
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('aborted')));
      this.#clock.after(this.#shape.latencyMs, () => resolve(this.#answer(spans, signal)));
    });
  };

  /** Lets time pass until `isDone`. */
  async until(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      let done = this.#workDone();
      for (let quiet = 0; quiet < QUIET_TURNS && !isDone(); quiet += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        if (this.#workDone() !== done) quiet = 0;
        done = this.#workDone();
      }
      if (!isDone() && !this.#clock.advanceToNext()) throw new Error('nothing happens any more');
    }
  }

  #answer(spans: readonly Span[], signal: AbortSignal | null | undefined): Response {
    const [first] = spans;
    if (first === undefined) throw new Error('a request without a range');
    const size = this.#file.length;
    const place = ({ begin, end }: Span): string => `bytes ${begin}-${end - 1}/${size}`;
    if (spans.length === 1) {
      const headers = {
        'content-range': place(first),
        'content-length': `${first.end - first.begin}`,
      };
      return this.#respond([this.#file.subarray(first.begin, first.end)], headers, signal);
    }
    const encoder = new TextEncoder();
    const parts = spans.flatMap((span) => [
      encoder.encode(`\r\n--part\r\nContent-Range: ${place(span)}\r\n\r\n`),
      this.#file.subarray(span.begin, span.end),
    ]);
    const type = { 'content-type': 'multipart/byteranges; boundary=part' };
    return this.#respond([...parts, encoder.encode('\r\n--part--\r\n')], type, signal);
  }

  #respond(
    body: readonly Uint8Array[],
    headers: Record<string, string>,
    signal: AbortSignal | null | undefined,
  ): Response {
    const bytes = Buffer.concat(body);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      pieces.push(new Uint8Array(bytes.subarray(at, at + PIECE_BYTES)));
    }
    let answer: Answer | null = null;
    const stop = (): void => {
      if (answer !== null) answer.isWanted = false;
    };
    signal?.addEventListener('abort', () => {
      if (answer?.isWanted === true) answer.controller.error(new Error('aborted'));
      stop();
    });
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        answer = { pieces, controller, isWanted: true };
        this.#streaming.push(answer);
        this.#serve();
      },
      cancel: stop,
    });
    return new Response(stream, { status: 206, headers: { ...headers, etag: '"v1"' } });
  }

  /** One piece of the answer that has waited longest. */
  #serve(): void {
    if (this.#isBusy) return;
    this.#streaming = this.#streaming.filter(({ isWanted }) => isWanted);
    const answer = this.#streaming.shift();
    const piece = answer?.pieces.shift();
    if (answer === undefined || piece === undefined) return;
    this.#isBusy = true;
    this.#clock.after((piece.length / this.#shape.bytesPerSecond) * 1000, () => {
      this.#isBusy = false;
      this.sentBytes += piece.length;
      if (answer.isWanted) {
        answer.controller.enqueue(piece);
        if (answer.pieces.length > 0) {
          this.#streaming.push(answer);
        } else {
          answer.isWanted = false;
          answer.controller.close();
        }
      }
      this.#serve();
    });
  }
}
