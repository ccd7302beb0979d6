/** What is kept answers for the server: its bytes, and no others. */
import { openDB } from 'idb';
import { afterEach, describe, expect, it } from '@jest/globals';
import { PIECE_BYTES } from '../../../web/src/originals/file-download';
import { CHECK_AGAIN_MS, KeptFetch } from '../../../web/src/originals/kept-fetch';
import {
  AVOID_MS,
  KeptFiles,
  LIST_MS_MAX,
  READ_MS_MAX,
} from '../../../web/src/originals/kept-files';
import { DATABASE_NAME } from '../../../web/src/originals/original-files';
import {
  expectBytes,
  numbered,
  setOriginals,
  type OriginalsStage,
} from '../../support/originals-stage';

const SIZE = 2 * PIECE_BYTES + 12_345;
const FILE = numbered(SIZE);

let stage: OriginalsStage | null = null;
afterEach(async () => {
  await stage?.end();
  stage = null;
});

const keep = async () => {
  const current = await setOriginals(FILE);
  stage = current;
  expect(await current.bring()).toBe('whole');
  let damagedCount = 0;
  let replacedCount = 0;
  /** Ends what waits for so long. */
  const waiting = new Map<number, () => void>();
  const wait = (delayMs: number): Promise<void> =>
    new Promise((resolve) => waiting.set(delayMs, resolve));
  const kept = new KeptFiles({
    files: current.files,
    onDamaged: () => (damagedCount += 1),
    wait,
  });
  const reader = new KeptFetch({
    kept,
    files: current.files,
    baseUrl: current.server.url,
    fetch: (url, init) => fetch(url, init),
    onReplaced: () => (replacedCount += 1),
    wait,
  });
  current.server.requests.length = 0;
  return {
    ...current,
    kept,
    reader,
    pass: (delayMs: number): void => waiting.get(delayMs)?.(),
    damagedCount: () => damagedCount,
    replacedCount: () => replacedCount,
    /** GETs that the server has seen. */
    gets: () => current.server.requests.filter(({ method }) => method === 'GET'),
  };
};

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const bodyOf = async (answer: Response): Promise<Uint8Array> =>
  new Uint8Array(await answer.arrayBuffer());

describe('A file that is kept', () => {
  it('is read from the device, over the borders of its pieces', async () => {
    const { reader, server, gets } = await keep();
    for (const [begin, end] of [
      [0, SIZE],
      [0, 1],
      [PIECE_BYTES - 1, PIECE_BYTES + 1],
      [PIECE_BYTES, 2 * PIECE_BYTES],
      [100, SIZE - 100],
      [SIZE - 1, SIZE],
    ] as const) {
      const headers = { Range: `bytes=${begin}-${end - 1}` };
      const answer = await reader.fetch(server.url, { headers });
      expect(answer.status).toBe(206);
      expectBytes(await bodyOf(answer), FILE.subarray(begin, end));
    }
    expect(gets()).toEqual([]);
  });

  it('is read where the server is away', async () => {
    const { reader, server } = await keep();
    const { url } = server;
    await server.stop();
    const answer = await reader.fetch(url, {});
    expect(answer.status).toBe(200);
    expectBytes(await bodyOf(answer), FILE);
    const head = await reader.fetch(url, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('ETag')).toBe('"v1"');
    expect(head.headers.get('Content-Length')).toBe(String(SIZE));
  });

  it('comes from the server as long as it is not whole', async () => {
    const { reader, files, key, kept, server, gets } = await keep();
    const { version = null } = (await files.find(key)) ?? {};
    await files.begin(key, version, null);
    await kept.refresh([key]);
    expect(reader.isKept(server.url)).toBe(false);
    const answer = await reader.fetch(server.url, { headers: { Range: 'bytes=5-9' } });
    expectBytes(await bodyOf(answer), FILE.subarray(5, 10));
    expect(gets()).toHaveLength(1);
  });

  it('is looked at once, and not read any more where the server has another one', async () => {
    const { reader, files, key, server, replacedCount, gets } = await keep();
    const other = numbered(SIZE).reverse();
    server.file = other;
    server.etag = '"v2"';
    const first = await reader.fetch(server.url, { headers: { Range: 'bytes=0-9' } });
    expectBytes(await bodyOf(first), FILE.subarray(0, 10));
    await until(() => replacedCount() === 1);
    expect((await files.find(key))?.receivedBytes).toBe(0);
    const second = await reader.fetch(server.url, { headers: { Range: 'bytes=0-9' } });
    expectBytes(await bodyOf(second), other.subarray(0, 10));
    expect(gets()).toHaveLength(1);
  });

  it('stays where the server still has it, and is asked about once in a visit', async () => {
    const { reader, files, key, server, replacedCount } = await keep();
    for (let count = 0; count < 3; count += 1) {
      await bodyOf(await reader.fetch(server.url, { headers: { Range: 'bytes=0-9' } }));
    }
    await until(() => server.requests.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD']);
    expect(replacedCount()).toBe(0);
    expect((await files.find(key))?.receivedBytes).toBe(SIZE);
  });

  it('is thrown away where it is damaged: then the server is asked again', async () => {
    const { reader, files, key, server, damagedCount, gets } = await keep();
    const database = await openDB(DATABASE_NAME);
    const place = [key, PIECE_BYTES];
    const piece = (await database.get('pieces', place)) as { bytes: ArrayBuffer };
    new Uint8Array(piece.bytes).fill(1, 99, 103);
    await database.put('pieces', piece, place);
    database.close();
    const headers = { Range: `bytes=${PIECE_BYTES - 10}-${PIECE_BYTES + 200}` };
    await expect(reader.fetch(server.url, { headers }).then(bodyOf)).rejects.toThrow();
    expect(damagedCount()).toBe(1);
    expect((await files.find(key))?.receivedBytes).toBe(0);
    const again = await reader.fetch(server.url, { headers });
    expectBytes(await bodyOf(again), FILE.subarray(PIECE_BYTES - 10, PIECE_BYTES + 201));
    expect(gets()).toHaveLength(1);
  });

  it('is not waited for where the storage hangs', async () => {
    const { files } = await keep();
    const waited: number[] = [];
    const kept = new KeptFiles({
      files: {
        list: () => new Promise(() => undefined),
        find: (...asked) => files.find(...asked),
        read: (...asked) => files.read(...asked),
        begin: (...asked) => files.begin(...asked),
      },
      onDamaged: () => undefined,
      wait: (delayMs) => {
        waited.push(delayMs);
        return Promise.resolve();
      },
    });
    const request = { method: 'GET', headers: new Headers() };
    expect(await kept.answer('any', request)).toBeNull();
    expect(await kept.answer('any', request)).toBeNull();
    expect(waited).toEqual([LIST_MS_MAX]);
  });

  it('never goes on with bytes of another version', async () => {
    const { reader, files, key, server, bring } = await keep();
    const answer = await reader.fetch(server.url, {});
    const body = answer.body?.getReader();
    const { value } = (await body?.read()) ?? {};
    expectBytes(value ?? null, FILE.subarray(0, PIECE_BYTES));
    const { version = null } = (await files.find(key)) ?? {};
    await files.begin(key, version, null);
    server.file = numbered(SIZE).reverse();
    server.etag = '"v2"';
    expect(await bring()).toBe('whole');
    await expect(body?.read()).rejects.toThrow();
    // What came anew stays.
    expect((await files.find(key))?.receivedBytes).toBe(SIZE);
  });

  it('is asked of the server while the storage does not read it, and stays', async () => {
    const { files, key, server, reader, pass } = await keep();
    const read = files.read.bind(files);
    let isStuck = true;
    files.read = (...asked) => (isStuck ? new Promise(() => undefined) : read(...asked));
    const stuck = reader.fetch(server.url, { headers: { Range: 'bytes=0-9' } }).then(bodyOf);
    await new Promise((resolve) => setTimeout(resolve, 20));
    pass(READ_MS_MAX);
    await expect(stuck).rejects.toThrow();
    const again = await reader.fetch(server.url, { headers: { Range: 'bytes=0-9' } });
    expectBytes(await bodyOf(again), FILE.subarray(0, 10));
    expect(server.requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
    isStuck = false;
    pass(AVOID_MS);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const later = await reader.fetch(server.url, { headers: { Range: 'bytes=0-9' } });
    expectBytes(await bodyOf(later), FILE.subarray(0, 10));
    expect(server.requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
    expect((await files.find(key))?.receivedBytes).toBe(SIZE);
  });

  it('is given up by whoever does not want it any more', async () => {
    const { reader, server } = await keep();
    const work = new AbortController();
    const answer = await reader.fetch(server.url, { signal: work.signal });
    work.abort();
    await expect(bodyOf(answer)).rejects.toThrow(/abort/);
  });

  it('asks the server again only after a while where it has not answered', async () => {
    const { reader, server, pass } = await keep();
    server.fault = () => ({ type: 'status', status: 503 });
    const read = async (): Promise<void> => {
      await bodyOf(await reader.fetch(server.url, { headers: { Range: 'bytes=0-9' } }));
      await new Promise((resolve) => setTimeout(resolve, 30));
    };
    await read();
    await read();
    expect(server.requests).toHaveLength(1);
    pass(CHECK_AGAIN_MS);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await read();
    expect(server.requests).toHaveLength(2);
  });
});
