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

  #send(seen: SeenRequest, fault: Fault | null, response: ServerResponse, span: Span): void {
    const body = this.file.subarray(span.begin, span.end);
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

  #parse(range: string | null): Span | null {
    const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
    if (match === null) return null;
    const last = match[2] === '' ? this.file.length - 1 : Number(match[2]);
    return { begin: Number(match[1]), end: Math.min(last + 1, this.file.length) };
  }
}
