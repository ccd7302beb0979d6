import { describe, expect, it } from '@jest/globals';
import { PlaybackMonitor } from '../../../web/src/player/playback-monitor';
import type { TimeRange } from '../../../web/src/player/source-buffer-queue';
import { FakeAudio } from '../../support/fake-audio';
import { SimClock } from '../../support/sim-clock';

const setUp = () => {
  const clock = new SimClock();
  const audio = new FakeAudio(clock, new Map());
  const state = { looks: 0, buffered: [] as TimeRange[], isAwaited: false };
  const monitor = new PlaybackMonitor(audio as unknown as HTMLAudioElement, clock, {
    onProgress: () => (state.looks += 1),
    positionSeconds: () => audio.currentTime,
    buffered: () => state.buffered,
    isAwaited: () => state.isAwaited,
  });
  /** The element plays on, in steps of 50 ms. */
  const play = async (forMs: number): Promise<void> => {
    audio.paused = false;
    for (let ms = 0; ms < forMs; ms += 50) {
      audio.currentTime += 0.05;
      audio.seeking = false;
      await clock.advance(50);
    }
  };
  const stand = async (forMs: number): Promise<void> => {
    audio.paused = false;
    await clock.advance(forMs);
  };
  return { clock, audio, state, monitor, play, stand };
};

describe('PlaybackMonitor', () => {
  it('looks four times a second, while something plays', async () => {
    const { clock, state, play } = setUp();
    await clock.advance(2000);
    expect(state.looks).toBe(0);
    await play(1000);
    expect(state.looks).toBe(4);
  });

  it('measures the time from the click to a position that moves, once a track', async () => {
    const { monitor, play, stand } = setUp();
    monitor.playRequested();
    await stand(300);
    expect(monitor.timeToFirstSoundMs).toBeNull();
    await play(100);
    const first = monitor.timeToFirstSoundMs ?? 0;
    expect(first).toBeGreaterThanOrEqual(300);
    expect(first).toBeLessThan(340);
    monitor.playRequested();
    await play(200);
    expect(monitor.timeToFirstSoundMs).toBe(first);
    monitor.restart();
    expect(monitor.timeToFirstSoundMs).toBeNull();
  });

  it('counts one stall for a position that stands still, until it moves', async () => {
    const { monitor, play, stand } = setUp();
    monitor.playRequested();
    await play(1000);
    await stand(450);
    expect(monitor.isStalled).toBe(false);
    await stand(1000);
    expect(monitor).toMatchObject({ isStalled: true, stalls: 1 });
    await play(500);
    expect(monitor).toMatchObject({ isStalled: false, stalls: 1 });
  });

  it('takes neither a pause, nor the wait for the first sound, nor a seek for a stall', async () => {
    const { monitor, audio, clock, play, stand } = setUp();
    monitor.playRequested();
    await stand(3000);
    expect(monitor.stalls).toBe(0);
    await play(1000);
    audio.paused = true;
    await clock.advance(3000);
    expect(monitor).toMatchObject({ isStalled: false, stalls: 0 });
    await stand(400);
    monitor.reset();
    await stand(400);
    expect(monitor.stalls).toBe(0);
  });

  it('steps over a small hole, but neither a large one nor sound that is to come', async () => {
    const { monitor, audio, state, play, stand } = setUp();
    monitor.playRequested();
    await play(1000);
    const at = audio.currentTime;
    state.buffered = [{ startSeconds: at + 0.3, endSeconds: 9 }];
    await stand(1000);
    expect(audio.currentTime).toBe(at);
    state.buffered = [{ startSeconds: at + 0.2, endSeconds: 9 }];
    state.isAwaited = true;
    await stand(500);
    expect(audio.currentTime).toBe(at);
    state.isAwaited = false;
    await stand(500);
    expect(audio.currentTime).toBeCloseTo(at + 0.2, 9);
  });

  it('is silent once it is disposed of', async () => {
    const { monitor, state, play } = setUp();
    monitor.playRequested();
    monitor.dispose();
    await play(1000);
    expect(state.looks).toBe(0);
    expect(monitor.timeToFirstSoundMs).toBeNull();
  });
});
