/**
 * A store that fails, hangs, forgets or lies: it costs time, never playback, and never a wrong
 * sound. The engine is the one that ships, the store a real one in memory behind a layer of faults.
 */
import { deleteDB, openDB } from 'idb';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EngineModule, EngineSession } from '../../../wasm-bindings/engine-module';
import { DATABASE_NAME } from '../../../web/src/store/indexed-db-schema';
import { stereoSamples, wavFile } from '../../support/audio-files';
import type { Fault, KeeperCall } from '../../support/faulty-keeper';
import { freshDatabase } from '../../support/fresh-database';
import { ADAPTIVE } from '../../support/host-harness';
import { KeptStage } from '../../support/kept-stage';
import { loadRealEngine } from '../../support/real-engine';

jest.setTimeout(240_000);

const RATE_HZ = 48_000;
const FILE = wavFile(stereoSamples(96_000 * 3 + 10_000, RATE_HZ, 5), RATE_HZ);
const ALL = [0, 1, 2, 3];
/** The longest wait of the store, ten seconds, is 50 ms then; no look-up is too late. */
const HASTY = { haste: 200, lookUpHaste: 1 / 50 };
/** A read has 250 ms then: time enough to find the track. */
const READING = { ...HASTY, haste: 4 };
/** Of faults that meet the first read of a chunk. */
const MET_BY_READS = /cannot be read|hangs in the middle/u;

let module: EngineModule;
let expected: readonly object[];
let stages: KeptStage[] = [];

const setStage = (options: Partial<ConstructorParameters<typeof KeptStage>[0]> = {}): KeptStage => {
  const loadModule = (): Promise<EngineModule> => Promise.resolve(module);
  const stage = new KeptStage({ loadModule, file: FILE, ...options });
  stages.push(stage);
  return stage;
};

const played = async (stage: KeptStage, chunks: readonly number[] = ALL): Promise<void> => {
  await stage.open();
  await stage.play(chunks);
  expect(stage.clusters()).toEqual(expected.filter((cluster) => isOf(cluster, chunks)));
  expect(stage.harness.events('failed')).toEqual([]);
};

const isOf = (cluster: object, chunks: readonly number[]): boolean =>
  chunks.includes((cluster as { readonly chunk: number }).chunk);

const closeAll = async (): Promise<void> => {
  for (const stage of stages) await stage.close();
  stages = [];
};

beforeAll(async () => {
  module = await loadRealEngine();
  const reference = setStage({ isKeeping: false });
  await reference.open();
  await reference.play(ALL);
  expected = reference.clusters();
  await closeAll();
});
beforeEach(freshDatabase);
afterEach(closeAll);

const on = (call: KeeperCall, action: () => Promise<void>): Fault => ({
  before: (found) => (found === call ? action() : undefined),
});
const fails = (): Promise<void> => Promise.reject(new DOMException('no', 'UnknownError'));
const hangs = (): Promise<void> => new Promise(() => undefined);
const altered =
  (change: (bytes: Uint8Array) => Uint8Array): Required<Fault>['found'] =>
  (found) =>
    change(new Uint8Array(found)).slice().buffer;
const flipped = (at: (length: number) => number) =>
  altered((bytes) => {
    const index = at(bytes.length);
    return bytes.map((byte, position) => (position === index ? byte ^ 0x10 : byte));
  });

const FAULTS: Readonly<Record<string, Fault>> = {
  'cannot be opened': { before: fails },
  'never answers': { before: hangs },
  'cannot be read': on('readChunk', fails),
  'hangs in the middle': on('readChunk', hangs),
  'has no record to give': on('readTrack', fails),
  'takes no record': on('writeTrack', fails),
  'takes no chunk': on('writeChunk', fails),
  'hangs when it is written': on('writeChunk', hangs),
  'has a flipped bit in front': { found: flipped(() => 8) },
  'has a flipped bit in the middle': { found: flipped((length) => length >> 1) },
  'has a flipped bit at the end': { found: flipped((length) => length - 1) },
  'gives half of what it took': { found: altered((bytes) => bytes.subarray(0, bytes.length / 2)) },
  'gives nothing': { found: altered((bytes) => bytes.subarray(0, 0)) },
  'gives something else': { found: () => ({ clusters: [] }) },
};

describe.each(Object.entries(FAULTS))('A store that %s', (name, fault) => {
  it('is no hindrance, full or empty, and is of use again when it is well', async () => {
    const isMet = MET_BY_READS.test(name);
    const options = isMet ? READING : HASTY;
    const empty = setStage(options);
    empty.keeper.fault = fault;
    await played(empty);
    await closeAll();
    freshDatabase();
    const first = setStage();
    await played(first, [0, 1, 3]);
    await first.kept(3);
    const full = setStage(options);
    full.keeper.fault = fault;
    await played(full);
    if (isMet) expect(full.keeper.calls).toContain('readChunk');
    await closeAll();
    const well = setStage();
    await played(well);
    await well.settled();
    expect((await well.keptChunks()).length).toBeGreaterThanOrEqual(3);
  });
});

describe('A store', () => {
  it('is not waited for where it has said that nothing of the track is there', async () => {
    // Who waits for a look that hangs waits for minutes.
    const stage = setStage({ haste: 1e-4, lookUpHaste: 1e-4 });
    await stage.store.warmUp();
    let release = (): void => undefined;
    stage.keeper.fault = on('readTrack', () => new Promise((resolve) => (release = resolve)));
    await stage.open();
    await stage.play([0]);
    expect(stage.keeper.calls).toEqual(['listTracks', 'readTrack']);
    expect(stage.openedSources).toBe(1);
    release();
  });

  it('is waited for where it has said that there is something', async () => {
    const first = setStage();
    await played(first, [0]);
    await first.kept(1);
    const again = setStage({ file: null, loadModule: () => Promise.reject(new Error('none')) });
    await again.store.warmUp();
    expect(again.store.mayHold('https://music.example/track')).toBe(true);
    expect(again.store.mayHold('https://music.example/other')).toBe(false);
    await again.open(ADAPTIVE, 0, { rank: 'next' });
    await again.play([0]);
    expect(again.openedSources).toBe(0);
  });

  it('is not taken for a slow connection while it reads', async () => {
    const first = setStage();
    await played(first, [0]);
    await first.kept(1);
    const again = setStage();
    let release = (): void => undefined;
    again.keeper.fault = on('readChunk', () => new Promise((resolve) => (release = resolve)));
    const opening = again.open();
    while (!again.keeper.calls.includes('readChunk')) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const answer = await again.harness.call({ type: 'progress', session: 1 });
    expect(answer).toMatchObject({ ok: true, result: { isFetching: false } });
    release();
    await opening;
  });

  it('may hold what was written while it was listing the rest', async () => {
    const stage = setStage();
    let list = (_tracks: readonly string[]): void => undefined;
    stage.keeper.listTracks = () => new Promise((resolve) => (list = resolve));
    const warmedUp = stage.store.warmUp();
    await played(stage, [0]);
    await stage.kept(1);
    // What it lists is from before.
    list([]);
    await warmedUp;
    expect(stage.store.mayHold('https://music.example/track')).toBe(true);
    expect(stage.store.mayHold('https://music.example/other')).toBe(false);
  });

  it('that is damaged in one chunk gives the others, and loses that one', async () => {
    const first = setStage();
    await played(first);
    await first.kept(4);
    const database = await openDB(DATABASE_NAME);
    const keys = await database.getAllKeys('chunks');
    const key = keys[2];
    const bytes = new Uint8Array((await database.get('chunks', key ?? '')) as ArrayBuffer);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    await database.put('chunks', bytes.buffer, key);
    const again = setStage();
    await played(again);
    await again.settled();
    const mended = (await database.get('chunks', key ?? '')) as ArrayBuffer | undefined;
    database.close();
    // What came in its place is whole.
    expect(mended && Buffer.from(mended).equals(Buffer.from(bytes))).toBe(false);
    await closeAll();
    const last = setStage({ file: null, loadModule: () => Promise.reject(new Error('none')) });
    await played(last);
  });

  it('that holds a chunk in the place of another one gives neither for the other', async () => {
    const first = setStage();
    await played(first);
    await first.kept(4);
    const database = await openDB(DATABASE_NAME);
    const keys = await database.getAllKeys('chunks');
    await database.put('chunks', await database.get('chunks', keys[0] ?? ''), keys[1]);
    database.close();
    await played(setStage());
  });

  it('that is emptied by the browser in mid-play is missed by nobody', async () => {
    const first = setStage();
    await played(first);
    await first.kept(4);
    const again = setStage();
    await again.open();
    await again.play([0, 1]);
    const database = await openDB(DATABASE_NAME);
    for (const name of [...database.objectStoreNames]) await database.clear(name);
    database.close();
    await again.play([2, 3]);
    expect(again.clusters()).toEqual(expected);
  });

  it('whose database is deleted in mid-play is missed by nobody', async () => {
    const first = setStage();
    await played(first);
    await closeAll();
    const again = setStage();
    await again.open();
    await again.play([0, 1]);
    await deleteDB(DATABASE_NAME);
    await again.play([2, 3]);
    expect(again.clusters()).toEqual(expected);
  });

  it.each([0, 1, 60_000, 110_000, 170_000])('of %d bytes keeps what fits', async (limitBytes) => {
    const stage = setStage({ limitBytes });
    await played(stage);
    await stage.settled();
    const database = await openDB(DATABASE_NAME);
    const chunks = (await database.getAll('chunks')) as ArrayBuffer[];
    database.close();
    const sizeBytes = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(sizeBytes).toBeLessThanOrEqual(limitBytes);
    expect(limitBytes - sizeBytes).toBeLessThan(70_000);
    await closeAll();
    await played(setStage({ limitBytes }));
  });

  it('serves two tabs at once', async () => {
    const tabs = [setStage(), setStage()];
    await Promise.all(tabs.map((tab) => played(tab)));
    await tabs[0]?.kept(4);
    await Promise.all([setStage(), setStage()].map((tab) => played(tab)));
  });
});

describe('An engine that breaks', () => {
  it('does not stop what is kept, and is asked again for the rest', async () => {
    const first = setStage();
    await played(first, [0, 1, 2]);
    await first.kept(3);
    let broken = true;
    // A class that Embind has made cannot be extended.
    const makeSession = function (): EngineSession {
      const session = new module.Session();
      if (broken) {
        session.advance = () => {
          throw new Error('broken');
        };
      }
      return session;
    };
    const Session = makeSession as unknown as EngineModule['Session'];
    const stage = setStage({
      loadModule: () => Promise.resolve({ ...module, Session, version: () => 'x' }),
    });
    await stage.open();
    for (const chunk of [0, 1, 2]) {
      await stage.play([chunk]);
      await stage.settled();
    }
    expect(stage.harness.events('failed')).toEqual([]);
    // Once: nobody needs it yet.
    expect(stage.openedSources).toBe(1);
    broken = false;
    await stage.play([3]);
    expect(stage.clusters()).toEqual(expected);
  });
});
