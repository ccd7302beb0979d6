import { describe, expect, it } from '@jest/globals';
import type { Cluster, Rank } from '../../../web/src/engine/engine-protocol';
import { TrackRenderer } from '../../../web/src/player/track-renderer';
import type { PlayerError } from '../../../web/src/shared/errors';
import type { ChunkIndex, Frames } from '../../../web/src/shared/units';
import { ADAPTIVE } from '../../support/player-world';
import { createStage, type Stage, type StageOptions } from '../../support/track-stage';

const chunk = (index: number): ChunkIndex => index as ChunkIndex;

const create = ({ client }: Stage, firstChunk = 0, rank: Rank = 'heard') => {
  const clusters: Cluster[] = [];
  const told: string[] = [];
  const failures: PlayerError[] = [];
  const renderer = new TrackRenderer({
    engine: client,
    url: '/a',
    settings: ADAPTIVE,
    profile: null,
    firstPlan: 'quick',
    firstChunk: chunk(firstChunk),
    rank,
    listeners: {
      onOpened: ({ frameCount }) => told.push(`opened ${frameCount}`),
      onCluster: (cluster) => clusters.push(cluster),
      onChunkDone: (index, ended) => told.push(`done ${index}${ended ? ' at the end' : ''}`),
      onPlan: (_plan, isProvisional) => told.push(isProvisional ? 'provisional' : 'plan'),
      onMeasured: () => told.push('measured'),
      onNoticed: (warnings) => told.push(warnings.join()),
      onTruncated: (frameCount) => told.push(`truncated ${frameCount}`),
      onNetwork: (attempt, message) => told.push(`${attempt} ${message}`),
      onFailed: (error) => failures.push(error),
    },
  });
  const starts = (): number[] => clusters.map(({ start }) => start / 24_000);
  return { renderer, clusters, told, failures, starts };
};

const setUp = async (options: StageOptions = {}) => {
  const stage = await createStage(options);
  return { ...stage, ...create(stage) };
};

describe('TrackRenderer', () => {
  it('opens the track with its first chunk in one command', async () => {
    const { clock, engine, told, starts, renderer } = await setUp();
    expect(renderer.renderingChunk).toBe(0);
    await clock.advance(100);
    expect(told).toEqual(['opened 984000', 'done 0']);
    expect(starts()).toEqual([0, 1, 2, 3]);
    expect(renderer.renderingChunk).toBeNull();
    expect(engine.commands.map(({ type }) => type)).toEqual(['open']);
  });

  it('renders one chunk at a time, and asks for no other meanwhile', async () => {
    const { clock, engine, told, starts, renderer } = await setUp();
    renderer.render(chunk(3));
    await clock.advance(100);
    renderer.render(chunk(5));
    renderer.render(chunk(6));
    expect(renderer.renderingChunk).toBe(5);
    await clock.advance(100);
    expect(engine.commandsOf('render').map(({ chunk: index }) => index)).toEqual([5]);
    expect(starts().slice(4)).toEqual([20, 21, 22, 23]);
    expect(told.at(-1)).toBe('done 5');
  });

  it('drops what was in the works for another place', async () => {
    const { clock, told, starts, renderer } = await setUp({ clusterMs: () => 50 });
    await clock.advance(70);
    expect(starts()).toEqual([0]);
    renderer.supersede();
    expect(renderer.renderingChunk).toBeNull();
    renderer.render(chunk(4));
    await clock.advance(400);
    expect(starts()).toEqual([0, 16, 17, 18, 19]);
    expect(told).toEqual(['opened 984000', 'done 4']);
  });

  it('hands on no sound of older settings, though it comes', async () => {
    const { clock, engine, clusters, renderer } = await setUp({ latencyMs: () => 30 });
    await clock.advance(75);
    const before = clusters.length;
    const warm = { ...ADAPTIVE, preset: 'warm' as const };
    renderer.configure(warm);
    await clock.advance(400);
    expect(clusters).toHaveLength(before);
    expect(engine.commandsOf('configure')).toMatchObject([{ epoch: 1, settings: warm }]);
    renderer.render(chunk(0));
    await clock.advance(400);
    expect(clusters).toHaveLength(before + 4);
  });

  it('tells that a chunk lies behind the end', async () => {
    const { clock, told, renderer } = await setUp();
    await clock.advance(100);
    renderer.render(chunk(11));
    await clock.advance(100);
    expect(told.at(-1)).toBe('done 11 at the end');
  });

  it('tells it of the chunk that came with opening, too, when the file ends before', async () => {
    const stage = await createStage();
    const { told, renderer } = create(stage, 30);
    expect(renderer.renderingChunk).toBe(30);
    await stage.clock.advance(50);
    expect(told).toEqual(['opened 984000', 'truncated 984000', 'done 30 at the end']);
    expect(renderer.renderingChunk).toBeNull();
  });

  it('gives up on a browser that does not keep what it is given', async () => {
    const { clock, failures, renderer } = await setUp();
    await clock.advance(100);
    for (let count = 0; count < 4; count += 1) {
      renderer.render(chunk(1));
      await clock.advance(100);
    }
    expect(failures).toEqual([]);
    renderer.render(chunk(1));
    expect(failures).toMatchObject([{ code: 'internal' }]);
  });

  it('asks again as often after a change, another chunk, or when there is room again', async () => {
    const { clock, failures, renderer } = await setUp();
    await clock.advance(100);
    const again: (() => void)[] = [
      () => renderer.supersede(),
      () => renderer.forgetRepeats(),
      () => undefined,
      () => undefined,
    ];
    for (const [index, act] of again.entries()) {
      for (let count = 0; count < 4; count += 1) {
        renderer.render(chunk(index === 3 ? 2 : 1));
        await clock.advance(100);
      }
      act();
    }
    expect(failures).toEqual([]);
  });

  it('tells its rank when it is another one', async () => {
    const { clock, engine, renderer } = await setUp();
    renderer.setRank('heard');
    renderer.setRank('next');
    renderer.setRank('next');
    await clock.advance(50);
    expect(engine.commandsOf('rank').map(({ rank }) => rank)).toEqual(['next']);
  });

  it('goes on behind another track, which is told by its session', async () => {
    const stage = await createStage();
    const first = create(stage).renderer;
    const second = create(stage, 0, 'next').renderer;
    await stage.clock.advance(100);
    const carried = second.carryFrom(first);
    await stage.clock.advance(50);
    // 20.5 s less the look-ahead are 1,024 packets and 312 + 648 frames.
    await expect(carried).resolves.toEqual({ packetCount: 1024, frameCount: 960 });
    expect(stage.engine.commandsOf('carry')).toMatchObject([{ session: 2, from: 1, epoch: 1 }]);
  });

  it('has a provisional plan measured, and lets the final one take over in a new epoch', async () => {
    const { clock, engine, told, renderer } = await setUp({ isSlowLink: true });
    await clock.advance(100);
    renderer.measure();
    await clock.advance(300);
    expect(told.at(-1)).toBe('measured');
    renderer.takeOver(48_000 as Frames);
    await clock.advance(50);
    expect(engine.commandsOf('takeOver')).toMatchObject([{ epoch: 1, fromFrame: 48_000 }]);
    expect(told.at(-1)).toBe('plan');
  });

  it('tells what the worker notices, and of the network', async () => {
    const { clock, engine, told } = await setUp();
    await clock.advance(100);
    engine.tell({ event: 'noticed', session: 1, warnings: ['damaged_frames'] as never });
    engine.tell({ event: 'network', session: 1, attempt: 2, message: 'gone' });
    await clock.advance(10);
    expect(told.slice(-2)).toEqual(['damaged_frames', '2 gone']);
  });

  it.each(['open', 'render', 'configure'] as const)('fails when %s is refused', async (type) => {
    const { clock, engine, failures, renderer } = await setUp();
    if (type !== 'open') await clock.advance(100);
    engine.refuse = { type, code: 'corrupt', message: 'in the test' };
    if (type === 'render') renderer.render(chunk(1));
    if (type === 'configure') renderer.configure(ADAPTIVE);
    await clock.advance(50);
    expect(failures).toMatchObject([{ code: 'corrupt', message: 'in the test' }]);
    expect(renderer.renderingChunk).toBe(type === 'open' ? 0 : null);
  });

  it('fails when the worker crashes', async () => {
    const { clock, engine, failures } = await setUp();
    await clock.advance(15);
    engine.crash('out of memory');
    await clock.advance(50);
    expect(failures[0]).toMatchObject({ code: 'internal' });
  });

  it('is silent once it is closed, and closes its session once', async () => {
    const { clock, engine, told, clusters, failures, renderer } = await setUp();
    renderer.close();
    renderer.close();
    renderer.render(chunk(1));
    renderer.setRank('next');
    renderer.measure();
    await clock.advance(100);
    expect(engine.commands.map(({ type }) => type)).toEqual(['open', 'close']);
    expect([told, clusters, failures]).toEqual([[], [], []]);
  });
});
