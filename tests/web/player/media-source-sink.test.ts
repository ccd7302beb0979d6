import { describe, expect, it } from '@jest/globals';
import { MediaSourceSink, TIMELINE_SECONDS } from '../../../web/src/player/media-source-sink';
import type { PlayerError } from '../../../web/src/shared/errors';
import { createFakeMedia } from '../../support/fake-media';
import { encodeInit } from '../../support/fake-webm';
import { SimClock } from '../../support/sim-clock';
import { clusterOf, createStage } from '../../support/track-stage';

const AT_0 = { offsetSeconds: 0, windowStartSeconds: 0, windowEndSeconds: Infinity };

describe('MediaSourceSink', () => {
  it('takes what comes before the browser has opened it, in order', async () => {
    const clock = new SimClock();
    const { audio, platform, sources } = createFakeMedia(clock, () => 20);
    let demands = 0;
    const sink = new MediaSourceSink(audio as unknown as HTMLAudioElement, platform, {
      evict: () => null,
      onDemand: () => (demands += 1),
      onFailed: () => undefined,
    });
    sink.begin(encodeInit());
    const appended = sink.append(clusterOf(0).bytes, AT_0, {});
    expect(sink.buffered).toEqual([]);
    await clock.advance(100);
    await appended;
    expect(sink.buffered).toEqual([{ startSeconds: 0, endSeconds: 0.5 }]);
    expect(sources[0]?.duration).toBe(TIMELINE_SECONDS);
    expect(demands).toBe(1);
  });

  it('appends the same init segment once, for all tracks', async () => {
    const { sink, buffer, clock } = await createStage();
    sink.begin(encodeInit());
    await clock.advance(20);
    expect(buffer().log).toEqual(['append']);
  });

  it('puts sound where it is placed, and cuts what lies outside', async () => {
    const { sink, clock, held } = await createStage();
    const placement = { offsetSeconds: 30, windowStartSeconds: 30.1, windowEndSeconds: 30.3 };
    void sink.append(clusterOf(0).bytes, placement, {});
    void sink.append(clusterOf(2).bytes, { ...AT_0, offsetSeconds: 5 }, {});
    await clock.advance(20);
    expect(held()).toEqual(['6-6.5', '30.1-30.3']);
  });

  it('ends the stream when all is in, and is long again with the next append', async () => {
    const { sink, source, clock } = await createStage();
    void sink.append(clusterOf(0).bytes, AT_0, {});
    sink.endOfStream();
    sink.endOfStream();
    expect(source.readyState).toBe('open');
    expect(sink.isEnded).toBe(true);
    await clock.advance(20);
    expect(source).toMatchObject({ readyState: 'ended', duration: 0.5, endCount: 1 });
    void sink.append(clusterOf(1).bytes, AT_0, {});
    await clock.advance(20);
    expect(source).toMatchObject({ readyState: 'open', duration: TIMELINE_SECONDS });
    expect(sink.isEnded).toBe(false);
  });

  it('does not end a stream whose end was taken back meanwhile', async () => {
    const { sink, source, clock } = await createStage();
    void sink.append(clusterOf(0).bytes, AT_0, {});
    sink.endOfStream();
    void sink.append(clusterOf(1).bytes, AT_0, {});
    await clock.advance(50);
    expect(source).toMatchObject({ readyState: 'open', endCount: 0 });
  });

  it('counts as ended until every place can be sought again', async () => {
    const { sink, source, clock } = await createStage();
    for (const index of [0, 1]) void sink.append(clusterOf(index).bytes, AT_0, {});
    sink.endOfStream();
    await clock.advance(20);
    // A removal opens the source at once, but leaves it as short as it was for a moment.
    void sink.remove({ startSeconds: 0, endSeconds: 0.5 });
    expect(source).toMatchObject({ readyState: 'open', duration: 1 });
    expect(sink.isEnded).toBe(true);
    await clock.advance(20);
    expect(sink.isEnded).toBe(false);
  });

  it('opens again for a seek', async () => {
    const { sink, source, clock, held } = await createStage();
    void sink.append(clusterOf(0).bytes, AT_0, {});
    sink.endOfStream();
    await clock.advance(20);
    sink.reopen();
    let settled = false;
    void sink.settled().then(() => (settled = true));
    await clock.advance(20);
    expect(settled).toBe(true);
    expect(source).toMatchObject({ readyState: 'open', duration: TIMELINE_SECONDS });
    expect(held()).toEqual(['0.001-0.5']);
  });

  it('fails where the browser refuses the format, or the init segment', async () => {
    const clock = new SimClock();
    const { audio, platform, sources } = createFakeMedia(clock, () => 2);
    const failures: PlayerError[] = [];
    const sink = new MediaSourceSink(audio as unknown as HTMLAudioElement, platform, {
      evict: () => null,
      onDemand: () => undefined,
      onFailed: (error) => failures.push(error),
    });
    const [source] = sources;
    if (!source) throw new Error('no MediaSource');
    source.addSourceBuffer = () => {
      throw new DOMException('in the test', 'NotSupportedError');
    };
    sink.begin(encodeInit());
    await clock.advance(20);
    expect(failures).toMatchObject([{ code: 'unsupported' }]);
    const stage = await createStage();
    stage.buffer().failNextAppend = true;
    stage.sink.begin(new ArrayBuffer(8));
    await stage.clock.advance(20);
    expect(stage.failures).toMatchObject([{ code: 'internal' }]);
  });

  it('wants no data while a ManagedMediaSource says so', async () => {
    const { sink, source, audio } = await createStage({ managed: true });
    expect(audio.disableRemotePlayback).toBe(true);
    expect(sink.wantsData).toBe(true);
    Object.assign(source, { streaming: false });
    expect(sink.wantsData).toBe(false);
  });

  it('rejects what waits once it is closed, and says nothing more', async () => {
    const { sink, clock, failures } = await createStage();
    const appended = sink.append(clusterOf(0).bytes, AT_0, {});
    sink.endOfStream();
    sink.dispose();
    await expect(appended).rejects.toMatchObject({ code: 'aborted' });
    await clock.advance(20);
    expect(failures).toEqual([]);
    expect(sink.buffered).toEqual([]);
  });
});
