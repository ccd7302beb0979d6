import { describe, expect, it } from '@jest/globals';
import {
  JOB_COUNT_MAX,
  SourceBufferQueue,
  type TimeRange,
} from '../../../web/src/player/source-buffer-queue';
import { FakeMediaSource, type FakeSourceBuffer } from '../../support/fake-media';
import { encodeCluster, encodeInit } from '../../support/fake-webm';
import { SimClock } from '../../support/sim-clock';

type Setup = {
  readonly clock: SimClock;
  readonly source: FakeMediaSource;
  readonly buffer: FakeSourceBuffer;
  readonly queue: SourceBufferQueue;
};

const setUp = async (evict: (bytes: number) => TimeRange | null = () => null): Promise<Setup> => {
  const clock = new SimClock();
  const source = new FakeMediaSource(clock, () => 5);
  source.attach();
  await clock.advance(10);
  source.duration = 100;
  const media = source.addSourceBuffer('audio/webm;codecs=opus');
  const queue = new SourceBufferQueue(evict);
  queue.attach(media);
  const buffer = source.buffers[0];
  if (!buffer) throw new Error('no buffer');
  return { clock, source, buffer, queue };
};

const OWNER = {};
const OTHER_OWNER = {};

const appendTo = (
  queue: SourceBufferQueue,
  bytes: ArrayBuffer,
  owner: object = OWNER,
): Promise<void> => queue.append(bytes.byteLength, owner, (buffer) => buffer.appendBuffer(bytes));

const cluster = (index: number, byteLength = 1000): ArrayBuffer =>
  encodeCluster({ startSeconds: index / 2, endSeconds: index / 2 + 0.5, tag: index }, byteLength);

describe('SourceBufferQueue', () => {
  it('runs one operation at a time, in order', async () => {
    const { clock, buffer, queue } = await setUp();
    const order: string[] = [];
    const note = (name: string) => () => {
      order.push(name);
    };
    void appendTo(queue, encodeInit()).then(note('init'));
    void appendTo(queue, cluster(0)).then(note('0'));
    void queue.remove({ startSeconds: 0, endSeconds: 0.25 }).then(note('remove'));
    void appendTo(queue, cluster(1)).then(note('1'));
    expect(buffer.log).toEqual(['append']);
    await clock.advance(100);
    expect(order).toEqual(['init', '0', 'remove', '1']);
    expect(buffer.buffered.start(0)).toBeCloseTo(0.25);
    expect(buffer.buffered.end(0)).toBeCloseTo(1);
  });

  it('does not queue for ever what a browser never takes', async () => {
    const queue = new SourceBufferQueue(() => null);
    const outcomes: string[] = [];
    for (let count = 0; count < JOB_COUNT_MAX; count += 1) {
      queue.run('settle', () => undefined).catch(() => outcomes.push('early'));
    }
    await expect(queue.run('settle', () => undefined)).rejects.toMatchObject({ code: 'internal' });
    expect(outcomes).toEqual([]);
    queue.cancelAppends(OWNER);
    queue.dispose();
  });

  it('keeps what is queued before there is a buffer', async () => {
    const clock = new SimClock();
    const source = new FakeMediaSource(clock, () => 5);
    const queue = new SourceBufferQueue(() => null);
    const done = appendTo(queue, encodeInit());
    source.attach();
    await clock.advance(10);
    queue.attach(source.addSourceBuffer('audio/webm;codecs=opus'));
    await clock.advance(10);
    await expect(done).resolves.toBeUndefined();
  });

  it('runs the next operation after a failed one', async () => {
    const { clock, buffer, queue } = await setUp();
    await Promise.all([appendTo(queue, encodeInit()), clock.advance(10)]);
    buffer.failNextAppend = true;
    const failed = appendTo(queue, cluster(0)).catch((error: unknown) => error);
    const next = appendTo(queue, cluster(1));
    await clock.advance(50);
    expect(await failed).toMatchObject({ code: 'internal' });
    await expect(next).resolves.toBeUndefined();
    expect(buffer.pieces.map(({ tag }) => tag)).toEqual([1]);
  });

  it('runs the next operation after one that throws', async () => {
    const { clock, queue } = await setUp();
    const failed = queue
      .remove({ startSeconds: 5, endSeconds: 1 })
      .catch((error: unknown) => error);
    const next = appendTo(queue, encodeInit());
    await clock.advance(50);
    expect(await failed).toMatchObject({ code: 'internal' });
    await expect(next).resolves.toBeUndefined();
  });

  it('waits with duration and end of stream until nothing updates', async () => {
    const { clock, source, queue } = await setUp();
    void appendTo(queue, encodeInit());
    void appendTo(queue, cluster(0));
    void queue.run('duration', () => {
      source.duration = 0.6;
    });
    const ended = queue.run('endOfStream', () => source.endOfStream());
    expect(source.duration).toBe(100);
    await clock.advance(50);
    await ended;
    expect(source.readyState).toBe('ended');
    expect(source.duration).toBeCloseTo(0.5);
  });

  it('makes room when the quota is reached, and appends the same bytes again', async () => {
    const asked: number[] = [];
    const { clock, buffer, queue } = await setUp((byteLength) => {
      asked.push(byteLength);
      return { startSeconds: 0, endSeconds: 1 };
    });
    buffer.quotaBytes = 3500;
    for (const bytes of [encodeInit(), cluster(0), cluster(1), cluster(2)]) {
      void appendTo(queue, bytes);
    }
    const last = appendTo(queue, cluster(3));
    const after = appendTo(queue, cluster(4));
    await clock.advance(100);
    await expect(last).resolves.toBeUndefined();
    await expect(after).resolves.toBeUndefined();
    expect(asked).toEqual([1000]);
    expect(buffer.pieces.map(({ tag }) => tag)).toEqual([2, 3, 4]);
  });

  it('reports the quota when nothing may go, and goes on', async () => {
    const { clock, buffer, queue } = await setUp(() => null);
    buffer.quotaBytes = 1500;
    void appendTo(queue, encodeInit());
    void appendTo(queue, cluster(0));
    const refused = appendTo(queue, cluster(1)).catch((error: unknown) => error);
    await clock.advance(50);
    expect(await refused).toMatchObject({ code: 'quota' });
    void queue.remove({ startSeconds: 0, endSeconds: 0.5 });
    const next = appendTo(queue, cluster(1));
    await clock.advance(50);
    await expect(next).resolves.toBeUndefined();
  });

  it('does not evict for ever', async () => {
    let evictions = 0;
    const { clock, buffer, queue } = await setUp(() => {
      evictions += 1;
      return { startSeconds: 50, endSeconds: 51 };
    });
    buffer.quotaBytes = 10;
    const refused = appendTo(queue, cluster(0)).catch((error: unknown) => error);
    await clock.advance(200);
    expect(await refused).toMatchObject({ code: 'quota' });
    expect(evictions).toBe(4);
  });

  it('cancels the appends that have not begun, but no removal', async () => {
    const { clock, buffer, queue } = await setUp();
    const first = appendTo(queue, encodeInit());
    const cancelled = appendTo(queue, cluster(0)).catch((error: unknown) => error);
    const removal = queue.remove({ startSeconds: 0, endSeconds: 1 });
    queue.cancelAppends(OWNER);
    await clock.advance(50);
    expect(await cancelled).toMatchObject({ code: 'aborted' });
    await expect(first).resolves.toBeUndefined();
    await expect(removal).resolves.toBeUndefined();
    expect(buffer.pieces).toEqual([]);
  });

  it('cancels the appends of one owner, and leaves those of another', async () => {
    const { clock, buffer, queue } = await setUp();
    void appendTo(queue, encodeInit());
    const cancelled = appendTo(queue, cluster(0)).catch((error: unknown) => error);
    const kept = appendTo(queue, cluster(1), OTHER_OWNER);
    queue.cancelAppends(OWNER);
    await clock.advance(50);
    expect(await cancelled).toMatchObject({ code: 'aborted' });
    await expect(kept).resolves.toBeUndefined();
    expect(buffer.pieces.map(({ tag }) => tag)).toEqual([1]);
  });

  it('appends what comes before all media, whatever is cancelled meanwhile', async () => {
    const { clock, buffer, queue } = await setUp();
    const removal = queue.remove({ startSeconds: 0, endSeconds: 1 });
    const first = queue.initialize(encodeInit());
    const cancelled = appendTo(queue, cluster(0)).catch((error: unknown) => error);
    queue.cancelAppends(OWNER);
    await clock.advance(50);
    await expect(removal).resolves.toBeUndefined();
    await expect(first).resolves.toBeUndefined();
    expect(await cancelled).toMatchObject({ code: 'aborted' });
    await Promise.all([appendTo(queue, cluster(1)), clock.advance(50)]);
    expect(buffer.pieces).toHaveLength(1);
  });

  it('aborts what is under way and refuses everything after dispose()', async () => {
    const { clock, buffer, queue } = await setUp();
    const outcomes = [appendTo(queue, encodeInit()), appendTo(queue, cluster(0))].map((job) =>
      job.catch((error: unknown) => error),
    );
    queue.dispose();
    expect(buffer.updating).toBe(false);
    await clock.advance(50);
    for (const outcome of outcomes) expect(await outcome).toMatchObject({ code: 'aborted' });
    await expect(appendTo(queue, cluster(1))).rejects.toMatchObject({ code: 'aborted' });
    expect(buffer.log).toEqual(['append']);
  });
});
