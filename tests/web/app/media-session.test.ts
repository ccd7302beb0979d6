/** The lock screen, on a browser's session that notes what it is told. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectMediaSession } from '../../../web/src/app/media-session';
import type { PlayerTrack } from '../../../web/src/player/player-types';
import { createWorld, makeTrack, type World, type WorldOptions } from '../../support/player-world';

class FakeMetadata {
  readonly init: MediaMetadataInit;
  constructor(init: MediaMetadataInit) {
    this.init = init;
  }
}

/** As in W3C Media Session, section 6: what does not make sense throws. */
class FakeSession {
  metadata: FakeMetadata | null = null;
  playbackState: MediaSessionPlaybackState = 'none';
  position: MediaPositionState | null = null;
  readonly handlers = new Map<string, MediaSessionActionHandler | null>();

  setActionHandler(name: string, handler: MediaSessionActionHandler | null): void {
    if (name === 'seekto') throw new TypeError('this browser does not know it');
    this.handlers.set(name, handler);
  }

  setPositionState(state?: MediaPositionState): void {
    this.position = null;
    if (!state) return;
    const { duration = NaN, position = 0, playbackRate = 1 } = state;
    if (!(duration >= 0) || position < 0 || position > duration || playbackRate === 0) {
      throw new TypeError('no position state');
    }
    this.position = state;
  }
}

type Stage = { readonly world: World; readonly session: FakeSession; readonly stop: () => void };

const setStage = (options: WorldOptions = {}): Stage => {
  const world = createWorld(options);
  const session = new FakeSession();
  const stop = connectMediaSession(session as unknown as MediaSession, world.player);
  return { world, session, stop };
};

const playTrack = async ({ world }: Stage, track: PlayerTrack, forMs = 1000): Promise<void> => {
  world.player.load(track);
  world.player.play();
  await world.clock.advance(forMs);
};

describe('The lock screen', () => {
  beforeEach(() => {
    Object.assign(globalThis, { MediaMetadata: FakeMetadata });
  });

  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'MediaMetadata');
  });

  it('shows the second of two tracks of one title and artist with its own album and cover', async () => {
    const stage = setStage();
    const first = { ...makeTrack('a'), title: 'Tide', album: 'Harbour', artworkUrl: '/art/a' };
    await playTrack(stage, first);
    expect(stage.session.metadata?.init).toEqual({
      title: 'Tide',
      artist: 'Artist',
      album: 'Harbour',
      artwork: [{ src: '/art/a' }],
    });
    await playTrack(stage, { ...first, id: 'b', album: 'Live', artworkUrl: '/art/b' });
    expect(stage.session.metadata?.init).toMatchObject({
      title: 'Tide',
      album: 'Live',
      artwork: [{ src: '/art/b' }],
    });
    await playTrack(stage, { ...first, id: 'c', album: 'Live', artworkUrl: null });
    expect(stage.session.metadata?.init.artwork).toEqual([]);
  });

  it('leaves what it shows alone while the track stays the same', async () => {
    const stage = setStage();
    await playTrack(stage, makeTrack('a'));
    const { metadata } = stage.session;
    stage.world.player.pause();
    stage.world.player.seek(30);
    await stage.world.clock.advance(1000);
    expect(stage.session.metadata).toBe(metadata);
  });

  it('shows where a seek went while paused, near and far', async () => {
    const stage = setStage();
    const { world, session } = stage;
    await playTrack(stage, makeTrack('a'), 3000);
    world.player.pause();
    await world.clock.advance(1000);
    for (const target of [1.5, 90, 12]) {
      world.player.seek(target);
      expect(session.position?.position).toBe(target); // At once, before the sound is there.
      await world.clock.advance(2000);
      expect(session.position).toEqual({ duration: 120.25, position: target, playbackRate: 1 });
      expect(session.playbackState).toBe('paused');
    }
  });

  it('shows where a seek went while playing, and where the end of the track is', async () => {
    const stage = setStage();
    const { world, session } = stage;
    await playTrack(stage, makeTrack('a'), 3000);
    world.player.seek(100);
    await world.clock.advance(5);
    expect(session.position?.position).toBeGreaterThanOrEqual(100);
    world.player.seek(500);
    await world.clock.advance(5);
    const { position = NaN, duration = NaN } = session.position ?? {};
    expect(duration).toBe(120.25);
    expect(position).toBeGreaterThan(119);
    expect(position).toBeLessThanOrEqual(duration);
    expect(session.playbackState).toBe('playing');
  });

  it('shows no position of a track of unknown length, nor the one of the track before', async () => {
    const stage = setStage();
    await playTrack(stage, makeTrack('a'));
    expect(stage.session.position).not.toBeNull();
    stage.world.player.load(makeTrack('b'));
    expect(stage.session.position).toBeNull();
    await stage.world.clock.advance(1000);
    expect(stage.session.position?.duration).toBe(120.25);
  });

  it('obeys the keys, also where the browser knows only some of them', async () => {
    const stage = setStage();
    const { world, session } = stage;
    world.player.setQueue(['a', 'b'].map(makeTrack));
    await playTrack(stage, makeTrack('a'), 3000);
    session.handlers.get('seekforward')?.({ action: 'seekforward' });
    expect(world.player.positionSeconds).toBeGreaterThan(12);
    session.handlers.get('pause')?.({ action: 'pause' });
    await world.clock.advance(50);
    expect(session.playbackState).toBe('paused');
    session.handlers.get('nexttrack')?.({ action: 'nexttrack' });
    await world.clock.advance(500);
    expect(session.metadata?.init.title).toBe('Title b');
    expect(session.playbackState).toBe('playing');
  });

  it('is let go of', async () => {
    const stage = setStage();
    await playTrack(stage, makeTrack('a'));
    stage.stop();
    expect(stage.session.metadata).toBeNull();
    expect([...stage.session.handlers.values()].every((handler) => handler === null)).toBe(true);
    await playTrack(stage, makeTrack('b'));
    expect(stage.session.metadata).toBeNull();
  });
});
