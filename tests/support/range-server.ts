/**
 * A real HTTP server on loopback that serves one file by ranges, and misbehaves on demand. Each
 * request is recorded, with the bytes that were really handed to the socket.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  | { readonly type: 'status'; readonly status: number }
  /** The connection breaks after so many bytes of the body. */
  | { readonly type: 'drop'; readonly afterBytes: number }
  /** Nothing is ever answered. */
  | { readonly type: 'silence' }
  /** So many bytes of the body come at once; the rest when release() is called. */
  | { readonly type: 'hold'; readonly afterBytes: number }
  /** Fewer bytes than asked for, correctly declared. */
  | { readonly type: 'cap'; readonly byteCount: number }
  /** A Content-Range that does not match the request. */
  | { readonly type: 'shifted'; readonly byBytes: number }
  | { readonly type: 'encoded' };

/** How a list of ranges is answered. */
export type ListAnswer =
  /** As if there were no Range: the whole file. */
  | 'ignored'
  /** In parts, as asked for. */
  | 'parts'
  /** In parts, from the end of the file to its beginning. */
  | 'reversed'
  /** In one part from the first byte asked for to the last. */
  | 'joined'
  /** The first range only, as a single part. */
  | 'first'
  /** In parts, the last of them missing. */
  | 'short'
  /** In parts that say nothing of their place. */
  | 'placeless'
  /** In parts with another boundary than announced. */
  | 'torn';

export type SeenRequest = {
  readonly method: string;
  readonly range: string | null;
  sentBytes: number;
  /** The client went away before the answer was complete. */
  cancelled: boolean;
};

type Span = { readonly begin: number; readonly end: number };

export class RangeServer {
  file: Uint8Array;
  etag: string | null = '"v1"';
  lastModified: string | null = 'Sun, 06 Nov 1994 08:49:37 GMT';
  /** false: the server ignores Range and sends everything. */
  ranges = true;
  /** false: no Content-Length with a whole file. */
  tellsLength = true;
  /** As for a script on another origin that may not read Content-Range and ETag. */
  hidesRange = false;
  headStatus = 200;
  lists: ListAnswer = 'ignored';
  /** What to do to request number `index`, counted from 0; null: serve it. */
  fault: (index: number, request: SeenRequest) => Fault | null = () => null;
  readonly requests: SeenRequest[] = [];
  concurrentMax = 0;
  readonly #server: Server;
  #held: (() => void)[] = [];
  #concurrent = 0;

  private constructor(file: Uint8Array) {
    this.file = file;
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  /** On any free port, unless one is given. */
  static async start(file: Uint8Array, port = 0): Promise<RangeServer> {
    const server = new RangeServer(file);
    await new Promise<void>((resolve) => server.#server.listen(port, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/track`;
  }

  get sentBytes(): number {
    return this.requests.reduce((sum, request) => sum + request.sentBytes, 0);
  }

  /** Sends what `hold` has kept back. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const go of held) go();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const seen: SeenRequest = {
      method: request.method ?? '',
      range: request.headers.range ?? null,
      sentBytes: 0,
      cancelled: false,
    };
    const fault = this.fault(this.requests.push(seen) - 1, seen);
    this.#concurrent += 1;
    this.concurrentMax = Math.max(this.concurrentMax, this.#concurrent);
    response.on('close', () => {
      this.#concurrent -= 1;
      seen.cancelled = !response.writableFinished;
    });
    if (fault?.type === 'silence') return;
    if (fault?.type === 'status') {
      response.writeHead(fault.status).end();
      return;
    }
    if (seen.method === 'HEAD') {
      const length = this.headStatus === 200 ? { 'content-length': this.file.length } : {};
      response.writeHead(this.headStatus, { ...this.#validators(), ...length }).end();
      return;
    }
    this.#answer(seen, fault, response);
  }

  #answer(seen: SeenRequest, fault: Fault | null, response: ServerResponse): void {
    const list = this.ranges && this.lists !== 'ignored' ? this.#parseList(seen.range) : [];
    if (list.length > 1) {
      this.#answerList(list, seen, fault, response);
      return;
    }
    const asked = this.ranges ? this.#parse(seen.range) : null;
    if (asked !== null && asked.begin >= this.file.length) {
      response.writeHead(416, { 'content-range': `bytes */${this.file.length}` }).end();
      return;
    }
    if (asked === null) {
      const length = this.tellsLength ? { 'content-length': this.file.length } : {};
      response.writeHead(200, { ...this.#validators(), ...length });
      this.#send(seen, fault, response, { begin: 0, end: this.file.length });
      return;
    }
    const cap = fault?.type === 'cap' ? fault.byteCount : Number.POSITIVE_INFINITY;
    const span = { begin: asked.begin, end: Math.min(asked.end, asked.begin + cap) };
    const shift = fault?.type === 'shifted' ? fault.byBytes : 0;
    const stated = `bytes ${span.begin + shift}-${span.end - 1 + shift}/${this.file.length}`;
    response.writeHead(206, {
      ...this.#validators(),
      'content-length': span.end - span.begin,
      ...(this.hidesRange ? {} : { 'content-range': stated }),
      ...(fault?.type === 'encoded' ? { 'content-encoding': 'x-unknown' } : {}),
    });
    this.#send(seen, fault, response, span);
  }

  #answerList(
    list: readonly Span[],
    seen: SeenRequest,
    fault: Fault | null,
    response: ServerResponse,
  ): void {
    const { lists } = this;
    const hull = { begin: list[0]?.begin ?? 0, end: list.at(-1)?.end ?? 0 };
    const parts = {
      ignored: [],
      parts: list,
      reversed: [...list].reverse(),
      joined: [hull],
      first: list.slice(0, 1),
      short: list.slice(0, -1),
      placeless: list,
      torn: list,
    }[lists];
    const place = ({ begin, end }: Span): string =>
      lists === 'placeless' ? '' : `Content-Range: bytes ${begin}-${end - 1}/${this.file.length}`;
    const [first] = parts;
    if (lists === 'first' && first !== undefined) {
      const head = { ...this.#validators(), 'content-range': place(first).slice(15) };
      response.writeHead(206, head);
      this.#send(seen, fault, response, first);
      return;
    }
    const boundary = 'a=boundary:0123';
    const pieces = parts.flatMap((span, index) => [
      `${index === 0 ? '' : '\r\n'}--${lists === 'torn' ? 'another' : boundary}\r\n`,
      `Content-Type: audio/x-test\r\n${place(span)}\r\n\r\n`,
      this.file.subarray(span.begin, span.end),
    ]);
    const body = Buffer.concat(
      [...pieces, `\r\n--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string)),
    );
    const type = `multipart/byteranges; boundary="${boundary}"`;
    const length = { 'content-length': body.length };
    response.writeHead(206, { ...this.#validators(), ...length, 'content-type': type });
    this.#sendBody(seen, fault, response, body);
  }

  #send(seen: SeenRequest, fault: Fault | null, response: ServerResponse, span: Span): void {
    this.#sendBody(seen, fault, response, this.file.subarray(span.begin, span.end));
  }

  #sendBody(
    seen: SeenRequest,
    fault: Fault | null,
    response: ServerResponse,
    body: Uint8Array,
  ): void {
    const first =
      fault?.type === 'drop' || fault?.type === 'hold' ? body.subarray(0, fault.afterBytes) : body;
    const count = (bytes: Uint8Array): Uint8Array => {
      seen.sentBytes += bytes.length;
      return bytes;
    };
    if (fault?.type === 'drop') {
      response.write(count(first), () => setImmediate(() => response.destroy()));
    } else if (fault?.type === 'hold') {
      response.write(count(first));
      this.#held.push(() => response.end(count(body.subarray(fault.afterBytes))));
    } else {
      response.end(count(first));
    }
  }

  #validators(): Record<string, string> {
    const etag = this.etag === null || this.hidesRange ? {} : { etag: this.etag };
    const modified = this.lastModified === null ? {} : { 'last-modified': this.lastModified };
    return { ...etag, ...modified };
  }

  #parseList(range: string | null): Span[] {
    const specs = /^bytes=(.*)$/.exec(range ?? '')?.[1]?.split(',') ?? [];
    return specs.flatMap((spec) => this.#parse(`bytes=${spec}`) ?? []);
  }

  #parse(range: string | null): Span | null {
    const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
    if (match === null) return null;
    const last = match[2] === '' ? this.file.length - 1 : Number(match[2]);
    return { begin: Number(match[1]), end: Math.min(last + 1, this.file.length) };
  }
}
