import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanup, render } from '@testing-library/react';
import { useStartWish } from '../../../web/src/app/use-start-wish';
import { createWorld, makeTrack, type World } from '../../support/player-world';

const TRACKS = ['a', 'b', 'c'].map(makeTrack);

type Shown = { readonly world: World; readonly isReady: boolean };

const launched: string[][] = [];
let shareCount = 0;
const FILE_WISHES = {
  launch: (handles: readonly FileSystemHandle[]) =>
    void launched.push(handles.map(({ name }) => name)),
  share: () => void (shareCount += 1),
};

const Page = ({ world, isReady }: Shown): null => {
  const shuffleAll = (): void => {
    world.player.setShuffle(true);
    world.player.playNow(TRACKS, 1);
  };
  useStartWish(world.player, shuffleAll, isReady, FILE_WISHES);
  return null;
};

/** Opens the page there; the library comes later. */
const open = async (address: string, prepare?: (world: World) => void): Promise<World> => {
  window.history.replaceState(null, '', address);
  const world = createWorld();
  const { rerender } = render(<Page world={world} isReady={false} />);
  prepare?.(world);
  expect(world.state().state).not.toBe('playing');
  rerender(<Page world={world} isReady />);
  await world.clock.advance(2000);
  return world;
};

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, 'launchQueue');
});

describe('A start by a shortcut', () => {
  it('plays all of the library shuffled, once', async () => {
    const world = await open('/?debug&start=shuffle');
    expect(world.state().state).toBe('playing');
    expect(world.state().queue.shuffle).toBe(true);
    expect(world.state().queue.items.length).toBe(TRACKS.length);
    expect(window.location.search).toBe('?debug=');
  });

  it('goes on where it stopped', async () => {
    const world = await open('/?start=resume', ({ player }) => player.load(makeTrack('b')));
    expect(world.state()).toMatchObject({ state: 'playing', track: { id: 'b' } });
    expect(world.state().queue.shuffle).toBe(false);
  });

  it('waits where nothing is asked for, or there is nothing to go on with', async () => {
    expect((await open('/')).state().state).toBe('idle');
    cleanup();
    expect((await open('/?start=resume')).state().state).toBe('idle');
  });

  it('an address to sign in at is one of the app again, which opens without a server', async () => {
    await open('/?debug&sign-in');
    expect(new URL(location.href).searchParams.has('sign-in')).toBe(false);
    expect(new URL(location.href).searchParams.has('debug')).toBe(true);
  });

  it('is also heard by an app that is open already', async () => {
    let launch: (what: { targetURL: string }) => void = () => undefined;
    const launchQueue = { setConsumer: (consumer: typeof launch) => (launch = consumer) };
    Object.assign(window, { launchQueue });
    const world = await open('/?start=resume');
    // The launch that has opened the page comes as well.
    launch({ targetURL: 'http://localhost/?start=resume' });
    launch({ targetURL: 'http://localhost/?start=shuffle' });
    await world.clock.advance(2000);
    expect(world.state().queue.shuffle).toBe(true);
  });
});

describe('Files', () => {
  afterEach(() => {
    launched.length = 0;
    shareCount = 0;
  });

  it('that are shared are asked for once, whether the library is there or not', async () => {
    await open('/?debug&open=shared');
    expect(shareCount).toBe(1);
    expect(window.location.search).toBe('?debug=');
  });

  it('that are shared to an app that is open are asked for, as they may be missing', async () => {
    let launch: (what: { targetURL: string }) => void = () => undefined;
    const launchQueue = { setConsumer: (consumer: typeof launch) => (launch = consumer) };
    Object.assign(window, { launchQueue });
    await open('/');
    launch({ targetURL: new URL('/share', window.location.href).href });
    expect(shareCount).toBe(1);
  });

  it('that the system opens come with every launch, also with the one that opened the page', async () => {
    let launch: (what: { targetURL: string; files: { name: string }[] }) => void = () => undefined;
    const launchQueue = { setConsumer: (consumer: typeof launch) => (launch = consumer) };
    Object.assign(window, { launchQueue });
    const world = await open('/');
    launch({ targetURL: window.location.href, files: [{ name: 'a.flac' }, { name: 'b.mp3' }] });
    launch({ targetURL: window.location.href, files: [{ name: 'c.wav' }] });
    launch({ targetURL: window.location.href, files: [] });
    expect(launched).toEqual([['a.flac', 'b.mp3'], ['c.wav']]);
    expect(world.state().state).toBe('idle');
  });

  it('that were shared are not asked for again by the launch that brought them', async () => {
    let launch: (what: { targetURL: string }) => void = () => undefined;
    const launchQueue = { setConsumer: (consumer: typeof launch) => (launch = consumer) };
    Object.assign(window, { launchQueue });
    await open('/?open=shared');
    const targetURL = new URL('/share', window.location.href).href;
    launch({ targetURL });
    expect(shareCount).toBe(1);
    launch({ targetURL });
    expect(shareCount).toBe(2);
  });

  it('do not come again when the page is loaded again', async () => {
    let launch: (what: { targetURL: string; files: { name: string }[] }) => void = () => undefined;
    const launchQueue = { setConsumer: (consumer: typeof launch) => (launch = consumer) };
    Object.assign(window, { launchQueue });
    const entries = { value: () => [{ type: 'reload' }], configurable: true };
    Object.defineProperty(performance, 'getEntriesByType', entries);
    try {
      await open('/');
      // Chromium tells of the launch that has opened the page once more.
      launch({ targetURL: new URL('/share', window.location.href).href, files: [] });
      expect(shareCount).toBe(0);
      launch({ targetURL: window.location.href, files: [{ name: 'c.wav' }] });
      expect(launched).toEqual([['c.wav']]);
      cleanup();
      await open('/');
      launch({ targetURL: window.location.href, files: [{ name: 'a.flac' }] });
      expect(launched).toEqual([['c.wav']]);
    } finally {
      Reflect.deleteProperty(performance, 'getEntriesByType');
    }
  });
});
