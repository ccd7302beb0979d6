/** RangeSource and what servers do. */
import { describe, expect, it } from '@jest/globals';
import { randomBytes } from '../../support/random';
import { RangeSourceStage, FILE, NEVER, read, same } from '../../support/range-source-stage';
import { RangeServer } from '../../support/range-server';
import { failure } from '../../support/waiting';

const stage = new RangeSourceStage();
const { open, rangesAsked } = stage;

describe('RangeSource and what servers do', () => {
  it.each([
    [404, 'gone', 'no longer on the server (404)'],
    [410, 'gone', 'no longer on the server (410)'],
    [403, 'network', 'refuses access'],
    [400, 'network', 'status 400'],
  ])('reports status %i as %s in words, at once', async (status, code, words) => {
    stage.server.fault = () => ({ type: 'status', status });
    const error = await failure(open().size(NEVER));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(stage.server.requests).toHaveLength(1);
  });

  it('reports a file that disappears in mid-track', async () => {
    const source = open();
    await read(source, 0, 100);
    stage.server.fault = () => ({ type: 'status', status: 404 });
    const error = await failure(read(source, 900_000, 900_100));
    expect(error).toMatchObject({ code: 'gone', message: expect.stringContaining('no longer') });
  });

  it('reads a server without ranges as a whole, in one request', async () => {
    stage.server.ranges = false;
    const source = open();
    const reads = [2_000_000, 0, 1_000_000].map((at) => read(source, at, at + 300_000));
    const [late, early, middle] = await Promise.all(reads);
    expect(same(late ?? new Uint8Array(), 2_000_000, 2_300_000)).toBe(true);
    expect(same(early ?? new Uint8Array(), 0, 300_000)).toBe(true);
    expect(same(middle ?? new Uint8Array(), 1_000_000, 1_300_000)).toBe(true);
    expect(same(await read(source, 0, FILE.length), 0, FILE.length)).toBe(true);
    expect(stage.server.requests).toHaveLength(1);
  });

  it('does not wait for the end of a whole body to use its beginning', async () => {
    stage.server.ranges = false;
    stage.server.fault = () => ({ type: 'hold', afterBytes: 500_000 });
    const source = open();
    expect(same(await read(source, 100_000, 400_000), 100_000, 400_000)).toBe(true);
    stage.server.release();
  });

  it('finishes a whole body that breaks', async () => {
    stage.server.ranges = false;
    stage.server.fault = (index) => (index < 2 ? { type: 'drop', afterBytes: 800_000 } : null);
    const source = open();
    expect(same(await read(source, 0, FILE.length), 0, FILE.length)).toBe(true);
    expect(stage.server.requests).toHaveLength(3);
  });

  it('gives up on a whole body that never gets past one place', async () => {
    stage.server.ranges = false;
    stage.server.fault = () => ({ type: 'drop', afterBytes: 800_000 });
    const error = await failure(read(open(), 2_000_000, 2_000_100));
    expect(error.code).toBe('network');
    expect(stage.clock.nowMs()).toBeLessThan(130_000);
  });

  it('takes the size from the end of a body without Content-Length', async () => {
    stage.server.ranges = false;
    stage.server.tellsLength = false;
    const source = open();
    expect(await source.size(NEVER)).toBe(FILE.length);
    expect(same(await read(source, 2_900_000, FILE.length), 2_900_000, FILE.length)).toBe(true);
  });

  it.each([true, false])('refuses a whole body above the limit (length told: %s)', async (told) => {
    stage.server.ranges = false;
    stage.server.tellsLength = told;
    const error = await failure(open({ wholeFileBytesMax: 2 ** 20 }).size(NEVER));
    expect(error.code).toBe('unsupported');
    expect(error.message).toContain('larger than 1 MiB');
  });

  it('copes with a server that stops honouring ranges', async () => {
    const source = open();
    await read(source, 0, 100);
    stage.server.ranges = false;
    const reads = [2_000_000, 500_000, 1_000_000].map((at) => read(source, at, at + 10_000));
    const answers = await Promise.all(reads);
    expect(same(answers[1] ?? new Uint8Array(), 500_000, 510_000)).toBe(true);
    expect(same(await read(source, 0, FILE.length), 0, FILE.length)).toBe(true);
  });

  it('accepts less than it asked for and asks for the rest without delay', async () => {
    stage.server.fault = () => ({ type: 'cap', byteCount: 30_000 });
    const source = open();
    expect(same(await read(source, 500_000, 600_000), 500_000, 600_000)).toBe(true);
    expect(stage.network).toHaveLength(0);
  });

  it.each([
    ['ETag', (to: RangeServer) => (to.etag = '"v2"')],
    ['Last-Modified', (to: RangeServer) => (to.lastModified = 'Mon, 07 Nov 1994 08:49:37 GMT')],
    ['size', (to: RangeServer) => (to.file = randomBytes(2_900_000, 3))],
  ])('never mixes two versions of a file: other %s', async (_, change) => {
    const source = open();
    await read(source, 0, 1000);
    change(stage.server);
    const error = await failure(read(source, 1_000_000, 1_001_000));
    expect(error.code).toBe('replaced');
    expect(error.message).toContain('replaced');
    expect((await failure(read(source, 0, 1000))).message).toContain('replaced');
  });

  it('takes a weak and a strong form of one ETag for the same version', async () => {
    const source = open();
    await read(source, 0, 1000);
    stage.server.etag = 'W/"v1"';
    expect(await read(source, 1_000_000, 1_001_000)).toHaveLength(1000);
  });

  it('reports a file that has shrunk (416)', async () => {
    const source = open();
    await read(source, 0, 1000);
    stage.server.fault = () => ({ type: 'status', status: 416 });
    expect((await failure(read(source, 2_000_000, 2_001_000))).message).toContain('replaced');
  });

  it('asks for the size by HEAD where Content-Range cannot be read', async () => {
    stage.server.hidesRange = true;
    const source = open();
    expect(await source.size(NEVER)).toBe(FILE.length);
    expect(stage.server.requests.map(({ method }) => method)).toEqual(['GET', 'HEAD']);
    expect(same(await read(source, 2_999_000, FILE.length), 2_999_000, FILE.length)).toBe(true);
  });

  it('asks for the size by an open range where HEAD is refused', async () => {
    stage.server.hidesRange = true;
    stage.server.headStatus = 403;
    const source = open();
    expect(await source.size(NEVER)).toBe(FILE.length);
    expect(rangesAsked()).toEqual(['bytes=0-65535', null, 'bytes=0-']);
  });

  it('asks for the size again when the connection breaks meanwhile', async () => {
    stage.server.hidesRange = true;
    stage.server.fault = (index) => (index === 1 ? { type: 'status', status: 503 } : null);
    expect(await open().size(NEVER)).toBe(FILE.length);
  });

  it('knows the size of a short file without asking', async () => {
    stage.server.hidesRange = true;
    stage.server.file = FILE.subarray(0, 1234);
    expect(await open().size(NEVER)).toBe(1234);
    expect(stage.server.requests).toHaveLength(1);
  });

  it.each([true, false])('knows an empty file (ranges: %s)', async (ranges) => {
    stage.server.file = new Uint8Array(0);
    stage.server.ranges = ranges;
    const source = open();
    expect(await source.size(NEVER)).toBe(0);
    expect(await read(source, 0, 10)).toHaveLength(0);
  });

  it('refuses bytes that are not the ones it asked for', async () => {
    stage.server.fault = (index) => (index === 1 ? { type: 'shifted', byBytes: 16 } : null);
    const error = await failure(read(open(), 500_000, 500_100));
    expect(error.code).toBe('unsupported');
    expect(error.message).toContain('answered bytes');
  });

  it('refuses a compressed part', async () => {
    stage.server.fault = () => ({ type: 'encoded' });
    const error = await failure(open().size(NEVER));
    expect(error.code).toBe('unsupported');
  });
});
