import { describe, expect, it } from '@jest/globals';
import { MediaAxis } from '../../../web/src/player/media-axis';
import { clusterOf, createStage } from '../../support/track-stage';

const setUp = async () => {
  const stage = await createStage();
  const arrivals: number[] = [];
  const { sink, playhead, audio } = stage;
  const axis = new MediaAxis({ sink, playhead, onArrived: () => arrivals.push(audio.currentTime) });
  return { ...stage, axis, arrivals };
};

describe('MediaAxis', () => {
  it('begins at 0, where the playhead is already', async () => {
    const { axis, audio } = await setUp();
    expect(axis.jumpBehindAll(0)).toBe(0);
    expect(audio.seeking).toBe(false);
  });

  it('sends the playhead to where the first track is to be heard from', async () => {
    const { axis, audio } = await setUp();
    expect(axis.jumpBehindAll(31.5)).toBe(0);
    expect(audio.currentTime).toBe(31.5);
  });

  it('puts each track far behind all others, at a whole second', async () => {
    const { axis, audio } = await setUp();
    axis.reserve(8_014_105);
    axis.reserve(3_000_000);
    expect(axis.jumpBehindAll(2)).toBe(19_000_000);
    expect(audio.currentTime).toBe(21);
    axis.reserve(60_000_001);
    expect(axis.jumpBehindAll(0)).toBe(71_000_000);
  });

  it('never goes back in front of the playhead, nor of the place that it gave away last', async () => {
    const { axis, audio } = await setUp();
    audio.currentTime = 100.2;
    expect(axis.jumpBehindAll(0)).toBe(111_000_000);
    audio.currentTime = 0;
    expect(axis.jumpBehindAll(0)).toBe(121_000_000);
  });

  it('opens an ended stream first: nothing behind its end could be sought', async () => {
    const { axis, audio, sink, source, clock, arrivals } = await setUp();
    const placement = { offsetSeconds: 0, windowStartSeconds: 0, windowEndSeconds: Infinity };
    void sink.append(clusterOf(0).bytes, placement, {});
    await clock.advance(20);
    sink.endOfStream();
    await clock.advance(20);
    expect(source.readyState).toBe('ended');
    axis.moveTo(500);
    expect(audio.currentTime).toBe(0);
    await clock.advance(50);
    expect(source.readyState).toBe('open');
    expect(audio.currentTime).toBe(500);
    expect(arrivals).toEqual([500]);
  });
});
