import { describe, expect, it } from '@jest/globals';
import { EngineClient } from '../../../web/src/engine/engine-client';
import { ElementVolume } from '../../../web/src/player/element-volume';
import { Playback } from '../../../web/src/player/playback';
import { PlayerError } from '../../../web/src/shared/errors';
import { FakeEngine } from '../../support/fake-engine';
import { createFakeMedia } from '../../support/fake-media';
import { ADAPTIVE, makeTrack } from '../../support/player-world';
import { SimClock } from '../../support/sim-clock';
import { sourceOf } from '../../support/track-stage';

const setUp = ({ hasMse = true } = {}) => {
  const clock = new SimClock();
  const { audio, platform, sources } = createFakeMedia(clock, () => 2);
  const engine = new FakeEngine(clock, {
    durationSeconds: 20,
    latencyMs: () => 1,
    clusterMs: () => 10,
  });
  const failures: PlayerError[] = [];
  const state = { originalGainDb: 0 };
  const playback = new Playback(
    {
      audio: audio as unknown as HTMLAudioElement,
      engine: new EngineClient(engine.openPort),
      platform: hasMse ? platform : null,
      clock,
      cutsInsidePackets: () => Promise.resolve(true),
      findPresence: () => Promise.resolve('gone'),
      settings: ADAPTIVE,
      shuffleSeed: 1,
    },
    {
      settingsOf: () => ADAPTIVE,
      originalGainDb: () => state.originalGainDb,
      volume: new ElementVolume(audio as unknown as HTMLAudioElement),
      listeners: {
        onFacts: () => undefined,
        onEntered: () => undefined,
        onFailed: (error) => failures.push(error),
        onSwitching: () => undefined,
        onSwitched: () => undefined,
      },
    },
  );
  const openSessions = (): number => {
    const closed = engine.commandsOf('close').map(({ session }) => session);
    return engine.commandsOf('open').filter(({ session }) => !closed.includes(session)).length;
  };
  return { clock, audio, sources, engine, playback, failures, state, openSessions };
};

describe('Playback', () => {
  it('opens one timeline, before the first click, for all tracks', async () => {
    const { clock, sources, playback } = setUp();
    playback.warmUp();
    playback.warmUp();
    expect(sources).toHaveLength(1);
    expect(playback.isEnhanced).toBe(false);
    playback.openEnhanced(sourceOf('a'));
    playback.openEnhanced(sourceOf('b'));
    await clock.advance(200);
    expect(sources).toHaveLength(1);
    expect(playback.isEnhanced).toBe(true);
    expect(playback.bufferedRanges[0]?.startSeconds).toBe(0);
    expect(playback.aheadSeconds).toBeGreaterThan(1);
    expect(playback.appendedBytes).toBeGreaterThan(0);
  });

  it('tells what is known of a track at once', () => {
    const { playback } = setUp();
    const track = { ...makeTrack('a'), durationSeconds: 33 };
    expect(playback.openEnhanced(sourceOf('a', { track }))).toMatchObject({ durationSeconds: 33 });
  });

  it('gives the element to the original, which takes all from the engine', async () => {
    const { clock, audio, sources, playback, openSessions } = setUp();
    playback.openEnhanced(sourceOf('a'));
    await clock.advance(200);
    playback.openOriginal(makeTrack('a'), 7, null);
    await clock.advance(20);
    expect(audio.src).toBe('/api/player/stream/a');
    expect(playback.positionSeconds).toBe(7);
    expect(playback).toMatchObject({ isEnhanced: false, aheadSeconds: 0, bufferedRanges: [] });
    expect(sources[0]?.readyState).toBe('closed');
    expect(openSessions()).toBe(0);
    playback.seek(-4);
    expect(audio.currentTime).toBe(0);
    // An original is not warmed up over.
    playback.warmUp();
    expect(audio.src).toBe('/api/player/stream/a');
  });

  it('turns the original down as the settings say, and nothing else', () => {
    const { audio, playback, state } = setUp();
    state.originalGainDb = -20;
    playback.openEnhanced(sourceOf('a'));
    playback.configure();
    expect(audio.volume).toBe(1);
    playback.openOriginal(makeTrack('a'), 0, null);
    expect(audio.volume).toBeCloseTo(0.1, 9);
    state.originalGainDb = -40;
    playback.configure();
    expect(audio.volume).toBeCloseTo(0.01, 9);
    playback.openEnhanced(sourceOf('b'));
    expect(audio.volume).toBe(1);
  });

  it('takes the element back for the next track that is enhanced', async () => {
    const { clock, audio, sources, playback, failures } = setUp();
    playback.openOriginal(makeTrack('a'), 0, null);
    playback.openEnhanced(sourceOf('b'));
    await clock.advance(200);
    expect(sources).toHaveLength(1);
    expect(audio.src).toMatch(/^blob:/);
    expect(playback.isEnhanced).toBe(true);
    // Nobody asks the original any more what an error means.
    playback.onElementError('in the test');
    expect(failures).toMatchObject([{ code: 'internal' }]);
  });

  it('stops a track, and keeps what opening takes', async () => {
    const { clock, sources, playback, openSessions } = setUp();
    playback.openEnhanced(sourceOf('a'));
    playback.prepareNext(sourceOf('b'));
    playback.prepareAside('hint', sourceOf('c'));
    await clock.advance(200);
    expect(openSessions()).toBe(3);
    playback.stop();
    await clock.advance(50);
    expect(openSessions()).toBe(0);
    expect(playback.isEnhanced).toBe(false);
    expect(sources[0]?.readyState).toBe('open');
    playback.openOriginal(makeTrack('a'), 0, null);
    playback.stop();
    playback.seek(5);
    expect(playback.positionSeconds).toBe(0);
  });

  it('cannot enhance without Media Source Extensions', () => {
    const { playback, sources } = setUp({ hasMse: false });
    expect(playback.canEnhance).toBe(false);
    playback.warmUp();
    playback.prepareAside('hint', sourceOf('a'));
    expect(sources).toEqual([]);
    expect(() => playback.openEnhanced(sourceOf('a'))).toThrow('no Media Source Extensions');
  });

  it('says what an error of the element means: of the engine’s sound, or of the file', async () => {
    const { clock, audio, playback, failures } = setUp();
    playback.openEnhanced(sourceOf('a'));
    playback.onElementError('in the test');
    expect(failures).toMatchObject([{ code: 'internal' }]);
    playback.openOriginal(makeTrack('a'), 0, new PlayerError('unsupported', 'no such format'));
    audio.error = { code: 4, message: 'in the test' };
    playback.onElementError('in the test');
    await clock.advance(10);
    expect(failures[1]).toMatchObject({ code: 'gone' });
  });
});
