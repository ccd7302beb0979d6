/**
 * Tracks that follow one another in whole packets, with the engine as it ships: what is left of the
 * one session stands in front of the other one.
 */
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EngineModule, EngineSession } from '../../../wasm-bindings/engine-module';
import type { Cluster, ResultOf } from '../../../web/src/engine/engine-protocol';
import { stereoSamples, wavFile } from '../../support/audio-files';
import { ADAPTIVE, HostHarness } from '../../support/host-harness';
import { MemorySource } from '../../support/memory-source';
import { loadRealEngine } from '../../support/real-engine';

jest.setTimeout(120_000);

const RATE_HZ = 48_000;
const LOOKAHEAD_FRAMES = 312;
const PACKET_FRAMES = 960;
/** Two chunks, the last one short; and one. */
const FIRST_FRAMES = 130_001;
const SECOND_FRAMES = 50_000;
const ORIGINAL = { ...ADAPTIVE, enhanced: false, level: 'off' } as const;
const FILES: Readonly<Record<string, Uint8Array>> = {
  first: wavFile(stereoSamples(FIRST_FRAMES, RATE_HZ, 3), RATE_HZ),
  second: wavFile(stereoSamples(SECOND_FRAMES, RATE_HZ, 4), RATE_HZ),
};
const PACKET_COUNT = Math.floor((FIRST_FRAMES - LOOKAHEAD_FRAMES) / PACKET_FRAMES);
const CARRY = {
  packetCount: PACKET_COUNT,
  frameCount: FIRST_FRAMES - PACKET_COUNT * PACKET_FRAMES,
};

let module: EngineModule;
let harness: HostHarness;

beforeAll(async () => {
  module = await loadRealEngine();
});

afterEach(async () => {
  for (const session of [1, 2]) await harness.call({ type: 'close', session });
});

const fileOf = (name: string): Uint8Array => {
  const file = FILES[name];
  if (file === undefined) throw new Error(`no test file ${name}`);
  return file;
};

const startHost = (): void => {
  harness = new HostHarness(
    () => Promise.resolve(module),
    (name) => new MemorySource(fileOf(name)),
  );
};

/** The first track, rendered to its end. */
const renderFirst = async (): Promise<void> => {
  await harness.opened(1, 'first', ORIGINAL);
  for (const chunk of [0, 1]) await harness.render(1, 0, chunk);
};

const clustersOf = (session: number, epoch: number): Cluster[] =>
  harness
    .events('cluster')
    .filter((event) => event.session === session && event.epoch === epoch)
    .map(({ cluster }) => cluster);

/** One chunk of a session without a host. */
const renderAlone = (session: EngineSession, file: Uint8Array, chunk: number): Buffer => {
  const bytes: Uint8Array[] = [];
  session.requestChunk(chunk);
  for (;;) {
    const step = session.advance();
    if (step.type === 'needBytes') {
      for (const { begin, end } of step.ranges) session.supply(begin, file.subarray(begin, end));
    } else if (step.type === 'clusterReady') {
      bytes.push(step.bytes);
      if (step.lastOfChunk) return Buffer.concat(bytes);
    } else if (step.type === 'error' || step.type === 'endOfTrack') {
      throw new Error(JSON.stringify(step));
    }
  }
};

const openAlone = (name: string): EngineSession => {
  const session = new module.Session();
  session.setSourceSize(fileOf(name).length);
  session.setOriginal();
  return session;
};

const carriedAlone = (): Buffer => {
  const first = openAlone('first');
  expect(first.carryOver()).toBeNull();
  renderAlone(first, fileOf('first'), 1);
  const carry = first.carryOver();
  if (carry === null) throw new Error('nothing is carried over');
  const second = openAlone('second');
  second.setCarry(carry);
  carry.delete();
  first.delete();
  const bytes = renderAlone(second, fileOf('second'), 0);
  second.delete();
  return bytes;
};

describe('EngineHost and tracks that carry over', () => {
  it('opens a track behind another one', async () => {
    startHost();
    await renderFirst();
    const response = await harness.open(2, 'second', ORIGINAL, 0, { carryFrom: 1 });
    if (!response.ok) throw new Error(response.message);
    expect((response.result as ResultOf['open']).carry).toEqual(CARRY);
    await harness.call({ type: 'close', session: 1 });
    await harness.render(2, 0, 0);
    expect(harness.chunkBytes(2, 0, 0).equals(carriedAlone())).toBe(true);
    const [first, ...others] = clustersOf(2, 0);
    expect(first).toMatchObject({ start: -CARRY.frameCount, frameCount: 24_000, lead: null });
    expect(others.at(-1)?.lastOfTrack).toBe(true);
  });

  it('puts another track in front of one that is open, and takes it away', async () => {
    startHost();
    await renderFirst();
    await harness.opened(2, 'second', ORIGINAL);
    await harness.render(2, 0, 0);
    const plain = harness.chunkBytes(2, 0, 0);
    const carried = await harness.call({ type: 'carry', session: 2, epoch: 1, from: 1 });
    expect(carried).toMatchObject({ ok: true, result: CARRY });
    await harness.render(2, 1, 0);
    expect(harness.chunkBytes(2, 1, 0).equals(carriedAlone())).toBe(true);
    const without = await harness.call({ type: 'carry', session: 2, epoch: 2, from: null });
    expect(without).toMatchObject({ ok: true, result: null });
    await harness.render(2, 2, 0);
    expect(harness.chunkBytes(2, 2, 0).equals(plain)).toBe(true);
  });

  it('gives the first cluster of a track alone its lead, and no other', async () => {
    startHost();
    await renderFirst();
    const leads = clustersOf(1, 0).map(({ lead }) => lead?.byteLength ?? 0);
    expect(leads[0]).toBeGreaterThan(100);
    expect(leads.slice(1)).toEqual(leads.slice(1).map(() => 0));
  });

  it('refuses what has no end yet, or none any more', async () => {
    startHost();
    await harness.opened(1, 'first', ORIGINAL);
    await harness.render(1, 0, 0);
    const words = 'session 1 was not rendered to its end';
    const early = await harness.open(2, 'second', ORIGINAL, 0, { carryFrom: 1 });
    expect(early).toMatchObject({ ok: false, code: 'internal', message: words });
    await harness.render(1, 0, 1);
    await harness.configure(1, 1, ADAPTIVE);
    await harness.opened(2, 'second', ORIGINAL);
    const late = await harness.call({ type: 'carry', session: 2, epoch: 1, from: 1 });
    expect(late).toMatchObject({ ok: false, code: 'internal', message: words });
    const unknown = await harness.call({ type: 'carry', session: 2, epoch: 1, from: 7 });
    expect(unknown).toMatchObject({ ok: false, code: 'internal' });
  });
});
