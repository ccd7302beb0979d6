/** BlobSource over real Blobs, and over a file that changes under it. */
import { describe, expect, it } from '@jest/globals';
import { BlobSource, PIECE_BYTES, type Readable } from '../../../web/src/net/blob-source';
import { versionKey } from '../../../web/src/store/keys';
import { randomBytes } from '../../support/random';

const BYTES = randomBytes(PIECE_BYTES * 2 + 1000, 5);
const signal = new AbortController().signal;
const nobody = (): never => {
  throw new Error('nothing should be handed out');
};

const readAll = async (
  source: BlobSource,
  begin: number,
  end: number,
): Promise<{ readonly bytes: Uint8Array; readonly offsets: number[] }> => {
  const bytes = new Uint8Array(Math.max(0, Math.min(end, BYTES.length) - begin));
  const offsets: number[] = [];
  await source.read({ begin, end }, signal, (offset, piece) => {
    offsets.push(offset);
    bytes.set(piece, offset - begin);
  });
  return { bytes, offsets };
};

describe('BlobSource', () => {
  it('tells the size, and hands out any range, clamped to the end', async () => {
    const source = new BlobSource(new Blob([BYTES]));
    expect(await source.size(signal)).toBe(BYTES.length);
    for (const [begin, end] of [
      [0, 1],
      [17, 4096],
      [BYTES.length - 1, BYTES.length],
      [BYTES.length - 10, BYTES.length + 500],
      [1, BYTES.length],
    ] as const) {
      const { bytes } = await readAll(source, begin, end);
      expect(Buffer.compare(bytes, BYTES.subarray(begin, end))).toBe(0);
    }
  });

  it('reads much in pieces, and nothing past the end', async () => {
    const source = new BlobSource(new Blob([BYTES]));
    const { offsets } = await readAll(source, 100, BYTES.length);
    expect(offsets).toEqual([100, 100 + PIECE_BYTES, 100 + 2 * PIECE_BYTES]);
    await source.read({ begin: BYTES.length, end: BYTES.length + 5 }, signal, nobody);
    await source.read({ begin: 9, end: 9 }, signal, nobody);
    expect(await new BlobSource(new Blob([])).size(signal)).toBe(0);
  });

  it('tells size and date as the version, so that a changed file is another one', () => {
    const versionOf = (text: string, lastModified: number): string | null =>
      versionKey('build', new BlobSource(new File([text], 'a.wav', { lastModified })).facts());
    const version = versionOf('abc', 5_000_000);
    expect(version).toBe(versionOf('xyz', 5_000_000));
    expect(version).not.toBeNull();
    expect(versionOf('abcd', 5_000_000)).not.toBe(version);
    expect(versionOf('abc', 5_001_000)).not.toBe(version);
  });

  it.each(['NotReadableError', 'NotFoundError', 'NotAllowedError'])(
    'says in words that the file has changed (%s)',
    async (name) => {
      const changed: Readable = {
        size: 1000,
        slice: () =>
          ({ arrayBuffer: () => Promise.reject(new DOMException('no', name)) }) as unknown as Blob,
      };
      const reading = new BlobSource(changed).read({ begin: 0, end: 10 }, signal, nobody);
      await expect(reading).rejects.toMatchObject({
        code: 'gone',
        message: expect.stringContaining('changed, moved or removed'),
      });
    },
  );

  it('says so of a file that has become shorter where the browser does not', async () => {
    const shorter: Readable = { size: 1000, slice: () => new Blob([new Uint8Array(5)]) };
    const reading = new BlobSource(shorter).read({ begin: 0, end: 10 }, signal, nobody);
    await expect(reading).rejects.toMatchObject({ code: 'gone' });
  });

  it('fails as closed where there is no file', async () => {
    const source = new BlobSource(null);
    await expect(source.size(signal)).rejects.toMatchObject({ code: 'closed' });
    await expect(source.read({ begin: 0, end: 1 }, signal, nobody)).rejects.toMatchObject({
      code: 'closed',
    });
    expect(versionKey('build', source.facts())).toBeNull();
  });

  it('gives up at once where nobody wants the bytes any more, and hands out nothing then', async () => {
    const endless: Readable = {
      size: 1000,
      slice: () => ({ arrayBuffer: () => new Promise(() => undefined) }) as unknown as Blob,
    };
    const source = new BlobSource(endless);
    const wish = new AbortController();
    const given = source.read({ begin: 0, end: 10 }, wish.signal, nobody);
    wish.abort();
    await expect(given).rejects.toMatchObject({ code: 'aborted' });
    const closed = source.read({ begin: 0, end: 10 }, signal, nobody);
    source.close();
    await expect(closed).rejects.toMatchObject({ code: 'aborted' });
    await expect(source.size(signal)).rejects.toMatchObject({ code: 'aborted' });
  });
});
