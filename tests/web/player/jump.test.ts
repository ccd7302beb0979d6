import { describe, expect, it } from '@jest/globals';
import { Jump } from '../../../web/src/player/jump';
import { clusterOf, createStage, type Stage } from '../../support/track-stage';

const setUp = async () => {
  const stage = await createStage();
  const arrivals: number[] = [];
  const { sink, playhead, audio } = stage;
  const jump = new Jump({ sink, playhead, onArrived: () => arrivals.push(audio.currentTime) });
  const placement = { offsetSeconds: 0, windowStartSeconds: 0, windowEndSeconds: Infinity };
  for (const index of [0, 1, 2, 3]) void sink.append(clusterOf(index).bytes, placement, {});
  await stage.clock.advance(50);
  return { ...stage, jump, arrivals };
};

const remove = (stage: Stage, startSeconds: number, endSeconds: number): Promise<void> =>
  stage.sink.remove({ startSeconds, endSeconds });

describe('Jump', () => {
  it('goes at once where nothing has to go first', async () => {
    const { jump, audio, arrivals } = await setUp();
    jump.to(1.2, []);
    expect(audio.currentTime).toBe(1.2);
    expect(arrivals).toEqual([]);
  });

  it('goes when what was to go is gone, and tells then', async () => {
    const stage = await setUp();
    const { jump, audio, playhead, clock, arrivals } = stage;
    jump.to(1.2, [remove(stage, 1, 2)]);
    expect(audio.currentTime).toBe(0);
    expect(playhead.seconds).toBe(1.2);
    await clock.advance(50);
    expect(audio.currentTime).toBe(1.2);
    expect(arrivals).toEqual([1.2]);
    expect(stage.held()).toEqual(['0-1']);
  });

  it('goes to the last of several places, once', async () => {
    const stage = await setUp();
    const { jump, audio, clock, arrivals } = stage;
    const sought: number[] = [];
    audio.addEventListener('seeking', () => sought.push(audio.currentTime));
    jump.to(1.2, [remove(stage, 1, 1.5)]);
    // Also where this one would have nothing to wait for.
    jump.to(0.4, []);
    jump.to(0.7, [remove(stage, 1.5, 2)]);
    await clock.advance(50);
    expect(sought).toEqual([0.7]);
    expect(arrivals).toEqual([0.7]);
  });

  it('does not stay away for a removal that fails', async () => {
    const { jump, audio, clock } = await setUp();
    jump.to(1.2, [Promise.reject(new Error('in the test'))]);
    await clock.advance(50);
    expect(audio.currentTime).toBe(1.2);
  });

  it('leaves the playhead to another track once it is closed', async () => {
    const stage = await setUp();
    const { jump, audio, playhead, clock, arrivals } = stage;
    jump.to(1.2, [remove(stage, 1, 2)]);
    jump.close();
    playhead.moveTo(30);
    await clock.advance(50);
    expect(audio.currentTime).toBe(30);
    expect(arrivals).toEqual([]);
  });
});
