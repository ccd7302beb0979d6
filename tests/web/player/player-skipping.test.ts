/** Tracks that cannot be played, in the middle of a queue. */
import { describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '../../../web/src/shared/errors';
import { createWorld, makeTrack, type World, type WorldOptions } from '../../support/player-world';

const urlOf = (id: string): string => `/api/player/stream/${id}`;

const queueOf = (ids: string, options: WorldOptions = {}): World => {
  const world = createWorld({ durationSeconds: 8.3, ...options });
  world.player.setQueue([...ids].map(makeTrack));
  return world;
};

/** The engine refuses these, and the browser their originals. */
const breakTracks = (world: World, ids: string, code: ErrorCode = 'corrupt'): void => {
  for (const id of ids) {
    world.engine.broken.set(urlOf(id), { code, message: `${id} is no good` });
    world.audio.broken.set(urlOf(id), 4);
  }
};

/** The track that plays breaks in the middle, for the engine and for the browser. */
const breakNow = async (world: World, id: string, session: number): Promise<void> => {
  world.audio.broken.set(urlOf(id), 3);
  const message = 'frame 300 is damaged';
  world.engine.tell({ event: 'failed', session, code: 'corrupt', detail: null, message });
  await world.clock.advance(1000);
};

const click = async (world: World, id: string, forMs = 1000): Promise<void> => {
  world.player.load(makeTrack(id));
  world.player.play();
  await world.clock.advance(forMs);
};

const current = (world: World): string => world.state().track?.id ?? '';
const skipped = (world: World): string[] => world.state().skipped.map(({ track }) => track.id);

describe('A track that cannot be played', () => {
  it.each(['unsupported', 'corrupt', 'gone'] as const)(
    'is skipped with words: %s',
    async (code) => {
      const world = queueOf('abc');
      breakTracks(world, 'a', code);
      await click(world, 'a');
      expect(current(world)).toBe('b');
      expect(world.state()).toMatchObject({ state: 'playing', mode: 'enhanced', error: null });
      expect(world.state().skipped).toEqual([
        { track: makeTrack('a'), failure: { code, detail: null, message: 'a is no good' } },
      ]);
    },
  );

  it('is skipped when the queue comes to it by itself', async () => {
    const world = queueOf('abc');
    breakTracks(world, 'b');
    await click(world, 'a', 12_000);
    expect(current(world)).toBe('c');
    expect(world.state().state).toBe('playing');
    expect(skipped(world)).toEqual(['b']);
  });

  it('is skipped when it breaks in the middle', async () => {
    const world = queueOf('ab');
    await click(world, 'a', 3000);
    await breakNow(world, 'a', 1);
    expect(current(world)).toBe('b');
    expect(world.state().state).toBe('playing');
    expect(world.state().skipped).toMatchObject([
      { failure: { code: 'corrupt', detail: null, message: 'frame 300 is damaged' } },
    ]);
  });

  it('is played by the browser, and not skipped, where that can play it', async () => {
    const world = queueOf('ab');
    breakTracks(world, 'a', 'unsupported');
    world.audio.broken.clear();
    await click(world, 'a');
    expect(current(world)).toBe('a');
    expect(world.audio.src).toBe(urlOf('a'));
    expect(world.state()).toMatchObject({
      mode: 'original',
      modeReason: 'a is no good',
      error: null,
      skipped: [],
    });
  });

  it('is not tried as an original when it is gone', async () => {
    const world = queueOf('ab');
    breakTracks(world, 'a', 'gone');
    const sources: string[] = [];
    world.player.subscribe(() => sources.push(world.audio.src));
    await click(world, 'a');
    expect(sources).not.toContain(urlOf('a'));
    expect(current(world)).toBe('b');
  });

  it('is skipped backwards by who walks backwards', async () => {
    const world = queueOf('abc');
    breakTracks(world, 'b');
    await click(world, 'c');
    world.player.previous();
    await world.clock.advance(1000);
    expect(current(world)).toBe('a');
    expect(world.state().state).toBe('playing');
  });

  it.each([
    ['at once', 1000, 'a'],
    ['after it was played', 7000, 'c'],
  ])('is skipped the way somebody walks only until it was played: %s', async (_, forMs, then) => {
    const world = queueOf('abc');
    await click(world, 'c');
    world.player.previous();
    await world.clock.advance(forMs);
    expect(current(world)).toBe('b');
    await breakNow(world, 'b', 2);
    expect(current(world)).toBe(then);
    expect(world.state().state).toBe('playing');
    expect(skipped(world)).toEqual(['b']);
  });

  it('is an error in words where nothing follows', async () => {
    const world = queueOf('ab');
    breakTracks(world, 'b');
    await click(world, 'b');
    expect(world.state()).toMatchObject({
      state: 'error',
      error: { code: 'corrupt', message: 'b is no good' },
      skipped: [],
    });
    expect(current(world)).toBe('b');
  });

  it('is an error in words while nobody wants to hear it', async () => {
    const world = queueOf('ab');
    breakTracks(world, 'a');
    world.player.load(makeTrack('a'));
    await world.clock.advance(1000);
    expect(current(world)).toBe('a');
    expect(world.state()).toMatchObject({ state: 'error', skipped: [] });
  });

  it('is told of in the queue without MSE as well, where only originals play', async () => {
    const world = queueOf('ab', { hasMse: false });
    world.audio.broken.set(urlOf('a'), 4);
    await click(world, 'a');
    expect(current(world)).toBe('b');
    expect(world.state().skipped).toMatchObject([{ failure: { code: 'unsupported' } }]);
  });
});

describe('Several tracks that cannot be played', () => {
  it('are skipped up to the third in a row, which stops the player', async () => {
    const world = queueOf('abcdef');
    const errors: ErrorCode[] = [];
    world.player.on('error', ({ code }) => errors.push(code));
    breakTracks(world, 'abcdef');
    await click(world, 'a', 60_000);
    expect(current(world)).toBe('c');
    expect(world.state()).toMatchObject({
      state: 'error',
      error: { message: 'c is no good' },
      gaveUp: true,
    });
    expect(skipped(world)).toEqual(['a', 'b']);
    expect(errors).toEqual(['corrupt', 'corrupt', 'corrupt']);
    expect(world.engine.commandsOf('open')).toHaveLength(3);
  });

  it('are not counted together when one between them was played', async () => {
    const world = queueOf('abcdefg');
    breakTracks(world, 'abdf');
    await click(world, 'a', 500);
    expect(current(world)).toBe('c');
    await world.clock.advance(35_000);
    expect(current(world)).toBe('g');
    expect(world.state().error).toBeNull();
    expect(skipped(world)).toEqual(['f']);
  });

  it('are not what stops it where nothing follows, or where one was played meanwhile', async () => {
    const world = queueOf('abc');
    breakTracks(world, 'abc');
    await click(world, 'a');
    expect(skipped(world)).toEqual(['a', 'b']);
    expect(world.state()).toMatchObject({ state: 'error', gaveUp: false });
    const other = queueOf('abc');
    breakTracks(other, 'ab');
    await click(other, 'a', 7000);
    await breakNow(other, 'c', 3);
    expect(skipped(other)).toEqual(['a', 'b']);
    expect(other.state()).toMatchObject({ state: 'error', gaveUp: false });
  });

  it('are what stopped it until something else plays', async () => {
    const stopped = async (): Promise<World> => {
      const world = queueOf('abcd');
      breakTracks(world, 'abc');
      await click(world, 'a');
      world.player.dismissSkipped();
      expect(world.state()).toMatchObject({ state: 'error', gaveUp: true });
      return world;
    };
    const ways: readonly ((world: World) => void)[] = [
      ({ player }) => player.retry(),
      ({ player }) => player.playOriginal('You chose it.'),
      ({ player }) => player.next(),
    ];
    for (const way of ways) {
      const world = await stopped();
      way(world);
      expect(world.state()).toMatchObject({ error: null, gaveUp: false });
    }
  });

  it('leave the words until another track is chosen or they were read', async () => {
    const world = queueOf('abcd');
    breakTracks(world, 'ab');
    await click(world, 'a');
    expect(skipped(world)).toEqual(['a', 'b']);
    world.player.dismissSkipped();
    expect(skipped(world)).toEqual([]);
    await click(world, 'a');
    expect(skipped(world)).toEqual(['a', 'b']);
    world.player.next();
    expect(skipped(world)).toEqual([]);
    expect(current(world)).toBe('d');
  });

  it('can be tried again, and the queue goes on from there', async () => {
    const world = queueOf('abcd');
    breakTracks(world, 'abc');
    await click(world, 'a');
    expect(world.state().state).toBe('error');
    world.player.retry();
    await world.clock.advance(1000);
    expect(current(world)).toBe('d');
    expect(world.state().state).toBe('playing');
    expect(skipped(world)).toEqual(['c']);
  });
});

describe('A retry', () => {
  it('goes on forwards, also where somebody had walked backwards', async () => {
    const world = queueOf('abcde');
    breakTracks(world, 'bcd');
    await click(world, 'e');
    world.player.previous();
    await world.clock.advance(1000);
    expect(current(world)).toBe('b');
    expect(world.state().state).toBe('error');
    world.engine.broken.delete(urlOf('c'));
    world.player.retry();
    await world.clock.advance(1000);
    expect(current(world)).toBe('c');
    expect(world.state().state).toBe('playing');
  });
});

describe('A lost network', () => {
  it('stops the player at its track instead of running through the queue', async () => {
    const world = queueOf('abc');
    await click(world, 'a', 3000);
    const message = 'the server does not answer';
    world.engine.tell({ event: 'failed', session: 1, code: 'network', detail: null, message });
    await world.clock.advance(5000);
    expect(current(world)).toBe('a');
    expect(world.state()).toMatchObject({
      state: 'error',
      error: { code: 'network' },
      skipped: [],
    });
  });

  it('is not taken for a broken file where the original plays', async () => {
    const world = queueOf('abc', { hasMse: false, presence: () => 'unreachable' });
    world.audio.broken.set(urlOf('a'), 4);
    await click(world, 'a', 5000);
    expect(current(world)).toBe('a');
    expect(world.state()).toMatchObject({ state: 'error', error: { code: 'network' } });
  });

  it.each(['internal', 'quota'] as const)(
    'is no more the fault of the track than %s',
    async (code) => {
      const world = queueOf('abc');
      world.engine.broken.set(urlOf('a'), { code, message: 'no good' });
      await click(world, 'a');
      expect(current(world)).toBe('a');
      expect(world.state()).toMatchObject({ state: 'error', error: { code }, skipped: [] });
    },
  );
});
