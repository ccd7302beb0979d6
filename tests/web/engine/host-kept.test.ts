/**
 * EngineHost with a store: what was rendered once is handed out again, bit by bit, without the
 * engine and without the file. The engine is the one that ships, the store a real one in memory.
 */
import { describe, expect, it, jest } from '@jest/globals';
import type { EnhancementSettings } from '../../../web/src/engine/engine-protocol';
import { LinkMeter } from '../../../web/src/net/link-meter';
import { PlayerError } from '../../../web/src/shared/errors';
import type { Frames } from '../../../web/src/shared/units';
import { stereoSamples, wavFile } from '../../support/audio-files';
import { ADAPTIVE } from '../../support/host-harness';
import type { KeptStage } from '../../support/kept-stage';
import { keptStages, type StageOptions } from '../../support/kept-stages';
import { VirtualClock } from '../../support/virtual-clock';

jest.setTimeout(240_000);

const RATE_HZ = 48_000;
const CHUNK_COUNT = 12;
/** The last chunk is short. */
const FRAMES = 96_000 * (CHUNK_COUNT - 1) + 30_001;
const FILE = wavFile(stereoSamples(FRAMES, RATE_HZ, 5), RATE_HZ);
const OTHER_FILE = wavFile(stereoSamples(FRAMES, RATE_HZ, 6), RATE_HZ);
const WARM: EnhancementSettings = { ...ADAPTIVE, preset: 'warm' };
const ALL = Array.from({ length: CHUNK_COUNT }, (_, chunk) => chunk);

const setStage = keptStages({ file: FILE });

/** One that has neither an engine nor a file. */
const setStoreOnly = (options: StageOptions = {}): KeptStage =>
  setStage({ loadModule: () => Promise.reject(new Error('no engine')), file: null, ...options });

describe('What was played before', () => {
  it('is handed out again without the engine and the file, bit by bit', async () => {
    const first = setStage();
    const opened = await first.open();
    await first.play(ALL);
    await first.kept(CHUNK_COUNT);
    const again = setStoreOnly();
    expect(await again.open()).toEqual(opened);
    await again.play(ALL);
    expect(again.clusters()).toEqual(first.clusters());
    expect(again.clusters()).toHaveLength(4 * (CHUNK_COUNT - 1) + 2);
    expect(again.clusters()[0]).toMatchObject({ lead: expect.stringMatching(/^\d{4,} bytes/u) });
    expect(again.harness.events('plan')).toEqual(first.harness.events('plan'));
    expect(again.openedSources).toBe(0);
    expect(again.checkCount).toBe(1);
  });

  it('begins anywhere', async () => {
    const first = setStage();
    await first.open();
    await first.play(ALL);
    await first.kept(CHUNK_COUNT);
    const again = setStoreOnly();
    await again.open(ADAPTIVE, 7);
    await again.play([7]);
    await again.play([3, 4], 1);
    await again.play([11], 2);
    for (const chunk of [7, 3, 4, 11]) {
      expect(again.clusters(chunk)).toEqual(first.clusters(chunk));
    }
  });

  it('goes on without a seam where only a part is kept, and the engine is open before', async () => {
    const reference = setStage({ isKeeping: false });
    await reference.open();
    await reference.play(ALL);
    const first = setStage();
    await first.open();
    await first.play([0, 1, 2, 3, 4, 5, 8]);
    await first.kept(7);
    const again = setStage();
    await again.open();
    await again.play([0]);
    expect(again.openedSources).toBe(0);
    await again.play([1, 2]);
    expect(again.openedSources).toBe(1);
    await again.play(ALL.slice(3));
    expect(again.clusters()).toEqual(reference.clusters());
    expect(again.openedSources).toBe(1);
    // What was not there before is now.
    await again.kept(CHUNK_COUNT);
    const last = setStoreOnly();
    await last.open();
    await last.play(ALL);
    expect(last.clusters()).toEqual(reference.clusters());
  });

  it('does not open the engine ahead for a track that nobody listens to', async () => {
    const first = setStage();
    await first.open();
    await first.play([0]);
    await first.kept(1);
    const again = setStage();
    await again.open(ADAPTIVE, 0, { rank: 'next' });
    await again.play([0]);
    expect(again.openedSources).toBe(0);
    await again.harness.call({ type: 'rank', session: 1, rank: 'heard' });
    expect(again.openedSources).toBe(1);
  });

  it('is there for every preset that was heard, and for the original', async () => {
    const ORIGINAL = { ...WARM, enhanced: false };
    const first = setStage();
    await first.open();
    await first.play([0, 1]);
    await first.configure(1, WARM);
    await first.play([1, 2], 1);
    await first.configure(2, ORIGINAL);
    await first.play([1], 2);
    await first.kept(5);
    const again = setStoreOnly();
    await again.open();
    await again.play([0, 1]);
    await again.configure(1, { ...WARM, intensity: 0.999 });
    await again.play([1, 2], 1);
    await again.configure(2, ORIGINAL);
    await again.play([1], 2);
    await again.configure(3, ADAPTIVE);
    await again.play([1], 3);
    expect(again.clusters(1, 3)).toEqual(again.clusters(1, 0));
    for (const [chunk, epoch] of [
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 1],
      [1, 2],
    ] as const) {
      expect(again.clusters(chunk, epoch)).toEqual(first.clusters(chunk, epoch));
    }
    const [adaptive, warm, original] = first.harness.events('plan');
    expect(original).not.toEqual(warm);
    expect(again.harness.events('plan')).toEqual([adaptive, warm, original, adaptive]);
  });

  it('is there at once in the visit in which it was rendered', async () => {
    const stage = setStage();
    await stage.open();
    await stage.play([0, 1]);
    await stage.configure(1, WARM);
    await stage.play([1], 1);
    await stage.kept(3);
    const ranges = stage.source?.ranges.length;
    const turns = stage.harness.turnCount;
    await stage.configure(2, ADAPTIVE);
    await stage.play([1, 0], 2);
    expect(stage.clusters(1, 2)).toEqual(stage.clusters(1, 0));
    expect(stage.clusters(0, 2)).toEqual(stage.clusters(0, 0));
    expect(stage.source?.ranges.length).toBe(ranges);
    expect(stage.harness.turnCount).toBe(turns);
  });

  it('tells an album’s loudness without the engine', async () => {
    const first = setStage();
    await first.open(ADAPTIVE, 0, { purpose: 'measure', rank: 'measuring' });
    await first.harness.render(1, 0, 0);
    await first.kept(0);
    const again = setStoreOnly();
    await again.open(ADAPTIVE, 0, { purpose: 'measure', rank: 'measuring' });
    await again.harness.render(1, 0, 0);
    expect(again.harness.events('plan')).toEqual(first.harness.events('plan'));
    expect(first.harness.events('plan')).toHaveLength(1);
  });

  it('is not taken from another build of the engine', async () => {
    const first = setStage();
    await first.open();
    await first.play([0]);
    await first.kept(1);
    const other = setStage({ engineBuild: 'another' });
    await other.open();
    await other.play([0]);
    expect(other.openedSources).toBe(1);
    await other.kept(1);
    expect(await other.keptChunks()).toEqual([expect.stringMatching(/^another /)]);
  });

  it('is not kept where the server tells nothing that would notice a change', async () => {
    const stage = setStage({ etag: null });
    await stage.open();
    await stage.play([0, 1]);
    await stage.settled();
    expect(stage.keeper.calls.filter((call) => call.startsWith('write'))).toEqual([]);
  });

  it('lets the engine begin where the store takes its time', async () => {
    const first = setStage();
    await first.open();
    await first.play([0]);
    await first.kept(1);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const again = setStage({ haste: 1 });
    again.keeper.fault = { before: (call) => (call === 'readTrack' ? held : undefined) };
    await again.open();
    await again.play([0]);
    expect(again.clusters()).toEqual(first.clusters());
    release();
  });

  describe('and is found late', () => {
    const keepTwo = async (): Promise<KeptStage> => {
      const first = setStage();
      await first.open();
      await first.play([0, 1]);
      await first.configure(1, WARM);
      await first.play([1], 1);
      await first.kept(3);
      return first;
    };
    /** One whose engine begins before release(). */
    const setLate = (options: StageOptions) => {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      // As patient as in the browser.
      const late = setStage({ haste: 1, ...options });
      late.keeper.fault = { before: (call) => (call === 'readTrack' ? held : undefined) };
      return { late, release };
    };

    it('is handed out where the server has not answered the engine by then', async () => {
      const first = await keepTwo();
      const { late, release } = setLate({ holdsFile: true });
      const opening = late.open();
      while (late.openedSources === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      release();
      await opening;
      await late.play([0]);
      expect(late.clusters()).toEqual(first.clusters(0));
      expect(late.checkCount).toBe(1);
    });

    it('is joined with what the engine has made by then', async () => {
      const first = await keepTwo();
      const { late, release } = setLate({});
      await late.open();
      await late.play([0]);
      release();
      await late.settled();
      const turns = late.harness.turnCount;
      await late.play([1]);
      await late.configure(1, WARM);
      await late.play([1], 1);
      expect(late.harness.turnCount).toBe(turns);
      expect(late.clusters()).toEqual(first.clusters());
      await late.settled();
      const again = setStoreOnly();
      await again.open(WARM, 1);
      await again.play([1]);
      expect(again.clusters(1)).toEqual(first.clusters(1, 1));
    });
  });
});

describe('A provisional plan', () => {
  // Longer, so that not all probes fit into its start.
  const file = wavFile(stereoSamples(40 * RATE_HZ, RATE_HZ, 9), RATE_HZ);

  const playProvisional = async (): Promise<KeptStage> => {
    const clock = new VirtualClock();
    const link = new LinkMeter(clock);
    const metered = link.begin();
    clock.advance(300);
    metered.answered();
    metered.received(0);
    clock.advance(1000);
    metered.received(20_000);
    metered.ended();
    const slow = setStage({ file, link });
    await slow.open();
    await slow.play([0, 1]);
    expect(slow.harness.events('plan')).toMatchObject([{ provisional: true }]);
    return slow;
  };

  it('whose measuring fails is told to the page, which waits for it', async () => {
    const slow = await playProvisional();
    if (slow.source === null) throw new Error('nothing was opened');
    slow.source.read = () => Promise.reject(new PlayerError('gone', 'it is away'));
    await slow.harness.call({ type: 'measure', session: 1 });
    await slow.harness.until(() => slow.harness.events('failed').length > 0);
    expect(slow.harness.events('failed')).toMatchObject([{ code: 'gone' }]);
  });

  it('leaves nothing behind but what the final plan alone has made', async () => {
    const slow = await playProvisional();
    await slow.harness.call({ type: 'measure', session: 1 });
    await slow.harness.until(() => slow.harness.events('measured').length > 0);
    const fromFrame = 192_000 as Frames;
    await slow.harness.call({ type: 'takeOver', session: 1, epoch: 1, fromFrame });
    await slow.play([1, 2, 17, 18], 1);
    await slow.settled();
    const chunks = (await slow.keptChunks()).map((key) => Number(/\d+$/u.exec(key)?.[0]));
    expect(chunks).toEqual([17, 18]);

    const fresh = setStage({ file, isKeeping: false });
    await fresh.open();
    await fresh.play([0, 1, 2, 17, 18]);
    const again = setStage({ file });
    await again.open();
    await again.play([0, 1, 2, 17, 18]);
    expect(again.clusters()).toEqual(fresh.clusters());
    expect(again.harness.events('plan')).toEqual(fresh.harness.events('plan'));
    // Measured once.
    const bytesOf = (stage: KeptStage) => stage.source?.stats().fetchedBytes ?? 0;
    expect(bytesOf(again)).toBeLessThan(bytesOf(fresh));
  });
});

describe('A file that was replaced', () => {
  const keepAll = async (): Promise<KeptStage> => {
    const first = setStage();
    await first.open();
    await first.play(ALL);
    await first.kept(CHUNK_COUNT);
    return first;
  };

  it('is noticed behind the first sound, and opened anew', async () => {
    const old = await keepAll();
    const stage = setStage({ file: OTHER_FILE, etag: '"other"', holdsCheck: true });
    await stage.open();
    await stage.play([0, 1]);
    expect(stage.clusters(0)).toEqual(old.clusters(0));
    stage.releaseCheck();
    await stage.harness.until(() => stage.harness.events('replaced').length > 0);
    const before = stage.clusters().length;
    expect(await stage.harness.render(1, 0, 2)).toMatchObject({ ok: false });
    expect(stage.clusters()).toHaveLength(before);
    await stage.harness.call({ type: 'close', session: 1 });

    const reference = setStage({ file: OTHER_FILE, isKeeping: false });
    await reference.open();
    await reference.play([2, 3]);
    // The page still has the old profile.
    const profile = stage.harness.events('plan')[0]?.plan.profile ?? null;
    stage.harness.messages.splice(0);
    await stage.open(ADAPTIVE, 2, { profile });
    await stage.play([2, 3]);
    expect(stage.clusters(3)).toEqual(reference.clusters(3));
    expect(stage.harness.events('replaced')).toEqual([]);
    await stage.kept(2);
    expect(await stage.keptChunks()).toHaveLength(2);
  });

  it('is never played from its old record when the engine is asked first', async () => {
    await keepAll();
    const reference = setStage({ file: OTHER_FILE, isKeeping: false });
    const opened = await reference.open(WARM);
    await reference.play(ALL.slice(0, 3));
    const stage = setStage({ file: OTHER_FILE, etag: '"other"' });
    // Nothing is kept of this preset.
    expect(await stage.open(WARM)).toEqual(opened);
    await stage.play(ALL.slice(0, 3));
    expect(stage.clusters()).toEqual(reference.clusters());
    expect(stage.harness.events('replaced')).toEqual([]);
    await stage.settled();
    expect((await stage.keptChunks()).every((key) => key.includes('other'))).toBe(true);
  });

  it('cannot be told from one of which the server tells nothing any more', async () => {
    await keepAll();
    const reference = setStage({ file: OTHER_FILE, isKeeping: false });
    await reference.open(WARM);
    await reference.play([0, 1]);
    const stage = setStage({ file: OTHER_FILE, etag: null });
    await stage.open(WARM);
    await stage.play([0, 1]);
    expect(stage.openedSources).toBe(2);
    expect(stage.clusters()).toEqual(reference.clusters());
    expect(stage.harness.events('replaced')).toEqual([]);
    await stage.settled();
    expect(await stage.keptChunks()).toEqual([]);
  });

  it('is noticed where kept sound runs out', async () => {
    const first = setStage();
    await first.open();
    await first.play([0, 1]);
    await first.kept(2);
    // The check hangs.
    const stage = setStage({ file: OTHER_FILE, etag: '"other"', holdsCheck: true });
    await stage.open();
    await stage.harness.until(() => stage.harness.events('replaced').length > 0);
    expect(await stage.harness.render(1, 0, 2)).toMatchObject({ ok: false });
    expect(stage.clusters(2)).toEqual([]);
    expect(stage.harness.events('failed')).toEqual([]);
  });

  it('is measured anew, and its old loudness is not told', async () => {
    const MEASURE = { purpose: 'measure', rank: 'measuring' } as const;
    const measured = async (options: StageOptions) => {
      const stage = setStage(options);
      await stage.open(ADAPTIVE, 0, MEASURE);
      await stage.harness.render(1, 0, 0);
      await stage.settled();
      return stage.harness.events('plan');
    };
    const old = await measured({});
    const expected = await measured({ file: OTHER_FILE, isKeeping: false });
    expect(await measured({ file: OTHER_FILE, etag: '"other"' })).toEqual(expected);
    expect(expected).not.toEqual(old);
  });

  it('plays on from what is kept where nobody can say', async () => {
    await keepAll();
    const stage = setStoreOnly({ checkFails: true });
    await stage.open();
    await stage.play(ALL);
    expect(stage.harness.events('replaced')).toEqual([]);
    expect(stage.harness.events('failed')).toEqual([]);
  });
});
