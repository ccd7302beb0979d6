/**
 * Stands in front of the real server and counts what passes. It can also be as simple as servers
 * come: without ranges, every answer is a whole file with status 200.
 */
import {
  createServer,
  request as sendRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export type PlainServerOptions = {
  readonly ranges?: boolean;
  /** False: the browser must ask for everything again. */
  readonly cached?: boolean;
};

const PIECE_BYTES = 1024;

const throttle = (bytesPerSecond: number): Transform =>
  new Transform({
    transform(bytes: Buffer, _encoding, done) {
      const pass = async (): Promise<void> => {
        for (let begin = 0; begin < bytes.length; begin += PIECE_BYTES) {
          const piece = bytes.subarray(begin, begin + PIECE_BYTES);
          await sleep((piece.length * 1000) / bytesPerSecond);
          this.push(piece);
        }
      };
      pass().then(() => done(), done);
    },
  });

export class PlainServer {
  /** So fast passes each answer with an original that begins from now on; null: at full speed. */
  bytesPerSecond: number | null = null;
  /** Method and path of every request, in order. */
  requests: string[] = [];
  /** Paths that are not there. */
  missing: RegExp | null = null;
  /** What is said of them. */
  missingStatus = 404;
  readonly #passed: { readonly begin: number; end: number }[] = [];
  readonly #server: Server;

  private constructor(upstream: string, { ranges = false, cached = true }: PlainServerOptions) {
    this.#server = createServer((request, response) => {
      const { method = '', url = '' } = request;
      this.requests.push(`${method} ${url}`);
      if (!cached) response.setHeader('Cache-Control', 'no-store');
      if (this.missing?.test(url) === true) response.writeHead(this.missingStatus).end();
      else this.#pass(upstream, ranges, request, response);
    });
  }

  static async start(upstream: string, options: PlainServerOptions = {}): Promise<PlainServer> {
    const server = new PlainServer(upstream, options);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Bytes of originals that were handed on, counted in the first `limit` bytes of a file. */
  bytesBefore(limit: number): number {
    const sizes = this.#passed.map(({ begin, end }) => Math.max(0, Math.min(end, limit) - begin));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(
    upstream: string,
    ranges: boolean,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const isStream = request.url?.startsWith('/api/player/stream/') === true;
    const headers = { ...request.headers };
    if (!ranges) delete headers.range;
    delete headers.host;
    const onward = sendRequest(`${upstream}${request.url ?? ''}`, {
      method: request.method,
      headers,
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.on('response', (answer) => {
      const passed = { ...answer.headers };
      if (!ranges) delete passed['accept-ranges'];
      if (response.hasHeader('Cache-Control')) delete passed['cache-control'];
      response.writeHead(answer.statusCode ?? 502, passed);
      if (isStream) this.#count(answer, request.headers.range ?? '');
      const { bytesPerSecond } = this;
      if (!isStream || bytesPerSecond === null) answer.pipe(response);
      else answer.pipe(throttle(bytesPerSecond)).pipe(response);
    });
    request.pipe(onward);
  }

  #count(answer: IncomingMessage, asked: string): void {
    if (answer.headers['content-type']?.startsWith('multipart/byteranges') === true) {
      // Which bytes have come is told inside the body; they are no more than were asked for.
      for (const [, first, last] of asked.matchAll(/(\d+)-(\d+)/g)) {
        this.#passed.push({ begin: Number(first), end: Number(last) + 1 });
      }
      return;
    }
    const begin = Number(/bytes (\d+)-/.exec(answer.headers['content-range'] ?? '')?.[1] ?? 0);
    const span = { begin, end: begin };
    this.#passed.push(span);
    answer.on('data', (bytes: Buffer) => {
      span.end += bytes.length;
    });
  }
}
