/** EngineHost with the engine as it ships: profiles, level and comparison. */
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EngineModule } from '../../../wasm-bindings/engine-module';
import { STAGES, type Command, type PlanSummary } from '../../../web/src/engine/engine-protocol';
import type { ChunkIndex } from '../../../web/src/shared/units';
import { stereoSamples, wavFile } from '../../support/audio-files';
import { ADAPTIVE, HostHarness } from '../../support/host-harness';
import { MemorySource } from '../../support/memory-source';
import { loadRealEngine } from '../../support/real-engine';

// Generous, for a machine that builds at the same time; nothing here waits on purpose.
jest.setTimeout(120_000);

const RATE_HZ = 44_100;
/** Long enough for probes that leave most of it out. */
const FILE = wavFile(stereoSamples(60 * RATE_HZ, RATE_HZ, 5), RATE_HZ);
const CHUNK = 2 as ChunkIndex;

type OpenCommand = Extract<Command, { readonly type: 'open' }>;

let module: EngineModule;
let harnesses: HostHarness[] = [];

beforeAll(async () => {
  module = await loadRealEngine();
});

afterEach(async () => {
  for (const harness of harnesses) {
    for (const session of [1, 2]) await harness.call({ type: 'close', session });
  }
  harnesses = [];
});

/** `readBytes()` tells how much of the file was asked for. */
const host = (): { harness: HostHarness; readBytes: () => number } => {
  let bytes = 0;
  const harness = new HostHarness(
    () => Promise.resolve(module),
    () => {
      const source = new MemorySource(FILE);
      const read = source.read.bind(source);
      source.read = (range, ...rest) => {
        bytes += range.end - range.begin;
        return read(range, ...rest);
      };
      return source;
    },
  );
  harnesses.push(harness);
  return { harness, readBytes: () => bytes };
};

type Played = { readonly bytes: Buffer; readonly plan: PlanSummary; readonly readBytes: number };

const play = async (more: Partial<OpenCommand> = {}): Promise<Played> => {
  const { harness, readBytes } = host();
  const opened = await harness.open(1, 'track', more.settings, CHUNK, more);
  if (!opened.ok) throw new Error(opened.message);
  expect((await harness.render(1, 0, CHUNK)).ok).toBe(true);
  const plan = harness.events('plan')[0]?.plan;
  if (plan === undefined) throw new Error('no plan was made');
  return { bytes: harness.chunkBytes(1, 0, CHUNK), plan, readBytes: readBytes() };
};

/** Without a profile, adaptive: the yardstick, made once. */
let measured: Promise<Played> | null = null;
const playMeasured = (): Promise<Played> => (measured ??= play());

describe('A profile that is handed back', () => {
  it('gives the same chunk as measuring does, and reads only what it plays', async () => {
    const first = await playMeasured();
    const again = await play({ profile: first.plan.profile });
    expect(again.bytes.length).toBeGreaterThan(10_000);
    expect(again.bytes.equals(first.bytes)).toBe(true);
    expect(again.plan).toEqual(first.plan);
    expect(again.readBytes).toBeLessThan(first.readBytes / 2);
  });

  it('counts: that of another track gives another chunk', async () => {
    const first = await playMeasured();
    const { profile } = first.plan;
    const louder = profile.replace(/("integrated_loudness_lufs":)-?[\d.]+/u, '$1-9.5');
    expect(louder).not.toBe(profile);
    const other = await play({ profile: louder });
    expect(other.plan.loudnessLufs).toBe(-9.5);
    expect(other.bytes.equals(first.bytes)).toBe(false);
  });

  it('is measured anew where it is no good', async () => {
    const first = await playMeasured();
    const again = await play({ profile: '{"version":1}' });
    expect(again.plan).toEqual(first.plan);
    expect(again.bytes.equals(first.bytes)).toBe(true);
  });
});

describe('A session that measures', () => {
  it('goes on to the profile that playing finds, and renders nothing', async () => {
    const { plan } = await playMeasured();
    const { harness } = host();
    const settings = { ...ADAPTIVE, preset: 'warm' } as const;
    const opened = harness.open(1, 'track', settings, 0, { purpose: 'measure' });
    const rendered = harness.render(1, 0, 0);
    expect(await opened).toMatchObject({ ok: true });
    expect(await rendered).toMatchObject({ ok: true, result: { superseded: true } });
    expect(harness.events('plan')[0]?.plan.profile).toBe(plan.profile);
    expect(harness.events('cluster')).toEqual([]);
  });

  it('waits for the session that plays', async () => {
    const { harness } = host();
    const measuring = harness.open(1, 'track', ADAPTIVE, 0, { purpose: 'measure' });
    const measured = harness.render(1, 0, 0);
    await harness.open(2, 'track');
    await Promise.all([measuring, measured, harness.render(2, 0, 0)]);
    const inOrder = harness.messages.flatMap((message) =>
      'event' in message && 'session' in message && message.event !== 'network'
        ? [`${message.event} ${message.session}`]
        : [],
    );
    expect(inOrder.indexOf('cluster 2')).toBeGreaterThanOrEqual(0);
    expect(inOrder.indexOf('plan 1')).toBeGreaterThan(inOrder.lastIndexOf('cluster 2'));
  });
});

describe('Level and comparison', () => {
  const planWith = async (change: Partial<OpenCommand['settings']>): Promise<PlanSummary> => {
    const { plan } = await play({ settings: { ...ADAPTIVE, ...change } });
    return plan;
  };

  it('aims where the level says', async () => {
    const { plan: track } = await playMeasured();
    const off = await planWith({ level: 'off' });
    const unknown = await planWith({ level: 'album' });
    // An album whose loudest track is 3 LU louder than this one.
    const albumLoudnessLufs = track.loudnessLufs + 3;
    const album = await planWith({ level: 'album', albumLoudnessLufs });
    expect(off.targetLufs).toBeCloseTo(off.loudnessLufs, 6);
    expect(unknown).toEqual(track);
    expect(album.targetLufs).toBeCloseTo(track.targetLufs - 3, 2);
  });

  it('compares at one loudness', async () => {
    const original = await planWith({ compare: 'original' });
    const enhanced = await planWith({ compare: 'enhanced' });
    expect(original.reachedLufs).toBeCloseTo(enhanced.reachedLufs, 6);
    expect(original.reachedLufs).toBeLessThanOrEqual(original.loudnessLufs + 1e-9);
    expect(original.toneDb.some((gainDb) => gainDb !== 0)).toBe(false);
    expect(enhanced.toneDb.some((gainDb) => gainDb !== 0)).toBe(true);
  });

  it('tells what the stages do, packet by packet', async () => {
    const { harness } = host();
    await harness.open(1, 'track', { ...ADAPTIVE, preset: 'punchy' }, CHUNK);
    await harness.render(1, 0, CHUNK);
    const clusters = harness.events('cluster').map(({ cluster }) => cluster);
    for (const { frameCount, stageGainsDb } of clusters) {
      expect(stageGainsDb).toHaveLength((frameCount / 960) * STAGES.length);
    }
    const used = STAGES.filter((_, stage) =>
      clusters.some(({ stageGainsDb }) =>
        stageGainsDb.some((gainDb, index) => index % STAGES.length === stage && gainDb !== 0),
      ),
    );
    expect(used.length).toBeGreaterThan(0);
  });
});
