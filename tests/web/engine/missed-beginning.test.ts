/**
 * EngineHost with a store: a track that has begun on a provisional plan is kept from its beginning
 * all the same, once there is time. The engine is the one that ships.
 */
import { describe, expect, it, jest } from '@jest/globals';
import type { ByteSource } from '../../../web/src/net/byte-source';
import { LinkMeter } from '../../../web/src/net/link-meter';
import type { Frames } from '../../../web/src/shared/units';
import { stereoSamples, wavFile } from '../../support/audio-files';
import { ADAPTIVE } from '../../support/host-harness';
import type { KeptStage } from '../../support/kept-stage';
import { keptStages, type StageOptions } from '../../support/kept-stages';
import { VirtualClock } from '../../support/virtual-clock';

jest.setTimeout(120_000);

const RATE_HZ = 48_000;
/** So long that not all probes fit into its start; made once and repeated, which is quicker. */
const PASSAGE = stereoSamples(4 * RATE_HZ, RATE_HZ, 9);
const SAMPLES = new Int16Array(10 * PASSAGE.length);
for (let index = 0; index < 10; index += 1) SAMPLES.set(PASSAGE, index * PASSAGE.length);
const FILE = wavFile(SAMPLES, RATE_HZ);
const WARM = { ...ADAPTIVE, preset: 'warm' as const };
/** Behind every fade. */
const LATE = [17, 18];
/** 500 ms are 5 ms. */
const HASTY = 100;

const setStage = keptStages({ file: FILE, lookUpHaste: HASTY });

const slowLink = (): LinkMeter => {
  const clock = new VirtualClock();
  const link = new LinkMeter(clock);
  const metered = link.begin();
  clock.advance(300);
  metered.answered();
  metered.received(0);
  clock.advance(1000);
  metered.received(20_000);
  metered.ended();
  return link;
};

type OpenMore = Parameters<KeptStage['open']>[2];

/** `chunks` come by a provisional plan; then the rest is measured. */
const playProvisional = async (
  options: StageOptions = {},
  more: OpenMore = {},
  chunks: readonly number[] = [0, 1],
) => {
  const stage = setStage({ link: slowLink(), ...options });
  await stage.open(ADAPTIVE, 0, { probes: 'few', ...more });
  await stage.play(chunks);
  expect(stage.harness.events('plan')).toMatchObject([{ provisional: true }]);
  await stage.harness.call({ type: 'measure', session: 1 });
  await stage.harness.until(() => stage.harness.events('measured').length > 0);
  return stage;
};

/** Over chunks 1 and 2, which are rendered anew. */
const takeOver = async (stage: KeptStage): Promise<void> => {
  const fromFrame = 150_000 as Frames;
  await stage.harness.call({ type: 'takeOver', session: 1, epoch: 1, fromFrame });
  await stage.play([1, 2], 1);
};

/** What the stage has opened, and how it reads as long as no test changes that. */
const openedSource = ({ source }: KeptStage) => {
  if (source === null) throw new Error('nothing was opened');
  const read: ByteSource['read'] = source.read.bind(source);
  return { source, read };
};

/** Reads for what is made up for wait until `release`; `begun` resolves when one does. */
const holdBeside = (stage: KeptStage) => {
  const { source, read } = openedSource(stage);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const signals: AbortSignal[] = [];
  source.read = async (...[range, signal, use, manner]: Parameters<typeof read>) => {
    if (manner === 'beside') {
      signals.push(signal);
      await held;
    }
    return read(range, signal, use);
  };
  const begun = async (): Promise<void> => {
    while (signals.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { begun, release, signals };
};

const keptIndices = async (stage: KeptStage): Promise<number[]> =>
  (await stage.keptChunks()).map((key) => Number(/\d+$/u.exec(key)?.[0])).sort((a, b) => a - b);

const untilKept = async (stage: KeptStage, indices: readonly number[]): Promise<void> => {
  while ((await keptIndices(stage)).join() !== indices.join()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Long enough for what is wrongly begun to be kept. */
const waitInVain = async (stage: KeptStage): Promise<void> => {
  const turns = stage.harness.turnCount;
  await new Promise((resolve) => setTimeout(resolve, 100));
  await stage.settled();
  expect(stage.harness.turnCount).toBe(turns);
};

describe('The beginning of a track that began on a provisional plan', () => {
  it('is kept as the final plan makes it, and the page hears nothing of it', async () => {
    const stage = await playProvisional();
    await takeOver(stage);
    await stage.play(LATE, 1);
    const { messages } = stage.harness;
    const messageCount = messages.length;
    // What was never played is not made.
    await untilKept(stage, [0, 1, 2, ...LATE]);
    await waitInVain(stage);
    expect(messages).toHaveLength(messageCount);
    expect(stage.openedSources).toBe(1);

    const fresh = setStage({ isKeeping: false });
    const opened = await fresh.open();
    await fresh.play([0, 1, 2, ...LATE]);
    const again = setStage({ loadModule: () => Promise.reject(new Error('none')), file: null });
    expect(await again.open()).toEqual(opened);
    await again.play([0, 1, 2, ...LATE]);
    expect(again.clusters()).toEqual(fresh.clusters());
    expect(again.clusters()[0]).toMatchObject({ lead: expect.stringMatching(/^\d{4,} bytes/u) });
  });

  it('waits until a chunk of the final plan is kept', async () => {
    const stage = await playProvisional();
    await takeOver(stage);
    await waitInVain(stage);
    expect(await keptIndices(stage)).toEqual([]);
  });

  it('is not fetched for somebody who saves data', async () => {
    const stage = await playProvisional({ savesData: true });
    await takeOver(stage);
    await stage.play(LATE, 1);
    await waitInVain(stage);
    expect(await keptIndices(stage)).toEqual(LATE);
  });

  it('waits until the track is heard', async () => {
    const stage = await playProvisional({}, { rank: 'next' });
    await takeOver(stage);
    await stage.play(LATE, 1);
    await waitInVain(stage);
    expect(await keptIndices(stage)).toEqual(LATE);
    await stage.harness.call({ type: 'rank', session: 1, rank: 'heard' });
    await untilKept(stage, [0, 1, 2, ...LATE]);
  });

  it('gives way to what the page asks for, and comes behind it', async () => {
    const stage = await playProvisional();
    await takeOver(stage);
    await stage.play(LATE, 1);
    const { begun, release } = holdBeside(stage);
    await begun();
    await stage.play([19], 1);
    await stage.settled();
    expect(await keptIndices(stage)).toEqual([...LATE, 19]);
    // A seek gives up what is on its way.
    await stage.play([15], 2);
    release();
    await untilKept(stage, [0, 1, 2, 15, ...LATE, 19]);
  });

  it('is kept to its last chunk where the page asks for something meanwhile', async () => {
    const stage = await playProvisional({}, {}, [0]);
    const fromFrame = 150_000 as Frames;
    await stage.harness.call({ type: 'takeOver', session: 1, epoch: 1, fromFrame });
    await stage.play(LATE, 1);
    const { begun, release } = holdBeside(stage);
    await begun();
    await stage.play([19], 1);
    release();
    await untilKept(stage, [0, ...LATE, 19]);
  });

  it('is given up while the network fails, and comes behind what is asked for next', async () => {
    const stage = await playProvisional();
    await takeOver(stage);
    await stage.play(LATE, 1);
    const { begun, release, signals } = holdBeside(stage);
    await begun();
    stage.onNetwork(1, 'connecting again');
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    const { length } = signals;
    await waitInVain(stage);
    expect(signals).toHaveLength(length);
    release();
    await stage.play([19], 1);
    await untilKept(stage, [0, 1, 2, ...LATE, 19]);
  });

  it('lets the sound behind the fade be handed out again, and that of the fade not', async () => {
    const stage = await playProvisional({ savesData: true });
    await takeOver(stage);
    await stage.play(LATE, 1);
    await untilKept(stage, LATE);
    await stage.settled();
    const { calls } = stage.keeper;
    const readCount = (): number => calls.filter((call) => call === 'readChunk').length;
    expect(readCount()).toBe(0);
    await stage.play(LATE, 2);
    expect(readCount()).toBe(LATE.length);
    for (const chunk of LATE) expect(stage.clusters(chunk, 2)).toEqual(stage.clusters(chunk, 1));
    await stage.play([1, 2], 3);
    expect(readCount()).toBe(LATE.length);
    for (const chunk of [1, 2]) expect(stage.clusters(chunk, 3)).toEqual(stage.clusters(chunk, 1));
  });

  it('ends with the track', async () => {
    const stage = await playProvisional();
    await takeOver(stage);
    await stage.play(LATE, 1);
    const { source, read } = openedSource(stage);
    const signals: AbortSignal[] = [];
    source.read = (range, signal, use) => {
      signals.push(signal);
      return read(range, signal, use);
    };
    while (signals.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await stage.harness.call({ type: 'close', session: 1 });
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    expect(source.closed).toBe(true);
    await waitInVain(stage);
    expect(await keptIndices(stage)).toEqual(LATE);
  });

  it('is left alone where its bytes cannot be had, and the sound goes on', async () => {
    const stage = await playProvisional();
    await takeOver(stage);
    await stage.play(LATE, 1);
    const { source, read } = openedSource(stage);
    let failures = 0;
    source.read = (range, signal, use, manner?: string) => {
      if (manner !== 'beside') return read(range, signal, use);
      failures += 1;
      return Promise.reject(new Error('no bytes'));
    };
    while (failures === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await stage.play([16], 1);
    await waitInVain(stage);
    expect(failures).toBe(1);
    expect(stage.harness.events('failed')).toEqual([]);
    expect(await keptIndices(stage)).toEqual([16, ...LATE]);
  });

  it('has the settings that the track goes on with', async () => {
    const stage = await playProvisional();
    await stage.configure(1, WARM);
    await stage.harness.call({ type: 'takeOver', session: 1, epoch: 2, fromFrame: null });
    await stage.play([1, 2], 2);
    await untilKept(stage, [0, 1, 2]);
    const again = setStage({ loadModule: () => Promise.reject(new Error('none')), file: null });
    await again.open(WARM);
    await again.play([0]);
    const fresh = setStage({ isKeeping: false });
    await fresh.open(WARM);
    await fresh.play([0]);
    expect(again.clusters()).toEqual(fresh.clusters());
  });

  it('is not made of other settings than those that it was missed of', async () => {
    const stage = await playProvisional({ savesData: true });
    await takeOver(stage);
    await stage.play(LATE, 1);
    await stage.configure(2, WARM);
    await stage.play([17], 2);
    await waitInVain(stage);
    expect(await keptIndices(stage)).toEqual([17, 17, 18]);
  });
});
