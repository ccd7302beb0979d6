/** EngineHost on slow links: few probes first, the rest beside, and the final plan's take-over. */
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EngineModule } from '../../../wasm-bindings/engine-module';
import type { Command } from '../../../web/src/engine/engine-protocol';
import { START_ONLY } from '../../../web/src/engine/probe-budget';
import { LinkMeter } from '../../../web/src/net/link-meter';
import { RangeSource } from '../../../web/src/net/range-source';
import type { Frames } from '../../../web/src/shared/units';
import { stereoSamples, wavFile } from '../../support/audio-files';
import { ADAPTIVE, HostHarness } from '../../support/host-harness';
import { MemorySource } from '../../support/memory-source';
import { loadRealEngine } from '../../support/real-engine';
import {
  cluster,
  ScriptedEngine,
  TRACK_READY,
  WHOLE_PLAN_PROBES,
  type Script,
} from '../../support/scripted-engine';
import { SlowLink, type LinkShape } from '../../support/slow-link';
import { VirtualClock } from '../../support/virtual-clock';

// Generous, for a machine that builds at the same time; nothing here waits on purpose.
jest.setTimeout(120_000);

type OpenCommand = Extract<Command, { readonly type: 'open' }>;

/** A link of which so much is known. */
const knownLink = (latencyMs: number, bytesPerSecond: number): LinkMeter => {
  const clock = new VirtualClock();
  const link = new LinkMeter(clock);
  const metered = link.begin();
  clock.advance(latencyMs);
  metered.answered();
  metered.received(0);
  clock.advance(1000);
  metered.received(bytesPerSecond);
  metered.ended();
  return link;
};

describe('The budget of a session', () => {
  const logOf = async (link: LinkMeter | null, more: Partial<OpenCommand> = {}) => {
    const engine = new ScriptedEngine(() => (count, chunk) => {
      if (count === 0) return TRACK_READY;
      return chunk === null ? { type: 'idle' } : cluster(chunk);
    });
    const harness = new HostHarness(
      () => Promise.resolve(engine),
      () => new MemorySource(new Uint8Array(1_920_000)),
      () => link,
    );
    await harness.open(1, 'track', ADAPTIVE, 0, more);
    await harness.render(1, 0, 0);
    await harness.call({ type: 'close', session: 1 });
    return engine.logs[0]?.filter((entry) => entry.startsWith('budget'));
  };

  it('follows what is known of the link', async () => {
    // 0.3 s less 50 ms at 1 MB/s; a probe of the script's track takes 45 KiB and 4 more.
    expect(await logOf(knownLink(50, 1_000_000))).toEqual(['budget 4']);
    expect(await logOf(knownLink(300, 50_000))).toEqual([`budget ${START_ONLY}`]);
  });

  it('is set only where probes come before the first chunk', async () => {
    const slow = knownLink(300, 50_000);
    expect(await logOf(null)).toEqual([]);
    expect(await logOf(slow, { profile: '{}' })).toEqual([]);
    expect(await logOf(slow, { probes: 'all' })).toEqual([]);
    expect(await logOf(slow, { purpose: 'measure' })).toEqual([]);
  });

  it('waits a moment for an unknown link, and a seek ends the waiting', async () => {
    const clock = new VirtualClock();
    const log = async (seek: boolean) => {
      const engine = new ScriptedEngine(() => (count, chunk) => {
        if (count === 0) return TRACK_READY;
        return chunk === null ? { type: 'idle' } : cluster(chunk);
      });
      const link = new LinkMeter(clock);
      const harness = new HostHarness(
        () => Promise.resolve(engine),
        () => new MemorySource(new Uint8Array(1_920_000)),
        () => link,
      );
      await harness.open(1, 'track');
      const metered = link.begin();
      const rendered = harness.render(1, seek ? 1 : 0, seek ? 3 : 0);
      if (!seek) {
        metered.answered();
        clock.advance(50);
        metered.received(100);
        metered.received(1_000_000);
        clock.advance(10);
        metered.ended();
      }
      await rendered;
      await harness.call({ type: 'close', session: 1 });
      return engine.logs[0]?.filter((entry) => /budget|wish/u.test(entry));
    };
    expect(await log(true)).toEqual(['wish 0', `budget ${START_ONLY}`, 'wish 3']);
    const whole = `budget ${WHOLE_PLAN_PROBES}`;
    expect(await log(false)).toEqual(['wish 0', `budget ${START_ONLY}`, whole]);
  });

  it('of a fast link is what the first plan needs where somebody waits, else all', async () => {
    const fast = knownLink(1, 100_000_000);
    const whole = [`budget ${WHOLE_PLAN_PROBES}`];
    expect(await logOf(fast)).toEqual(whole);
    expect(await logOf(fast, { rank: 'hint', probes: 'few' })).toEqual(whole);
    for (const rank of ['next', 'hint'] as const) {
      const [entry] = (await logOf(fast, { rank })) ?? [];
      expect(Number(entry?.split(' ')[1])).toBeGreaterThan(48);
    }
  });
});

describe('The rest of the probes', () => {
  const PLAN = {
    type: 'planReady',
    provisional: true,
    planKey: '0'.repeat(16),
    profile: 'little',
  } as const;
  const NEED = { begin: 1000, end: 2000 };

  /** Has a provisional plan, and asks for bytes whenever nothing is wished for. */
  const makeScript = (): Script => {
    let served = 0;
    return (count, chunk, log) => {
      const wishes = log.filter((entry) => entry.startsWith('wish')).length;
      const step = stepOf(count, served < wishes ? chunk : null, log);
      if (step.type === 'clusterReady') served = wishes;
      return step;
    };
  };
  const stepOf: Script = (count, chunk, log) => {
    if (count === 0) return TRACK_READY;
    if (count === 1) {
      return {
        ...PLAN,
        loudnessLufs: -20,
        truePeakDbtp: -1,
        targetLufs: -14,
        expectedLufs: -20,
        gainDb: 0,
        trimDb: 0,
        shortfallLu: 0,
        limitedBy: 'none',
        limiterReductionDb: 0,
        restrained: false,
        toneMidDb: new Float64Array(29),
        toneSideDb: new Float64Array(29),
      };
    }
    if (chunk !== null) return cluster(chunk);
    if (!log.includes('measure the rest')) return { type: 'idle' };
    const begun = log.filter((entry) => entry === 'beside').length;
    if (begun < 2) {
      log.push('beside');
      return { type: 'needBytesBeside', ranges: [{ ...NEED, end: NEED.end + begun }] };
    }
    return { type: 'profileReady' };
  };

  const stage = () => {
    const engine = new ScriptedEngine(makeScript);
    const held: (() => void)[] = [];
    const source = new MemorySource(new Uint8Array(10_000), {
      before: () => new Promise((resolve) => held.push(resolve)),
    });
    const harness = new HostHarness(
      () => Promise.resolve(engine),
      () => source,
    );
    const release = (): void => {
      for (const go of held.splice(0)) go();
    };
    return { engine, source, harness, release };
  };

  it('is measured beside, and stands in nobody’s way', async () => {
    const { harness, source, release } = stage();
    await harness.open(1, 'track');
    expect(await harness.render(1, 0, 0)).toMatchObject({ ok: true });
    expect(harness.events('plan')).toMatchObject([{ provisional: true, plan: { profile: '' } }]);
    expect(source.ranges).toEqual([]);
    expect(await harness.call({ type: 'measure', session: 1 })).toMatchObject({ ok: true });
    await turns();
    expect(source.ranges).toEqual([NEED]);
    expect(await harness.render(1, 0, 1)).toMatchObject({ ok: true, result: { ended: false } });
    expect(harness.events('measured')).toEqual([]);
    release();
    await turns();
    release();
    await harness.until(() => harness.events('measured').length > 0);
    expect(harness.events('failed')).toEqual([]);
  });

  it('gives way to a seek, and goes on behind it', async () => {
    const { harness, source, release } = stage();
    await harness.open(1, 'track');
    await harness.render(1, 0, 0);
    await harness.call({ type: 'measure', session: 1 });
    await turns();
    const seek = harness.render(1, 1, 3);
    expect(await seek).toMatchObject({ ok: true, result: { superseded: false } });
    release();
    await turns();
    expect(source.abortedCount).toBe(1);
    release();
    await harness.until(() => harness.events('measured').length > 0);
  });

  it('is needed before the final plan can take over', async () => {
    const { engine, harness, release } = stage();
    await harness.open(1, 'track');
    await harness.render(1, 0, 0);
    const takeOver = (epoch: number, fromFrame: number | null) =>
      harness.call({ type: 'takeOver', session: 1, epoch, fromFrame: fromFrame as Frames | null });
    expect(await takeOver(1, 960)).toMatchObject({ ok: false, code: 'internal' });
    await harness.call({ type: 'measure', session: 1 });
    await turns();
    release();
    await turns();
    release();
    await harness.until(() => harness.events('measured').length > 0);
    await harness.render(1, 3, 0);
    expect(await takeOver(2, 960)).toMatchObject({ ok: true });
    expect(engine.logs[0]).not.toContain('take over from 960');
    expect(await takeOver(3, 1920)).toMatchObject({ ok: true });
    expect(await takeOver(4, null)).toMatchObject({ ok: true });
    expect(engine.logs[0]?.filter((entry) => entry.startsWith('take'))).toEqual([
      'take over from 1920',
    ]);
  });

  const turns = async (): Promise<void> => {
    for (let count = 0; count < 20; count += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
});

describe('The engine as it ships, behind a slow link', () => {
  const RATE_HZ = 44_100;
  const FILE = wavFile(stereoSamples(60 * RATE_HZ, RATE_HZ, 5), RATE_HZ);
  const SLOW: LinkShape = { latencyMs: 100, bytesPerSecond: 250_000 };
  let module: EngineModule;
  let closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    module = await loadRealEngine();
  });
  afterEach(async () => {
    for (const close of closing) await close();
    closing = [];
  });

  const stage = (shape: LinkShape) => {
    const clock = new VirtualClock();
    const link = new LinkMeter(clock);
    const lists = { answered: true };
    const slow: SlowLink = new SlowLink(FILE, shape, clock, () => harness.turnCount);
    const harness: HostHarness = new HostHarness(
      () => Promise.resolve(module),
      (url, onNetwork) =>
        new RangeSource({
          url: `https://music.example/${url}`,
          fetch: slow.fetch,
          clock,
          random: () => 0.5,
          lists,
          link,
          onNetwork,
        }),
      () => link,
    );
    closing.push(() => harness.call({ type: 'close', session: 1 }));
    const done = async <T>(promise: Promise<T>): Promise<T> => {
      let isDone = false;
      void promise.finally(() => (isDone = true));
      await slow.until(() => isDone);
      return promise;
    };
    return { clock, harness, slow, done };
  };

  it('sounds before it has measured, and ends up where measuring first would', async () => {
    const { clock, harness, slow, done } = stage(SLOW);
    const opened = harness.open(1, 'track');
    await slow.until(() => harness.events('cluster').length > 0);
    const firstSoundMs = clock.nowMs();
    const firstBytes = slow.sentBytes;
    await done(opened);
    await done(harness.render(1, 0, 0));
    expect(harness.events('plan')).toMatchObject([{ provisional: true }]);
    await done(harness.call({ type: 'measure', session: 1 }));
    await slow.until(() => harness.events('measured').length > 0);
    const fromFrame = 96_000 as Frames;
    await done(harness.call({ type: 'takeOver', session: 1, epoch: 1, fromFrame }));
    for (const chunk of [1, 25]) await done(harness.render(1, 1, chunk));
    const plan = harness.events('plan').at(-1);
    expect(plan?.provisional).toBe(false);

    const first = stage(SLOW);
    const openedFirst = first.harness.open(1, 'track', ADAPTIVE, 0, { probes: 'all' });
    await first.slow.until(() => first.harness.events('cluster').length > 0);
    expect(firstSoundMs).toBeLessThan(first.clock.nowMs() / 3);
    expect(firstBytes).toBeLessThan(first.slow.sentBytes / 3);
    await first.done(openedFirst);
    expect(first.harness.events('plan')[0]?.plan).toEqual(plan?.plan);
    for (const chunk of [1, 25]) await first.done(first.harness.render(1, 0, chunk));
    const chunkOf = ({ chunkBytes }: HostHarness, epoch: number, chunk: number) =>
      chunkBytes.call(epoch === 1 ? harness : first.harness, 1, epoch, chunk);
    expect(chunkOf(harness, 1, 25).length).toBeGreaterThan(10_000);
    expect(chunkOf(harness, 1, 25).equals(chunkOf(first.harness, 0, 25))).toBe(true);
    expect(chunkOf(harness, 1, 1).equals(chunkOf(first.harness, 0, 1))).toBe(false);
  });

  const FAST: LinkShape = { latencyMs: 1, bytesPerSecond: 50_000_000 };

  it('measures a few places on a fast link, and all stages are there', async () => {
    const { harness, slow } = stage(FAST);
    void harness.open(1, 'track');
    await slow.until(() => harness.events('cluster').length > 0);
    const probes = slow.requests.filter((spans) => spans.length > 1).flat();
    expect(probes.length).toBeGreaterThan(10);
    expect(probes.length).toBeLessThan(16);
    expect(harness.events('plan')).toMatchObject([{ provisional: true }]);

    const careful = stage(SLOW);
    void careful.harness.open(1, 'track');
    await careful.slow.until(() => careful.harness.events('cluster').length > 0);
    const tone = ({ harness: of }: typeof careful): number =>
      Math.max(...(of.events('plan')[0]?.plan.toneDb ?? []).map(Math.abs));
    expect(tone(careful)).toBe(0);
    expect(Math.max(...(harness.events('plan')[0]?.plan.toneDb ?? []).map(Math.abs))).not.toBe(0);
  });

  it('measures all at once what is played later', async () => {
    const { harness, slow } = stage(FAST);
    void harness.open(1, 'track', ADAPTIVE, 0, { rank: 'next' });
    await slow.until(() => harness.events('cluster').length > 0);
    expect(harness.events('plan')).toMatchObject([{ provisional: false }]);
  });
});
