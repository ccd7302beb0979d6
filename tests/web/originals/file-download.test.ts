/** Files on their way to the device: a real server, an IndexedDB after the standard. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { PIECE_BYTES, STALL_MS } from '../../../web/src/originals/file-download';
import { isWhole } from '../../../web/src/originals/original-files';
import {
  expectBytes,
  keptBytes,
  numbered,
  setOriginals,
  type OriginalsStage,
} from '../../support/originals-stage';
import { VirtualClock } from '../../support/virtual-clock';

/** No multiple of a piece. */
const SIZE = 2 * PIECE_BYTES + 12_345;
const FILE = numbered(SIZE);

let stage: OriginalsStage | null = null;
const set = async (file: Uint8Array = FILE): Promise<OriginalsStage> =>
  (stage = await setOriginals(file));

afterEach(async () => {
  await stage?.end();
  stage = null;
});

const rangesOf = ({ server }: OriginalsStage): (string | null)[] =>
  server.requests.map(({ range }) => range);

const expectWhole = async (file: Uint8Array): Promise<void> => {
  if (!stage) throw new Error('there is no stage');
  const found = await stage.files.find(stage.key);
  expect(found && isWhole(found)).toBe(true);
  expectBytes(await keptBytes(stage.files, stage.key), file);
};

describe('A file that is brought to the device', () => {
  it('is the file of the server, and what tells its version is known', async () => {
    const { bring, files, key, server } = await set();
    const told: number[] = [];
    const onProgress = (received: number, size: number): void => {
      expect(size).toBe(SIZE);
      told.push(received);
    };
    expect(await bring({ onProgress })).toBe('whole');
    await expectWhole(FILE);
    const { version } = (await files.find(key)) ?? {};
    expect(version).toMatchObject({ sizeBytes: SIZE, etag: '"v1"' });
    expect(version?.lastModified).toBe(server.lastModified);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(SIZE);
  });

  it('goes on at the very byte where the connection broke', async () => {
    const there = PIECE_BYTES + 777;
    const current = await set();
    current.server.fault = (index) => (index === 0 ? { type: 'drop', afterBytes: there } : null);
    expect(await current.bring()).toBe('lost');
    expect((await current.files.find(current.key))?.receivedBytes).toBe(there);
    expect(await current.bring()).toBe('whole');
    expect(rangesOf(current)).toEqual(['bytes=0-', `bytes=${there}-`]);
    await expectWhole(FILE);
  });

  it('goes on at the very byte where the listener stopped it', async () => {
    const there = 100_000;
    const current = await set();
    current.server.fault = (index) => (index === 0 ? { type: 'hold', afterBytes: there } : null);
    const work = new AbortController();
    const onProgress = (received: number): void => {
      if (received === there) work.abort();
    };
    expect(await current.bring({ signal: work.signal, onProgress })).toBe('stopped');
    expect((await current.files.find(current.key))?.receivedBytes).toBe(there);
    expect(await current.bring()).toBe('whole');
    await expectWhole(FILE);
  });

  it('begins anew where the server has another file by now', async () => {
    const current = await set();
    current.server.fault = (index) => (index === 0 ? { type: 'drop', afterBytes: 70_000 } : null);
    await current.bring();
    const other = numbered(SIZE + 5).reverse();
    current.server.file = other;
    current.server.etag = '"v2"';
    expect(await current.bring()).toBe('whole');
    await expectWhole(other);
    expect((await current.files.find(current.key))?.version?.etag).toBe('"v2"');
  });

  it('begins anew where the other file is shorter than what is here', async () => {
    const current = await set();
    current.server.fault = (index) => (index === 0 ? { type: 'drop', afterBytes: 70_000 } : null);
    await current.bring();
    const other = numbered(50_000).reverse();
    current.server.file = other;
    current.server.etag = '"v2"';
    expect(await current.bring()).toBe('whole');
    await expectWhole(other);
  });

  it('comes from a server that knows no ranges, from the first byte each time', async () => {
    const current = await set();
    current.server.ranges = false;
    current.server.fault = (index) => (index === 0 ? { type: 'drop', afterBytes: 70_000 } : null);
    expect(await current.bring()).toBe('lost');
    expect(await current.bring()).toBe('whole');
    await expectWhole(FILE);
  });

  it('comes from a server that gives little at a time', async () => {
    const current = await set();
    current.server.fault = () => ({ type: 'cap', byteCount: 400_000 });
    expect(await current.bring()).toBe('whole');
    expect(current.server.requests.length).toBe(Math.ceil(SIZE / 400_000));
    await expectWhole(FILE);
  });

  it('may be empty', async () => {
    const { bring } = await set(new Uint8Array());
    expect(await bring()).toBe('whole');
    await expectWhole(new Uint8Array());
  });

  it('waits while what plays needs the link, without holding a connection', async () => {
    const current = await set();
    let isCalm = true;
    let becomeCalm = (): void => undefined;
    let askedCount = 0;
    const brought = current.bring({
      isCalm: () => isCalm,
      untilCalm: () => {
        askedCount += 1;
        return isCalm ? Promise.resolve() : new Promise((resolve) => (becomeCalm = resolve));
      },
      onProgress: (received) => {
        if (received > 300_000) isCalm = isCalm && current.server.requests.length > 1;
      },
    });
    while (askedCount < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(current.server.requests).toHaveLength(1);
    const there = (await current.files.find(current.key))?.receivedBytes ?? 0;
    expect(there).toBeGreaterThan(300_000);
    isCalm = true;
    becomeCalm();
    expect(await brought).toBe('whole');
    expect(rangesOf(current)).toEqual(['bytes=0-', `bytes=${there}-`]);
    await expectWhole(FILE);
  });

  it.each([
    [503, 'unwilling'],
    [401, 'unwilling'],
    [404, 'refused'],
    [410, 'refused'],
  ] as const)('is given up for now or for good after %d: %s', async (status, outcome) => {
    const { bring, server } = await set();
    server.fault = () => ({ type: 'status', status });
    expect(await bring()).toBe(outcome);
  });

  it('is lost where the server falls silent', async () => {
    const { bring, server } = await set();
    server.fault = () => ({ type: 'silence' });
    const clock = new VirtualClock();
    const brought = bring({ clock });
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    clock.advance(STALL_MS);
    expect(await brought).toBe('lost');
  });

  it('is refused where nothing would tell that it has changed', async () => {
    const { bring, server } = await set();
    server.etag = null;
    server.lastModified = null;
    expect(await bring()).toBe('refused');
  });

  it('tells that the device has no room', async () => {
    const { bring, files } = await set();
    let count = 0;
    const full: typeof files.append = (...piece) => {
      count += 1;
      if (count === 1) return files.append(...piece);
      return Promise.reject(new DOMException('full', 'QuotaExceededError'));
    };
    const begin: typeof files.begin = (...asked) => files.begin(...asked);
    expect(await bring({ files: { begin, append: full } })).toBe('room');
  });

  it('tells that the device has no room where it is to begin', async () => {
    const { bring, files } = await set();
    const full = (): Promise<boolean> =>
      Promise.reject(new DOMException('full', 'QuotaExceededError'));
    const append: typeof files.append = (...piece) => files.append(...piece);
    expect(await bring({ files: { begin: full, append } })).toBe('room');
  });

  it('is stopped where it is not wanted any more', async () => {
    const { bring, files, key } = await set();
    let removing: Promise<void> | null = null;
    const onProgress = (): void => {
      removing ??= files.remove([key]);
    };
    expect(await bring({ onProgress })).toBe('stopped');
    expect(await files.find(key)).toBeNull();
    expect(await keptBytes(files, key)).toBeNull();
  });

  it('does not mix what two tabs bring, one of them a newer version', async () => {
    const { bring, files, key, server } = await set();
    server.fault = (index) => (index === 0 ? { type: 'hold', afterBytes: 100_000 } : null);
    const first = bring();
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const other = numbered(SIZE).reverse();
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.file = other;
    server.etag = '"v2"';
    expect(await bring()).toBe('whole');
    server.release();
    expect(await first).toBe('stopped');
    await expectWhole(other);
    expect((await files.find(key))?.version?.etag).toBe('"v2"');
  });
});
