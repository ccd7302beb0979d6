import { describe, expect, it } from '@jest/globals';
import { EngineClient } from '../../../web/src/engine/engine-client';
import { ElementVolume } from '../../../web/src/player/element-volume';
import { NowPlaying } from '../../../web/src/player/now-playing';
import { Playback } from '../../../web/src/player/playback';
import { PlaybackMonitor } from '../../../web/src/player/playback-monitor';
import { firstSnapshot } from '../../../web/src/player/player-state';
import { Queue } from '../../../web/src/player/queue';
import { SnapshotStore } from '../../../web/src/player/snapshot-store';
import { TrackSettings } from '../../../web/src/player/track-settings';
import { Transport } from '../../../web/src/player/transport';
import { FakeEngine } from '../../support/fake-engine';
import { createFakeMedia } from '../../support/fake-media';
import { ADAPTIVE, makeTrack } from '../../support/player-world';
import { SimClock } from '../../support/sim-clock';

/** The pieces that it puts together; what its neighbours are is told by the test. */
const setUp = ({ hasMse = true } = {}) => {
  const clock = new SimClock();
  const { audio, platform } = createFakeMedia(clock, () => 2);
  const element = audio as unknown as HTMLAudioElement;
  const engine = new FakeEngine(clock, {
    durationSeconds: 20,
    latencyMs: () => 1,
    clusterMs: () => 10,
  });
  const client = new EngineClient(engine.openPort);
  const queue = new Queue(1);
  const told: string[] = [];
  const state = { others: [] as string[] };
  const transport = new Transport(element, () => undefined);
  const store: SnapshotStore = new SnapshotStore({
    first: firstSnapshot(ADAPTIVE, audio, queue.snapshot),
    circumstances: () => ({
      audio,
      queue,
      wantsPlay: transport.wantsPlay,
      isBlocked: transport.isBlocked,
      hasStarted: transport.hasStarted,
      hasSession: playback.isEnhanced,
      isStalled: false,
    }),
    onChange: () => undefined,
  });
  const playback: Playback = new Playback(
    {
      audio: element,
      engine: client,
      platform: hasMse ? platform : null,
      clock,
      cutsInsidePackets: () => Promise.resolve(true),
      findPresence: () => Promise.resolve('there'),
      settings: ADAPTIVE,
      shuffleSeed: 1,
    },
    {
      settingsOf: (track) => settings.of(track),
      originalGainDb: (track) => settings.originalGainDb(track),
      volume: new ElementVolume(element),
      listeners: {
        onFacts: (...facts) => now.onFacts(...facts),
        onEntered: (...entered) => now.onEntered(...entered),
        onFailed: (error) => now.onFailed(error),
        onSwitching: (at, wishedAtMs) => now.onSwitching(at, wishedAtMs),
        onSwitched: (from) => now.onSwitched(from),
      },
    },
  );
  const settings = new TrackSettings({
    engine: client,
    firstPlan: 'quick',
    store,
    hasTime: () => false,
    onChange: () => playback.configure(),
  });
  const monitor = new PlaybackMonitor(element, clock, {
    onProgress: () => playback.tick(),
    positionSeconds: () => playback.positionSeconds,
    buffered: () => playback.mediaRanges,
    isAwaited: () => playback.aheadSeconds <= 0,
  });
  const now = new NowPlaying({
    store,
    transport,
    monitor,
    playback,
    settings,
    hasOther: () => state.others.length > 0,
    stepOver: (direction) => {
      const id = state.others.shift();
      told.push(`step ${direction}`);
      return id === undefined ? null : makeTrack(id);
    },
    onEntered: (track) => {
      told.push(`entered ${track.id}`);
      return { ...track, title: 'as the queue knows it' };
    },
    onSeek: (positionSeconds) => told.push(`seek ${positionSeconds}`),
    onError: ({ code }) => told.push(`error ${code}`),
  });
  for (const name of ['playing', 'timeupdate', 'error', 'pause', 'loadedmetadata']) {
    audio.addEventListener(name, () => {
      transport.note(name);
      if (name === 'error') playback.onElementError('in the test');
      playback.tick();
      store.update();
    });
  }
  const break_ = (id: string): void => {
    const url = makeTrack(id).url;
    engine.broken.set(url, { code: 'gone', message: 'in the test' });
  };
  const play = async (id: string, forMs = 500): Promise<void> => {
    now.open(makeTrack(id), 1);
    now.play();
    await clock.advance(forMs);
  };
  const shown = () => store.snapshot;
  return { clock, audio, engine, now, settings, playback, told, state, break_, play, shown };
};

describe('NowPlaying', () => {
  it('plays nothing before a track is there', () => {
    const { now, audio } = setUp();
    now.play();
    now.retry();
    now.playOriginal('asked for');
    expect(audio.playCalls).toBe(0);
  });

  it('shows a track at once, and what is known of it as it comes', async () => {
    const { now, clock, shown } = setUp();
    now.open({ ...makeTrack('a'), durationSeconds: 19 }, 1);
    expect(shown()).toMatchObject({ track: { id: 'a' }, state: 'loading', durationSeconds: 19 });
    now.play();
    await clock.advance(500);
    expect(shown()).toMatchObject({ state: 'playing', durationSeconds: 20, mode: 'enhanced' });
    expect(shown().info).not.toBeNull();
  });

  it('fetches nothing of a track that is parked before somebody wants to hear it', async () => {
    const { now, clock, engine, audio, told, shown } = setUp();
    now.park(makeTrack('a'), 7);
    now.seek(9);
    await clock.advance(100);
    expect(engine.commands).toEqual([]);
    expect(now).toMatchObject({ isParked: true, positionSeconds: 9 });
    expect(shown().state).toBe('paused');
    expect(told).toEqual(['seek 7', 'seek 9']);
    now.play();
    await clock.advance(500);
    expect(now.isParked).toBe(false);
    expect(audio.heard[0]?.mediaTime).toBeCloseTo(9, 6);
  });

  it('takes no place that is no number', async () => {
    const { now, play, told } = setUp();
    await play('a');
    now.seek(NaN);
    now.seek(Infinity);
    expect(told).toEqual([]);
  });

  it('plays the original where the engine does not know the format', async () => {
    const { engine, play, audio, shown } = setUp();
    engine.broken.set(makeTrack('a').url, { code: 'unsupported', message: 'no such format' });
    await play('a');
    expect(shown()).toMatchObject({ mode: 'original', modeReason: 'no such format', error: null });
    expect(audio.src).toBe(makeTrack('a').url);
    expect(audio.paused).toBe(false);
  });

  it('plays the original where the browser takes no sound from the engine', async () => {
    const { play, audio, shown } = setUp({ hasMse: false });
    await play('a');
    expect(shown()).toMatchObject({ mode: 'original', error: null });
    expect(audio.paused).toBe(false);
    expect(shown().modeReason).toMatch('Media Source');
    expect(audio.src).toBe(makeTrack('a').url);
  });

  it('goes on with the original from where it is, when asked', async () => {
    const { play, now, audio } = setUp();
    await play('a', 3000);
    const position = now.positionSeconds;
    expect(position).toBeGreaterThan(2);
    now.playOriginal('asked for');
    expect(audio.currentTime).toBe(position);
    expect(audio.src).toBe(makeTrack('a').url);
  });

  it('skips what is gone, and says so', async () => {
    const { play, break_, told, state, shown } = setUp();
    break_('a');
    state.others = ['b', 'c'];
    await play('a');
    expect(shown()).toMatchObject({ track: { id: 'b' }, state: 'playing', error: null });
    expect(shown().skipped).toMatchObject([{ track: { id: 'a' }, failure: { code: 'gone' } }]);
    expect(told).toEqual(['step 1', 'error gone']);
  });

  it('stops with the third failure in a row', async () => {
    const { play, now, break_, state, shown } = setUp();
    for (const id of 'abc') break_(id);
    state.others = ['b', 'c', 'd'];
    await play('a');
    expect(shown()).toMatchObject({ track: { id: 'c' }, state: 'error', gaveUp: true });
    expect(shown().skipped).toHaveLength(2);
    now.dismissSkipped();
    expect(shown().skipped).toEqual([]);
  });

  it('skips nothing for a listener who does not want to hear anything', async () => {
    const { now, clock, break_, state, told, shown } = setUp();
    break_('a');
    state.others = ['b'];
    now.open(makeTrack('a'), 1);
    await clock.advance(100);
    expect(shown()).toMatchObject({ track: { id: 'a' }, state: 'error' });
    expect(told).toEqual(['error gone']);
  });

  it('goes on after an error where it stopped', async () => {
    const { play, now, engine, clock, audio, shown } = setUp();
    // The second track lies somewhere else in media time.
    await play('a');
    await play('b', 3000);
    engine.crash('out of memory');
    expect(shown()).toMatchObject({ state: 'error', error: { code: 'internal' } });
    const heard = audio.heard.length;
    now.play();
    await clock.advance(800);
    expect(shown().state).toBe('playing');
    const [before, after] = [audio.heard[heard - 1], audio.heard[heard]];
    expect(before?.trackTime).toBeGreaterThan(2);
    expect(Math.abs((after?.trackTime ?? 0) - (before?.trackTime ?? 0))).toBeLessThan(0.03);
  });

  it('begins anew after the end, also in front of the event that tells of it', async () => {
    const { play, now, audio, clock, playback, settings } = setUp();
    await play('a', 1500);
    playback.prepareNext(settings.sourceOf(makeTrack('b')));
    await clock.advance(38_000);
    const ended = new Promise<void>((resolve) => {
      const timer = clock.setInterval(() => {
        if (!audio.ended) return;
        clock.clearInterval(timer);
        // An element told to play now would go to media time 0, where nothing is any more.
        now.play();
        resolve();
      }, 1);
    });
    await clock.advance(2000);
    await ended;
    const heard = audio.heard.length;
    await clock.advance(1000);
    expect(audio.heard.length).toBeGreaterThan(heard + 20);
    expect(now.positionSeconds).toBeLessThan(3);
  });

  it('shows the next track as it enters, with what is known of it', async () => {
    const { play, playback, settings, clock, told, shown } = setUp();
    await play('a', 2000);
    playback.prepareNext(settings.sourceOf(makeTrack('b')));
    await clock.advance(19_000);
    expect(told[0]).toBe('entered b');
    expect(told[1]).toMatch(/^seek 0/);
    expect(shown()).toMatchObject({
      track: { id: 'b', title: 'as the queue knows it' },
      state: 'playing',
      durationSeconds: 20,
    });
  });

  it('remembers where changes were asked for and heard, for the track alone', async () => {
    const { play, now, settings, clock } = setUp();
    await play('a', 1500);
    settings.change({ preset: 'warm' });
    await clock.advance(500);
    expect(now.switches).toHaveLength(1);
    const record = now.switches[0];
    expect(record?.appendedFromSeconds).toBeGreaterThan(record?.requestedAtSeconds ?? Infinity);
    await play('b');
    expect(now.switches).toEqual([]);
  });
});
