import { describe, expect, it } from '@jest/globals';
import { EngineClient } from '../../../web/src/engine/engine-client';
import { firstSnapshot } from '../../../web/src/player/player-state';
import { Queue } from '../../../web/src/player/queue';
import { SnapshotStore } from '../../../web/src/player/snapshot-store';
import { TrackSettings } from '../../../web/src/player/track-settings';
import { FakeEngine, fakePlan } from '../../support/fake-engine';
import { ADAPTIVE, makeTrack } from '../../support/player-world';
import { SimClock } from '../../support/sim-clock';
import { infoOf } from '../../support/track-stage';

const setUp = () => {
  const clock = new SimClock();
  const engine = new FakeEngine(clock, {
    durationSeconds: 20,
    latencyMs: () => 1,
    clusterMs: () => 10,
    loudnessLufs: (url) => (url.endsWith('b') ? -11 : -18),
    measureMs: 50,
  });
  const queue = new Queue(1);
  const state = { hasTime: true, changes: 0 };
  const store = new SnapshotStore({
    first: firstSnapshot(ADAPTIVE, { volume: 1, muted: false }, queue.snapshot),
    circumstances: () => ({
      audio: { ended: false, readyState: 4 },
      queue,
      wantsPlay: true,
      isBlocked: false,
      hasStarted: true,
      hasSession: true,
      isStalled: false,
    }),
    onChange: () => undefined,
  });
  const settings = new TrackSettings({
    engine: new EngineClient(engine.openPort),
    firstPlan: 'quick',
    store,
    hasTime: () => state.hasTime,
    onChange: () => (state.changes += 1),
  });
  const show = (id: string): void => {
    const track = makeTrack(id);
    store.update({ track, ...settings.showing(track) });
  };
  return { clock, engine, store, settings, state, show };
};

describe('TrackSettings', () => {
  it('changes what the snapshot shows, and tells', () => {
    const { store, settings, state, show } = setUp();
    show('a');
    settings.change({ preset: 'warm' });
    settings.change({ intensity: 0 });
    expect(store.snapshot.settings).toEqual({ ...ADAPTIVE, preset: 'warm', intensity: 0 });
    expect(settings.of(makeTrack('a'))).toBe(store.snapshot.settings);
    expect(state.changes).toBe(2);
  });

  it('compares only the track that is heard', () => {
    const { store, settings, show } = setUp();
    show('a');
    settings.change({ compare: 'original' });
    expect(settings.of(makeTrack('a')).compare).toBe('original');
    expect(settings.of(makeTrack('b')).compare).toBe('off');
    show('b');
    expect(store.snapshot.settings.compare).toBe('off');
  });

  it('measures the album, and renders all of its tracks with what it found', async () => {
    const { clock, store, settings, state, show } = setUp();
    settings.setAlbum(['a', 'b'].map(makeTrack));
    show('a');
    settings.change({ level: 'album' });
    expect(store.snapshot.album).toMatchObject({ state: 'measuring', doneCount: 0 });
    await clock.advance(500);
    expect(store.snapshot.album).toMatchObject({ state: 'measured', doneCount: 2 });
    expect(store.snapshot.settings.albumLoudnessLufs).toBe(-11);
    expect(settings.of(makeTrack('b')).albumLoudnessLufs).toBe(-11);
    expect(settings.of({ ...makeTrack('x'), album: 'Other' }).albumLoudnessLufs).toBeNull();
    expect(state.changes).toBe(2);
  });

  it('measures when there is time for it', async () => {
    const { clock, engine, settings, state, show } = setUp();
    state.hasTime = false;
    settings.setAlbum(['a', 'b'].map(makeTrack));
    show('a');
    settings.change({ level: 'album' });
    settings.tick();
    await clock.advance(100);
    expect(engine.commands).toEqual([]);
    state.hasTime = true;
    settings.tick();
    await clock.advance(10);
    expect(engine.commandsOf('open')).toMatchObject([{ purpose: 'measure' }]);
  });

  it('finds the album anew in another library', () => {
    const { store, settings, show } = setUp();
    show('a');
    settings.change({ level: 'album' });
    expect(store.snapshot.album).toMatchObject({ count: 1 });
    settings.setAlbum(['a', 'b', 'c'].map(makeTrack));
    expect(store.snapshot.album).toMatchObject({ count: 3 });
  });

  it('opens a track with what was measured of it before', () => {
    const { settings, show } = setUp();
    show('a');
    expect(settings.sourceOf(makeTrack('a')).profile).toBeNull();
    settings.learn(makeTrack('a'), fakePlan({ profile: 'measured' }));
    expect(settings.sourceOf(makeTrack('a')).profile).toBe('measured');
    expect(settings.sourceOf(makeTrack('b')).profile).toBeNull();
  });

  it('guesses the first chunk where the length of chunks is known', () => {
    const { store, settings, show } = setUp();
    show('a');
    expect(settings.sourceOf(makeTrack('a'), 7).firstChunk).toBe(0);
    store.update({ info: infoOf(20) });
    expect(settings.sourceOf(makeTrack('a'), 7)).toMatchObject({ firstChunk: 3, startSeconds: 7 });
    expect(settings.sourceOf(makeTrack('b'), 7).firstChunk).toBe(0);
  });
});
