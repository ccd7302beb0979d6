import { describe, expect, it } from '@jest/globals';
import { clusterOf, createStage } from '../../support/track-stage';
import { FakeAudio } from '../../support/fake-audio';
import { SimClock } from '../../support/sim-clock';
import { Playhead } from '../../../web/src/player/playhead';

const bare = () => {
  const audio = new FakeAudio(new SimClock(), new Map());
  return { audio, playhead: new Playhead(audio as unknown as HTMLAudioElement) };
};

describe('Playhead', () => {
  it('waits with a seek until the element knows its media', () => {
    const { audio, playhead } = bare();
    playhead.moveTo(12);
    playhead.tick();
    expect(audio.currentTime).toBe(0);
    expect(playhead.seconds).toBe(12);
    audio.readyState = 1;
    playhead.tick();
    expect(audio.currentTime).toBe(12);
    expect(audio.seeking).toBe(true);
  });

  it('goes to the last of several places that it was sent to meanwhile', () => {
    const { audio, playhead } = bare();
    playhead.moveTo(12);
    playhead.moveTo(5);
    audio.readyState = 1;
    playhead.tick();
    expect(audio.currentTime).toBe(5);
  });

  it('goes at once where the element can, and does not go again', () => {
    const { audio, playhead } = bare();
    audio.readyState = 4;
    playhead.moveTo(3);
    expect(audio.currentTime).toBe(3);
    audio.currentTime = 4;
    playhead.tick();
    playhead.arrive();
    expect(audio.currentTime).toBe(4);
  });

  it('is where it is headed for, though nothing is heard of it', () => {
    const { audio, playhead } = bare();
    audio.readyState = 4;
    audio.currentTime = 7;
    audio.seeking = false;
    audio.paused = false;
    expect(playhead.isHeard).toBe(true);
    expect(playhead.heardSeconds).toBe(7);
    playhead.headFor(20);
    playhead.tick();
    expect(audio.currentTime).toBe(7);
    expect(playhead.seconds).toBe(20);
    expect(playhead.heardSeconds).toBeNull();
    expect(playhead.isHeard).toBe(false);
    playhead.arrive();
    expect(audio.currentTime).toBe(20);
    expect(playhead.heardSeconds).toBe(20);
  });

  it('is not heard while the element is paused or seeks', () => {
    const { audio, playhead } = bare();
    audio.readyState = 4;
    expect(playhead.isHeard).toBe(false);
    audio.paused = false;
    audio.seeking = true;
    expect(playhead.isHeard).toBe(false);
  });

  it('leaves the end at once: an element that has ended would begin anew by itself', () => {
    const { audio, playhead } = bare();
    audio.readyState = 4;
    audio.ended = true;
    playhead.headFor(9);
    expect(audio.currentTime).toBe(9);
    expect(playhead.hasEnded).toBe(false);
  });

  it('waits until its source is open again, whatever comes meanwhile', () => {
    const { audio, playhead } = bare();
    audio.readyState = 4;
    playhead.headForClosed(50);
    playhead.arrive();
    playhead.moveTo(60);
    playhead.tick();
    expect(audio.currentTime).toBe(0);
    playhead.sourceOpened();
    expect(audio.currentTime).toBe(60);
  });

  it('sounds from where it was sent before there was any media', async () => {
    const { clock, audio, sink, playhead } = await createStage();
    audio.readyState = 0;
    playhead.moveTo(1);
    const placement = { offsetSeconds: 0, windowStartSeconds: 0, windowEndSeconds: Infinity };
    for (const index of [2, 3]) void sink.append(clusterOf(index).bytes, placement, {});
    void audio.play();
    await clock.advance(100);
    audio.readyState = 1;
    playhead.tick();
    await clock.advance(500);
    expect(audio.heard[0]?.mediaTime).toBeCloseTo(1, 6);
  });
});
