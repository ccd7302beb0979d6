/**
 * EngineHost with the engine as it ships: whatever happens to the bytes on their way, and in
 * whatever order chunks are asked for, the same chunk comes out.
 */
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EngineModule } from '../../../wasm-bindings/engine-module';
import type {
  EnhancementSettings,
  Response,
  ResultOf,
} from '../../../web/src/engine/engine-protocol';
import { warmUp } from '../../../web/src/engine/warm-up';
import { BLOCK_BYTES } from '../../../web/src/net/block-cache';
import { FIRST_REQUEST_BYTES, RangeSource } from '../../../web/src/net/range-source';
import { flacFile, stereoSamples, wavFile } from '../../support/audio-files';
import { ADAPTIVE, HostHarness } from '../../support/host-harness';
import { MemorySource } from '../../support/memory-source';
import { randomBytes, seededRandom } from '../../support/random';
import { RangeServer, type Fault } from '../../support/range-server';
import { loadRealEngine } from '../../support/real-engine';
import { VirtualClock } from '../../support/virtual-clock';

// Generous, for a machine that builds at the same time; nothing here waits on purpose.
jest.setTimeout(120_000);

const RATE_HZ = 44_100;
/** Two chunks and a half. */
const DURATION_SECONDS = 5;
const SAMPLES = stereoSamples(DURATION_SECONDS * RATE_HZ, RATE_HZ, 7);
const COVER_BYTES = 5_000_000;
const FILES: Readonly<Record<string, Uint8Array>> = {
  wav: wavFile(SAMPLES, RATE_HZ),
  flac: flacFile(SAMPLES, RATE_HZ, COVER_BYTES),
};
const PUNCHY: EnhancementSettings = { ...ADAPTIVE, preset: 'punchy', intensity: 0.5 };
const CHUNK_COUNT = 3;

let module: EngineModule;
let servers: RangeServer[] = [];
let harnesses: HostHarness[] = [];

beforeAll(async () => {
  module = await loadRealEngine();
});

afterEach(async () => {
  for (const harness of harnesses) {
    for (const session of [1, 2]) await harness.call({ type: 'close', session });
  }
  for (const server of servers) await server.stop();
  harnesses = [];
  servers = [];
});

const bytesOf = (name: string): Uint8Array => {
  const file = FILES[name];
  if (file === undefined) throw new Error(`no test file ${name}`);
  return file;
};

/** Sources in memory, whose answers come in an order that depends on the seed. */
const memoryHost = (seed = 0): HostHarness => {
  const random = seededRandom(seed);
  const turns = (): number => (seed === 0 ? 0 : Math.floor(random() * 6));
  const harness = new HostHarness(
    () => Promise.resolve(module),
    (name) => new MemorySource(bytesOf(name), { turns }),
  );
  harnesses.push(harness);
  return harness;
};

type Networked = {
  readonly harness: HostHarness;
  readonly server: RangeServer;
  readonly source: () => RangeSource;
};

const networkHost = async (file: Uint8Array): Promise<Networked> => {
  const server = await RangeServer.start(file);
  servers.push(server);
  const sources: RangeSource[] = [];
  const harness = new HostHarness(
    () => Promise.resolve(module),
    (url, onNetwork) => {
      const source = new RangeSource({
        url,
        fetch: (address, init) => fetch(address, init),
        clock: new VirtualClock(9000),
        random: () => 0.5,
        onNetwork,
        lists: { answered: true },
      });
      sources.push(source);
      return source;
    },
  );
  harnesses.push(harness);
  const source = (): RangeSource => {
    const [first] = sources;
    if (first === undefined) throw new Error('no source was opened');
    return first;
  };
  return { harness, server, source };
};

const expectRendered = (response: Response): void => {
  if (!response.ok) throw new Error(response.message);
  expect(response.result).toEqual({ ended: false, superseded: false });
};

const renderInOrder = async (name: string, settings: EnhancementSettings): Promise<Buffer[]> => {
  const harness = memoryHost();
  await harness.opened(1, name, settings);
  const chunks: Buffer[] = [];
  for (let chunk = 0; chunk < CHUNK_COUNT; chunk += 1) {
    expectRendered(await harness.render(1, 1, chunk));
    chunks.push(harness.chunkBytes(1, 1, chunk));
  }
  return chunks;
};

/** All chunks of a file, rendered one after another: the reference, made once. */
const references = new Map<string, Promise<Buffer[]>>();
const chunksInOrder = (name: string, settings = ADAPTIVE): Promise<Buffer[]> => {
  const key = `${name} ${settings.preset}`;
  const made = references.get(key) ?? renderInOrder(name, settings);
  references.set(key, made);
  return made;
};

const expectChunk = (
  harness: HostHarness,
  at: [number, number, number],
  expected?: Buffer,
): void => {
  const bytes = harness.chunkBytes(...at);
  expect(bytes.length).toBeGreaterThan(10_000);
  expect(expected !== undefined && bytes.equals(expected)).toBe(true);
};

describe.each(['wav', 'flac'])('EngineHost rendering %s', (name) => {
  it('opens the track and sends whole clusters', async () => {
    const harness = memoryHost();
    const { track, initSegment } = await harness.opened(1, name);
    expect(track).toMatchObject({
      container: name,
      sampleRateHz: RATE_HZ,
      channels: 2,
      bitsPerSample: 16,
      frameCount: DURATION_SECONDS * 48_000,
      chunkCount: CHUNK_COUNT,
    });
    expect(Buffer.from(initSegment).subarray(0, 4).toString('hex')).toBe('1a45dfa3');
    await harness.until(() => harness.events('cluster').at(-1)?.cluster.lastOfChunk === true);
    const clusters = harness.events('cluster').map((event) => event.cluster);
    expect(clusters.map(({ indexInChunk }) => indexInChunk)).toEqual([0, 1, 2, 3]);
    expect(clusters.map(({ start }) => start)).toEqual([0, 24_000, 48_000, 72_000]);
    for (const { bytes } of clusters) {
      expect(Buffer.from(bytes).subarray(0, 4).toString('hex')).toBe('1f43b675');
    }
    expect(harness.events('plan')).toHaveLength(1);
  });

  it('gives the same chunks in any order and with any order of arrival', async () => {
    const expected = await chunksInOrder(name);
    for (const seed of [1, 2]) {
      const random = seededRandom(seed);
      const harness = memoryHost(seed);
      await harness.opened(1, name);
      const order = Array.from({ length: 5 }, () => Math.floor(random() * CHUNK_COUNT));
      let epoch = 0;
      for (const chunk of order) {
        epoch += 1;
        expectRendered(await harness.render(1, epoch, chunk));
        expectChunk(harness, [1, epoch, chunk], expected[chunk]);
      }
    }
  });

  it('gives the same chunks over a network that breaks, and says that it connects', async () => {
    const expected = await chunksInOrder(name);
    const { harness, server } = await networkHost(bytesOf(name));
    const faults: Fault[] = [
      { type: 'drop', afterBytes: 20_000 },
      { type: 'status', status: 503 },
      { type: 'drop', afterBytes: 50_000 },
      { type: 'cap', byteCount: 30_000 },
      { type: 'drop', afterBytes: 0 },
    ];
    server.fault = (index) => faults[index] ?? null;
    await harness.opened(1, server.url);
    for (let chunk = 0; chunk < CHUNK_COUNT; chunk += 1) {
      expectRendered(await harness.render(1, 1, chunk));
      expectChunk(harness, [1, 1, chunk], expected[chunk]);
    }
    const attempts = harness.events('network').map(({ attempt }) => attempt);
    expect(attempts).toContain(1);
    expect(attempts.at(-1)).toBe(0);
  });

  it('gives the same chunks from a server without ranges', async () => {
    const expected = await chunksInOrder(name);
    const { harness, server } = await networkHost(bytesOf(name));
    server.ranges = false;
    await harness.opened(1, server.url);
    expectRendered(await harness.render(1, 1, 1));
    expectChunk(harness, [1, 1, 1], expected[1]);
    expect(server.requests).toHaveLength(1);
  });

  it('begins a chunk anew when the settings change in its middle', async () => {
    const expected = await chunksInOrder(name, PUNCHY);
    const harness = memoryHost();
    await harness.opened(1, name);
    const old = harness.render(1, 1, 2);
    await harness.until(() => harness.events('cluster').some(({ epoch }) => epoch === 1));
    await harness.configure(1, 2, PUNCHY);
    expect(await old).toMatchObject({ ok: true, result: { superseded: true } });
    expectRendered(await harness.render(1, 2, 2));
    expectChunk(harness, [1, 2, 2], expected[2]);
    const epochs = harness.events('cluster').map(({ epoch }) => epoch);
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
  });

  it('ends behind the last chunk', async () => {
    const harness = memoryHost();
    await harness.opened(1, name);
    expectRendered(await harness.render(1, 1, CHUNK_COUNT - 1));
    expect(harness.events('cluster').at(-1)?.cluster.lastOfTrack).toBe(true);
    const past = await harness.render(1, 1, CHUNK_COUNT);
    expect(past).toMatchObject({ ok: true, result: { ended: true } });
    expect(harness.events('truncated')).toHaveLength(0);
  });
});

describe('EngineHost with two tracks', () => {
  it('renders both as if each were alone', async () => {
    const wav = await chunksInOrder('wav');
    const flac = await chunksInOrder('flac', PUNCHY);
    const harness = memoryHost(9);
    await Promise.all([harness.opened(1, 'wav'), harness.opened(2, 'flac', PUNCHY)]);
    const renders: Promise<Response>[] = [];
    for (let chunk = 0; chunk < CHUNK_COUNT; chunk += 1) {
      renders.push(harness.render(1, 1, chunk), harness.render(2, 1, chunk));
    }
    (await Promise.all(renders)).forEach(expectRendered);
    for (let chunk = 0; chunk < CHUNK_COUNT; chunk += 1) {
      expectChunk(harness, [1, 1, chunk], wav[chunk]);
      expectChunk(harness, [2, 1, chunk], flac[chunk]);
    }
  });
});

describe('EngineHost and bad files', () => {
  const openBytes = async (file: Uint8Array): Promise<Response> => {
    const { harness, server } = await networkHost(file);
    return harness.open(1, server.url);
  };

  const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(5000, 3)]);
  it.each([
    ['an empty file', new Uint8Array(0), 'empty-file', 'the file is empty'],
    ['random bytes', randomBytes(300_000, 11), 'not-audio', 'not a WAV, FLAC or MP3 file'],
    [
      'a lone header',
      bytesOf('wav').subarray(0, 20),
      'wav-short-format',
      /damaged at byte \d+: WAV/,
    ],
    [
      'a FLAC cut in its metadata',
      bytesOf('flac').subarray(0, 30),
      'flac-truncated-header',
      'ends',
    ],
    ['a picture', picture, 'not-audio', 'not a WAV, FLAC or MP3 file'],
  ])('refuses %s with words', async (_, file, detail, words) => {
    const response = await openBytes(file);
    if (response.ok) throw new Error('it was opened');
    expect(response.detail).toBe(detail);
    expect(response.message).toMatch(words);
  });

  it('reports a track that is gone', async () => {
    const { harness, server } = await networkHost(bytesOf('wav'));
    server.fault = () => ({ type: 'status', status: 404 });
    const response = await harness.open(1, server.url);
    expect(response).toMatchObject({ ok: false, code: 'gone' });
    expect(response.ok ? '' : response.message).toContain('no longer on the server (404)');
  });

  it('plays a truncated file to its real end', async () => {
    const file = wavFile(SAMPLES, RATE_HZ, 60 * RATE_HZ);
    const { harness, server } = await networkHost(file);
    await harness.opened(1, server.url);
    let ended = false;
    for (let chunk = 0; chunk < 40 && !ended; chunk += 1) {
      const response = await harness.render(1, 1, chunk);
      if (!response.ok) throw new Error(response.message);
      ended = (response.result as ResultOf['render']).ended;
    }
    expect(ended).toBe(true);
    const last = harness.events('cluster').at(-1)?.cluster;
    expect((last?.start ?? 0) + (last?.frameCount ?? 0)).toBe(DURATION_SECONDS * 48_000);
  });
});

describe('EngineHost and the network', () => {
  it('fetches neither cover nor the rest of the file before the first sound', async () => {
    const { harness, server, source } = await networkHost(bytesOf('flac'));
    await harness.opened(1, server.url);
    await harness.until(() => harness.events('cluster').length > 0);
    // The audio is 0.9 MB, and the probes of so short a track may take all of it.
    const audioBytes = bytesOf('flac').length - COVER_BYTES;
    const slackBytes = 2 * BLOCK_BYTES;
    for (const fetched of [source().stats().fetchedBytes, server.sentBytes]) {
      expect(fetched).toBeLessThan(FIRST_REQUEST_BYTES + audioBytes + slackBytes);
    }
    for (const { range } of server.requests.slice(1)) {
      const begin = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1]);
      expect(begin).toBeGreaterThan(COVER_BYTES - BLOCK_BYTES);
    }
  });

  it('waits for a server that is gone in mid-track, and goes on', async () => {
    const samples = new Int16Array(12 * SAMPLES.length);
    for (let part = 0; part < 12; part += 1) samples.set(SAMPLES, part * SAMPLES.length);
    const file = wavFile(samples, RATE_HZ);
    const calm = await networkHost(file);
    await calm.harness.opened(1, calm.server.url);
    expectRendered(await calm.harness.render(1, 1, 16));
    const { harness, server, source } = await networkHost(file);
    await harness.opened(1, server.url);
    expectRendered(await harness.render(1, 1, 15));
    expect(harness.events('network')).toHaveLength(0);
    const attemptsSeen = (): number[] => harness.events('network').map(({ attempt }) => attempt);
    server.fault = () => (attemptsSeen().includes(3) ? null : { type: 'drop', afterBytes: 0 });
    // What was read ahead hides the loss for a while.
    for (let chunk = 16; chunk < 30 && attemptsSeen().length === 0; chunk += 1) {
      expectRendered(await harness.render(1, 1, chunk));
    }
    expect(source().stats().retryCount).toBe(3);
    expect(attemptsSeen()).toEqual([1, 2, 3, 0]);
    expectChunk(harness, [1, 1, 16], calm.harness.chunkBytes(1, 1, 16));
  });
});

describe('warmUp', () => {
  it('renders a whole chunk of each made-up track', async () => {
    const yieldToMessages = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    expect(await warmUp(module, { yieldToMessages, isUnwanted: () => false })).toBe(3);
  });
});
