/** The loader with the engine as it ships, served by a real server under right and wrong types. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EngineModuleLoader } from '../../../web/src/engine/engine-module';
import { createRealEngine, readShippedWasm } from '../../support/real-engine';

let server: Server;
let url: string;
let requestCount: number;
const fetchWasm = (): Promise<Response> => fetch(url);
let answer: { status: number; type: string; body: Uint8Array };

beforeEach(async () => {
  requestCount = 0;
  answer = { status: 200, type: 'application/wasm', body: readShippedWasm() };
  server = createServer((_, response) => {
    requestCount += 1;
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/engine.wasm`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('EngineModuleLoader', () => {
  it.each(['application/wasm', 'application/octet-stream', 'text/html; charset=utf-8'])(
    'makes a working module of what is served as %s',
    async (type) => {
      answer.type = type;
      const module = await new EngineModuleLoader(createRealEngine, fetchWasm).load();
      const session = new module.Session();
      session.setSourceSize(10);
      expect(session.advance()).toEqual({ type: 'needBytes', ranges: [{ begin: 0, end: 10 }] });
      session.delete();
    },
  );

  it('compiles once for all instances', async () => {
    const loader = new EngineModuleLoader(createRealEngine, fetchWasm);
    const [one, two] = [await loader.load(), await loader.load()];
    expect(one).not.toBe(two);
    expect(requestCount).toBe(1);
  });

  it('says when the engine is missing, and finds it the next time', async () => {
    const loader = new EngineModuleLoader(createRealEngine, fetchWasm);
    answer.status = 404;
    await expect(loader.load()).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('404'),
    });
    answer.status = 200;
    expect((await loader.load()).version()).not.toBe('');
  });

  it('rejects what is no WebAssembly', async () => {
    answer.body = Buffer.from('<!doctype html>');
    await expect(new EngineModuleLoader(createRealEngine, fetchWasm).load()).rejects.toThrow(
      'magic',
    );
  });

  it('rejects a module that does not fit its loader, instead of hanging', async () => {
    // The smallest module: it lacks every export, but also every import, so it instantiates.
    answer.body = Buffer.from('0061736d01000000', 'hex');
    await expect(new EngineModuleLoader(createRealEngine, fetchWasm).load()).rejects.toThrow();
  });
});
