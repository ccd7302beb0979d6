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

export type PlainServerOptions = { readonly ranges?: boolean };

export class PlainServer {
  /** Bytes of originals that were handed to the browser's connection. */
  streamBytes = 0;
  readonly #server: Server;

  private constructor(upstream: string, ranges: boolean) {
    this.#server = createServer((request, response) =>
      this.#pass(upstream, ranges, request, response),
    );
  }

  static async start(upstream: string, options: PlainServerOptions = {}): Promise<PlainServer> {
    const server = new PlainServer(upstream, options.ranges ?? false);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
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
      response.writeHead(answer.statusCode ?? 502, passed);
      answer.on('data', (bytes: Buffer) => {
        if (isStream) this.streamBytes += bytes.length;
      });
      answer.pipe(response);
    });
    request.pipe(onward);
  }
}
