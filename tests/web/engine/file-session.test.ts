/** A whole track as one file, piece by piece, with the engine as it ships. */
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EngineModule } from '../../../wasm-bindings/engine-module';
import type { Response } from '../../../web/src/engine/engine-protocol';
import type { FilePiece } from '../../../web/src/engine/file-protocol';
import { PIECE_BYTES_MIN } from '../../../web/src/engine/file-session';
import { flacFile, stereoSamples } from '../../support/audio-files';
import { ADAPTIVE, HostHarness } from '../../support/host-harness';
import { MemorySource } from '../../support/memory-source';
import { loadRealEngine } from '../../support/real-engine';

jest.setTimeout(120_000);

const RATE_HZ = 44_100;
const SECONDS = 20;
const WARM = { ...ADAPTIVE, preset: 'warm' } as const;
/** What a broken file may cost at most. */
const PULL_COUNT_MAX = 50;

let module: EngineModule;
let file: Uint8Array;
let harness: HostHarness;
let sources: MemorySource[] = [];

beforeAll(async () => {
  module = await loadRealEngine();
  file = flacFile(stereoSamples(SECONDS * RATE_HZ, RATE_HZ, 9), RATE_HZ, 0);
});

const start = (bytes = file, turns = 0): void => {
  harness = new HostHarness(
    () => Promise.resolve(module),
    () => {
      const source = new MemorySource(bytes, { turns: () => turns });
      sources.push(source);
      return source;
    },
  );
};

afterEach(async () => {
  for (const session of [1, 2]) await harness.call({ type: 'close', session });
  expect(sources.every(({ closed }) => closed)).toBe(true);
  sources = [];
});

const openFile = (session = 1): Promise<Response> =>
  harness.call({ type: 'openFile', session, url: 'track', settings: WARM });

const pull = async (session = 1): Promise<FilePiece> => {
  const response = await harness.call({ type: 'pull', session });
  if (!response.ok) throw new Error(response.message);
  return response.result as FilePiece;
};

const pullAll = async (): Promise<FilePiece[]> => {
  const pieces: FilePiece[] = [];
  for (let count = 0; count < PULL_COUNT_MAX; count += 1) {
    const piece = await pull();
    pieces.push(piece);
    if (piece.patches !== null) return pieces;
  }
  throw new Error('the file has no end');
};

const bytesOf = (pieces: readonly FilePiece[]): Buffer =>
  Buffer.concat(pieces.map(({ bytes }) => Buffer.from(bytes)));

/** The engine alone, all bytes at hand. */
const renderAlone = (): Buffer => {
  const renderer = new module.FileRenderer();
  const parts: Uint8Array[] = [];
  renderer.setSourceSize(file.length);
  renderer.setEnhancement(2, 100, 1, 0, 0, true);
  for (;;) {
    const step = renderer.advance();
    if (step.type === 'error') throw new Error(step.message);
    if (step.type === 'needBytes') {
      for (const { begin, end } of step.ranges) renderer.supply(begin, file.subarray(begin, end));
    }
    if (step.type === 'fileBytes' || step.type === 'fileDone') parts.push(step.bytes);
    if (step.type !== 'fileDone') continue;
    renderer.delete();
    return Buffer.concat(parts);
  }
};

describe('A file', () => {
  it('has the bytes of the engine, in pieces of a bounded size, and tells how far it is', async () => {
    start(file, 2);
    const opened = await openFile();
    expect(opened).toMatchObject({ ok: true, result: { codec: 'flac', sampleRateHz: RATE_HZ } });
    const pieces = await pullAll();
    expect(bytesOf(pieces).equals(renderAlone())).toBe(true);
    expect(pieces.length).toBeGreaterThan(3);
    for (const { bytes } of pieces.slice(0, -1)) {
      expect(bytes.byteLength).toBeGreaterThanOrEqual(PIECE_BYTES_MIN);
      expect(bytes.byteLength).toBeLessThan(2 * PIECE_BYTES_MIN);
    }
    const done = pieces.map(({ framesDone }) => framesDone);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(SECONDS * 48_000);
    expect(pieces.at(-1)?.isTruncated).toBe(false);
    expect(pieces.at(-1)?.patches?.length).toBeGreaterThan(0);
    expect(await harness.call({ type: 'pull', session: 1 })).toMatchObject({ ok: false });
  });

  it('is not worked on while nobody asks', async () => {
    start();
    await openFile();
    await pull();
    const { turnCount } = harness;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(harness.turnCount).toBe(turnCount);
  });

  it('gives way to what is heard', async () => {
    start();
    await openFile();
    const piece = harness.call({ type: 'pull', session: 1 });
    const ended: string[] = [];
    void piece.then(() => ended.push('file'));
    await harness.opened(2, 'track');
    await harness.render(2, 0, 0).then(() => ended.push('sound'));
    await piece;
    expect(ended).toEqual(['sound', 'file']);
  });

  it('takes turns with another one', async () => {
    start();
    const order: number[] = [];
    await openFile(1);
    await openFile(2);
    const take = async (session: number): Promise<void> => {
      for (let count = 0; count < 3; count += 1) {
        await pull(session);
        order.push(session);
      }
    };
    await Promise.all([take(1), take(2)]);
    expect(order).toEqual([1, 2, 1, 2, 1, 2]);
  });

  it('of an original that ends early says so, and how far it came', async () => {
    start(file.subarray(0, file.length / 2));
    await openFile();
    const last = (await pullAll()).at(-1);
    expect(last).toMatchObject({ isTruncated: true, framesTotal: SECONDS * 48_000 });
    expect(last?.framesDone).toBeGreaterThan(0.3 * SECONDS * 48_000);
    expect(last?.framesDone).toBeLessThan(0.7 * SECONDS * 48_000);
  });

  it('that is closed answers whoever waits, and stops', async () => {
    start();
    await openFile();
    const piece = harness.call({ type: 'pull', session: 1 });
    await harness.call({ type: 'close', session: 1 });
    expect(await piece).toMatchObject({ ok: false, code: 'aborted' });
    expect(await harness.call({ type: 'pull', session: 1 })).toMatchObject({ ok: false });
  });

  it('of something that is no track is refused with the reason', async () => {
    start(Buffer.from('words, and no sound: '.repeat(40)));
    expect(await openFile()).toMatchObject({ ok: false, code: 'unsupported' });
    expect(await harness.call({ type: 'pull', session: 1 })).toMatchObject({ ok: false });
  });

  it('has a number of its own', async () => {
    start();
    await openFile();
    expect(await openFile()).toMatchObject({ ok: false, code: 'internal' });
    expect(await harness.open(1, 'track')).toMatchObject({ ok: false, code: 'internal' });
  });
});
