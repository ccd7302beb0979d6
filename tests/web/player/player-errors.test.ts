import { describe, expect, it } from '@jest/globals';
import { fakePlan } from '../../support/fake-engine';
import { createWorld, findJumps, makeTrack, type World } from '../../support/player-world';

const start = async (world: World, seconds = 1): Promise<void> => {
  world.player.load(makeTrack('a'));
  world.player.play();
  await world.clock.advance(seconds * 1000);
};

const SESSION = 1;

describe('Player and errors', () => {
  it('plays the original and says so where there is no MSE', async () => {
    const world = createWorld({ hasMse: false });
    await start(world);
    expect(world.audio.src).toBe('/api/player/stream/a');
    expect(world.state()).toMatchObject({ mode: 'original', error: null });
    expect(world.state().modeReason).toContain('Media Source Extensions');
    expect(world.engine.commands).toEqual([]);
  });

  it('plays the original and says why when the engine does not know the format', async () => {
    const world = createWorld();
    world.engine.refuse = { type: 'open', code: 'unsupported', message: 'no audio format I know' };
    await start(world);
    expect(world.audio.src).toBe('/api/player/stream/a');
    expect(world.state()).toMatchObject({ mode: 'original', error: null });
    expect(world.state().modeReason).toContain('no audio format I know');
    expect(world.audio.playCalls).toBe(2);
  });

  it('plays the original of a damaged file, and shows the damage when that fails too', async () => {
    const world = createWorld();
    const errors: string[] = [];
    world.player.on('error', ({ code }) => errors.push(code));
    world.engine.refuse = { type: 'open', code: 'corrupt', message: 'frame 3 is damaged' };
    world.audio.broken.set('/api/player/stream/a', 4);
    world.player.load(makeTrack('a'));
    world.player.play();
    await world.clock.advance(4);
    expect(world.audio.src).toBe('/api/player/stream/a');
    expect(world.state()).toMatchObject({
      mode: 'original',
      error: null,
      modeReason: 'frame 3 is damaged',
    });
    await world.clock.advance(10);
    expect(world.state()).toMatchObject({
      state: 'error',
      error: { code: 'corrupt', message: 'frame 3 is damaged' },
    });
    expect(errors).toEqual(['corrupt']);
  });

  it('plays the original after another error only when told to', async () => {
    const world = createWorld();
    world.engine.refuse = { type: 'open', code: 'internal', message: 'out of memory' };
    await start(world);
    expect(world.state()).toMatchObject({ state: 'error', mode: 'enhanced' });
    expect(world.audio.src).not.toBe('/api/player/stream/a');
    world.player.playOriginal('You chose it.');
    expect(world.audio.src).toBe('/api/player/stream/a');
    expect(world.state()).toMatchObject({
      mode: 'original',
      error: null,
      modeReason: 'You chose it.',
    });
  });

  it('turns the original down where the engine has told by how much, unseen', async () => {
    const world = createWorld();
    await start(world);
    const plan = fakePlan({ loudnessLufs: -8, reachedLufs: -14 });
    world.engine.tell({ event: 'plan', session: SESSION, provisional: false, plan });
    await world.clock.advance(100);
    world.player.setVolume(0.5);
    world.audio.dispatchEvent(new Event('volumechange'));
    world.player.playOriginal('You chose it.');
    await world.clock.advance(100);
    expect(world.audio.volume).toBeCloseTo(0.5 * 0.501, 3);
    world.audio.dispatchEvent(new Event('volumechange'));
    expect(world.state().volume).toBe(0.5);
    world.player.setSettings({ enhanced: false });
    expect(world.audio.volume).toBeCloseTo(0.5 * 0.501, 3);
    // Of another preset nothing is known.
    world.player.setSettings({ preset: 'gentle' });
    expect(world.audio.volume).toBe(0.5);
    world.player.setSettings({ preset: 'adaptive' });
    expect(world.audio.volume).toBeCloseTo(0.5 * 0.501, 3);
    world.player.setSettings({ level: 'off' });
    expect(world.audio.volume).toBe(0.5);
    world.player.setSettings({ level: 'track' });
    world.player.load(makeTrack('b'));
    expect(world.audio.volume).toBe(0.5);
    expect(world.state().volume).toBe(0.5);
  });

  it('stays in the enhanced mode for the next track after an original', async () => {
    const world = createWorld();
    world.engine.refuse = { type: 'open', code: 'unsupported', message: 'unknown' };
    await start(world);
    world.engine.refuse = null;
    world.player.load(makeTrack('b'));
    world.player.play();
    await world.clock.advance(500);
    expect(world.state()).toMatchObject({ mode: 'enhanced', modeReason: null, state: 'playing' });
  });

  it('shows that the network is being retried, and that it works again', async () => {
    const world = createWorld();
    await start(world);
    world.engine.tell({ event: 'network', session: SESSION, attempt: 2, message: 'gone silent' });
    await world.clock.advance(10);
    expect(world.state().reconnecting).toEqual({ attempt: 2, message: 'gone silent' });
    expect(world.state().state).toBe('playing');
    world.engine.tell({ event: 'network', session: SESSION, attempt: 0, message: '' });
    await world.clock.advance(10);
    expect(world.state().reconnecting).toBeNull();
  });

  it('goes on where it stopped when a lost connection is retried', async () => {
    const world = createWorld();
    await start(world, 8);
    const message = 'the server does not answer';
    world.engine.tell({
      event: 'failed',
      session: SESSION,
      code: 'network',
      detail: null,
      message,
    });
    await world.clock.advance(100);
    expect(world.state()).toMatchObject({
      state: 'error',
      error: { code: 'network', detail: null, message },
    });
    const position = world.player.positionSeconds;
    world.player.retry();
    await world.clock.advance(1000);
    expect(world.state().state).toBe('playing');
    expect(world.audio.currentTime).toBeGreaterThan(position);
    expect(world.audio.currentTime).toBeLessThan(position + 1);
  });

  it('renders nothing but the place it goes on from when it is retried', async () => {
    const world = createWorld();
    await start(world, 8);
    world.player.seek(61.3);
    world.engine.tell({
      event: 'failed',
      session: SESSION,
      code: 'network',
      detail: null,
      message: 'gone',
    });
    await world.clock.advance(5);
    expect(world.state().state).toBe('error');
    const before = world.audio.heard.length;
    world.player.retry();
    expect(world.player.positionSeconds).toBe(61.3);
    await world.clock.advance(1000);
    expect(world.engine.commandsOf('open').at(-1)).toMatchObject({ firstChunk: 30, epoch: 0 });
    expect(Math.min(...world.buffer().appendedFrom)).toBe(60);
    expect(world.audio.heard[before]?.mediaTime).toBeCloseTo(61.3, 6);
    expect(world.state().state).toBe('playing');
  });

  describe('where one has stopped a track in its middle', () => {
    const stopped = async (): Promise<World> => {
      const world = createWorld();
      world.player.playNow([makeTrack('before'), makeTrack('a')], 1);
      await world.clock.advance(8000);
      const event = { event: 'failed', session: SESSION, code: 'network' } as const;
      world.engine.tell({ ...event, detail: null, message: 'gone' });
      await world.clock.advance(5);
      expect(world.state()).toMatchObject({ state: 'error', track: { id: 'a' } });
      expect(world.player.positionSeconds).toBeGreaterThan(3);
      return world;
    };

    it('tries it again where the listener went since', async () => {
      const world = await stopped();
      const places: number[] = [];
      world.player.on('seek', (seconds) => places.push(seconds));
      world.player.seek(-5);
      world.player.seek(61.3);
      expect(places).toEqual([0, 61.3]);
      expect(world.player.positionSeconds).toBe(61.3);
      expect(world.state().state).toBe('error');
      const before = world.audio.heard.length;
      world.player.retry();
      await world.clock.advance(1000);
      expect(world.state().state).toBe('playing');
      expect(world.audio.heard[before]?.mediaTime).toBeCloseTo(61.3, 6);
    });

    it('goes to the track before at once', async () => {
      const world = await stopped();
      world.player.previous();
      await world.clock.advance(1000);
      expect(world.state()).toMatchObject({ state: 'playing', track: { id: 'before' } });
    });
  });

  it('keeps the place of an original that is not open yet, and goes on there once it is', async () => {
    const open = new Set<string>();
    const world = createWorld({
      hasMse: false,
      findElementUrl: (url) => (open.has(url) ? { url, release: () => undefined } : null),
    });
    const { player, clock, audio } = world;
    player.load(makeTrack('a'));
    player.pause();
    await clock.advance(100);
    const queue = player.saveQueue(10);
    player.restore(queue, 33, makeTrack);
    player.play();
    await clock.advance(500);
    expect(world.state().error?.code).toBe('closed');
    expect(player.positionSeconds).toBe(33);
    open.add(makeTrack('a').url);
    player.retry();
    await clock.advance(500);
    expect(world.state()).toMatchObject({ error: null, mode: 'original' });
    expect(audio.currentTime).toBe(33);
  });

  it('plays the original from where the engine gave up', async () => {
    const world = createWorld();
    await start(world, 8);
    const position = world.player.positionSeconds;
    const message = 'a codec that changes half way';
    world.engine.tell({
      event: 'failed',
      session: SESSION,
      code: 'unsupported',
      detail: 'ogg',
      message,
    });
    await world.clock.advance(100);
    expect(world.state()).toMatchObject({ mode: 'original', modeReason: message, error: null });
    expect(world.audio.src).toBe('/api/player/stream/a');
    expect(world.audio.currentTime).toBeGreaterThanOrEqual(position);
  });

  it.each(['unsupported', 'internal'] as const)(
    'shows no plan of the engine while the original plays after: %s',
    async (code) => {
      const world = createWorld();
      await start(world, 2);
      world.engine.tell({ event: 'plan', session: SESSION, provisional: false, plan: fakePlan() });
      world.engine.tell({ event: 'noticed', session: SESSION, warnings: ['ends-early'] });
      await world.clock.advance(10);
      expect(world.state().plan).not.toBeNull();
      world.engine.tell({ event: 'failed', session: SESSION, code, detail: null, message: 'no' });
      await world.clock.advance(100);
      if (code === 'internal') world.player.playOriginal('You chose it.');
      expect(world.state()).toMatchObject({
        mode: 'original',
        plan: null,
        warnings: [],
        error: null,
        reconnecting: null,
      });
      expect(world.audio.paused).toBe(false);
    },
  );

  it('does not begin to play an original because the engine failed in a pause', async () => {
    const world = createWorld();
    await start(world, 2);
    world.player.pause();
    const failure = { code: 'unsupported', detail: null, message: 'no' } as const;
    world.engine.tell({ event: 'failed', session: SESSION, ...failure });
    await world.clock.advance(100);
    expect(world.state()).toMatchObject({ mode: 'original', state: 'paused' });
    expect(world.audio.paused).toBe(true);
  });

  it('opens a track anew in its place that was replaced while it plays', async () => {
    const world = createWorld({ loudnessLufs: () => -18, measureMs: 20 });
    await start(world, 7);
    const replaced = { code: 'replaced', detail: null, message: 'another file' } as const;
    const { session } = world.engine.commandsOf('open').at(-1) ?? { session: -1 };
    world.engine.tell({ event: 'failed', session, ...replaced });
    await world.clock.advance(1000);
    const again = world.engine.commandsOf('open').at(-1);
    // What was measured was the other file.
    expect(again).toMatchObject({ url: makeTrack('a').url, profile: null, firstChunk: 3 });
    expect(world.state()).toMatchObject({ state: 'playing', error: null, mode: 'enhanced' });
    expect(world.player.positionSeconds).toBeGreaterThan(7);
  });

  it('stops where a track is replaced again and again', async () => {
    const world = createWorld();
    await start(world, 2);
    for (let count = 0; count < 3; count += 1) {
      const { session } = world.engine.commandsOf('open').at(-1) ?? { session: -1 };
      const replaced = { code: 'replaced', detail: null, message: 'another file' } as const;
      world.engine.tell({ event: 'failed', session, ...replaced });
      await world.clock.advance(1000);
    }
    expect(world.state()).toMatchObject({ state: 'error', error: { code: 'replaced' } });
    expect(world.engine.commandsOf('open')).toHaveLength(3);
    world.player.retry();
    await world.clock.advance(1000);
    expect(world.state()).toMatchObject({ state: 'playing', error: null });
  });

  it('goes on by itself after the machine has slept', async () => {
    const world = createWorld();
    await start(world, 2);
    world.clock.sleep(3_600_000);
    await world.clock.advance(5000);
    expect(world.state()).toMatchObject({ state: 'playing', error: null, wait: null });
    world.player.seek(90);
    world.clock.sleep(3_600_000);
    await world.clock.advance(2000);
    expect(world.state()).toMatchObject({ state: 'playing', error: null, wait: null });
    expect(world.player.positionSeconds).toBeGreaterThan(90);
    expect(world.audio.underruns).toBe(0);
  });

  it('reports a crashed worker, and plays the next track with a new one', async () => {
    const world = createWorld();
    await start(world);
    world.engine.crash('out of memory');
    await world.clock.advance(100);
    expect(world.state()).toMatchObject({ state: 'error', error: { code: 'internal' } });
    world.player.load(makeTrack('b'));
    world.player.play();
    await world.clock.advance(1000);
    expect(world.engine.opened).toBe(2);
    expect(world.state()).toMatchObject({ state: 'playing', error: null });
  });

  it('ends where a truncated file ends', async () => {
    const world = createWorld({ durationSeconds: 60 });
    await start(world, 2);
    const frameCount = (10.5 * 48_000) as never;
    world.engine.tell({ event: 'truncated', session: SESSION, frameCount });
    await world.clock.advance(12_000);
    expect(world.state()).toMatchObject({ state: 'ended', durationSeconds: 10.5, error: null });
    expect(world.audio.heard.at(-1)?.mediaTime).toBeCloseTo(10.49, 2);
    expect(findJumps(world.audio)).toEqual([]);
  });

  it.each([3.2, 6.7, 7.9, 8])(
    'takes the last cluster as the end of a file that ends at %f s instead of 60 s',
    async (actualSeconds) => {
      const world = createWorld({ durationSeconds: 60, actualSeconds });
      await start(world, 12);
      expect(world.state()).toMatchObject({
        state: 'ended',
        durationSeconds: actualSeconds,
        error: null,
      });
      expect(world.audio.heard.at(-1)?.mediaTime).toBeCloseTo(actualSeconds - 0.01, 2);
      expect(world.buffer().pieces.at(-1)?.end).toBeCloseTo(actualSeconds, 6);
      expect(findJumps(world.audio)).toEqual([]);
      expect(world.audio.underruns).toBe(0);
      expect(world.engine.commandsOf('render').length).toBeLessThanOrEqual(4);
    },
  );

  it('renders less far ahead when the browser has little room', async () => {
    const world = createWorld({ durationSeconds: 60 });
    world.player.load(makeTrack('a'));
    world.player.play();
    await world.clock.advance(5);
    world.buffer().quotaBytes = 150_000; // Six seconds.
    await world.clock.advance(70_000);
    expect(world.state()).toMatchObject({ state: 'ended', error: null });
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.audio.underruns).toBe(0);
  });

  it('is not content with less because sound of older settings filled the buffer', async () => {
    const world = createWorld({ durationSeconds: 90, clusterBytes: 12_000 });
    await start(world, 1);
    world.buffer().quotaBytes = 168_000; // Seven seconds.
    await world.clock.advance(10_000);
    for (const preset of ['warm', 'bright', 'gentle', 'punchy', 'adaptive'] as const) {
      world.player.setSettings({ preset });
      await world.clock.advance(700);
    }
    await world.clock.advance(20_000);
    const end = world.player.bufferedRanges.at(-1)?.endSeconds ?? 0;
    expect(end - world.player.positionSeconds).toBeGreaterThan(2);
    expect(world.audio.underruns).toBe(0);
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.state().state).toBe('playing');
  });

  it.each([52_000, 58_000, 64_000, 80_000])(
    'plays on with room for %i bytes, at 12,000 for half a second',
    async (quotaBytes) => {
      const world = createWorld({ durationSeconds: 30, clusterBytes: 12_000 });
      world.player.load(makeTrack('a'));
      world.player.play();
      await world.clock.advance(5);
      world.buffer().quotaBytes = quotaBytes;
      await world.clock.advance(40_000);
      expect(world.state()).toMatchObject({ state: 'ended', error: null });
      expect(findJumps(world.audio)).toEqual([]);
      expect(world.audio.underruns).toBe(0);
    },
  );

  it('reports a SourceBuffer that refuses what it is given', async () => {
    const world = createWorld();
    await start(world);
    world.buffer().failNextAppend = true;
    await world.clock.advance(5000);
    expect(world.state()).toMatchObject({ state: 'error', error: { code: 'internal' } });
  });

  it('fetches again what the browser has dropped on its own account', async () => {
    const world = createWorld();
    await start(world, 3);
    const { pieces } = world.buffer();
    pieces.splice(0, pieces.length, ...pieces.filter(({ start: at }) => at < 6 || at > 9));
    await world.clock.advance(10_000);
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.state().state).toBe('playing');
  });

  it('waits for the sound of a place that is close to what is there', async () => {
    const world = createWorld({ durationSeconds: 60 });
    await start(world, 3);
    world.buffer().pieces.splice(0, 2); // Dropped by the browser.
    world.engine.isStopped = true;
    world.player.seek(0.8);
    await world.clock.advance(2000);
    const heard = world.audio.heard.length;
    world.engine.isStopped = false;
    await world.clock.advance(1000);
    expect(world.audio.heard[heard]?.mediaTime).toBeCloseTo(0.8, 6);
  });

  it('steps over a small hole that would stop Chrome for ever', async () => {
    const world = createWorld();
    await start(world, 3);
    const { pieces } = world.buffer();
    const index = pieces.findIndex(({ start: at }) => at === 6);
    const [piece] = pieces.slice(index);
    if (!piece || index < 0) throw new Error('nothing at 6 s');
    pieces[index] = { ...piece, end: piece.end - 0.1 };
    await world.clock.advance(6000);
    expect(world.audio.currentTime).toBeGreaterThan(7);
  });

  it('leaves nothing running after destroy()', async () => {
    const world = createWorld();
    await start(world, 2);
    world.player.destroy();
    const before = world.engine.commands.length;
    const { heard } = world.audio;
    const steps = heard.length;
    await world.clock.advance(3000);
    expect(world.engine.commands.slice(before).map(({ type }) => type)).toEqual(['close']);
    expect(heard).toHaveLength(steps);
    expect(world.engine.terminated).toBe(1);
  });
});
