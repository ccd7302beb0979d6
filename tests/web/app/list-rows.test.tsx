/** What renders in the list when something happens, counted by React itself. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { libraryOf, type RawTrack } from '../../support/library-server';
import { createWorld, type World, type WorldOptions } from '../../support/player-world';
import { installRenderCounter } from '../../support/render-counter';

/** As many as are in sight. */
const COUNT = 14;

const RAW: readonly RawTrack[] = Array.from({ length: COUNT }, (_, index) => ({
  id: `${index}`,
  title: `Song ${index}`,
  duration_s: index === 2 ? null : index === 3 ? 3 : 120.25,
}));

// React looks for the hook when it is loaded.
installRenderCounter();
const testing = await import('@testing-library/react');
const { appOf } = await import('../../support/app-world');

const openPage = async (options: WorldOptions = {}): Promise<World> => {
  const world = createWorld({ durationSeconds: 120.25, ...options });
  await testing.act(async () => {
    testing.render(appOf(world, libraryOf(RAW)));
    await world.clock.advance(1);
  });
  return world;
};

/** Which rows render while this happens, and how often. */
const rendersOf = async (world: World, action: () => void, forMs = 1000): Promise<object> => {
  globalThis.rowRenders = {};
  await testing.act(async () => {
    action();
    await world.clock.advance(forMs);
    jest.advanceTimersByTime(forMs);
  });
  return globalThis.rowRenders;
};

const click = (id: string) => () => {
  testing.fireEvent.click(testing.screen.getByTestId(`track-${id}`));
};
const durationOf = (id: string): string | undefined =>
  testing.screen.getByTestId(`track-${id}`).closest('li')?.querySelector('.row-duration')
    ?.textContent ?? undefined;

describe('The rows of the list', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate'] });
  });

  afterEach(() => {
    testing.cleanup();
    jest.useRealTimers();
  });

  it('are counted: each renders when it appears', async () => {
    globalThis.rowRenders = {};
    await openPage();
    expect(Object.keys(globalThis.rowRenders)).toHaveLength(COUNT);
    expect(new Set(Object.values(globalThis.rowRenders))).toEqual(new Set([1]));
  });

  it('render when they become the one that plays, and none of the others does', async () => {
    const world = await openPage();
    expect(Object.keys(await rendersOf(world, click('0')))).toEqual(['0']);
    expect(world.state().state).toBe('playing');
    expect(Object.keys(await rendersOf(world, click('7')))).toEqual(['0', '7']);
    // Its bars stop, and move again.
    expect(await rendersOf(world, () => world.player.pause())).toEqual({ 7: 1 });
    expect(await rendersOf(world, () => world.player.play())).toEqual({ 7: 1 });
  });

  it('do not render again when nothing in them changes', async () => {
    const world = await openPage();
    await rendersOf(world, click('0'));
    const actions: Record<string, () => void> = {
      'playing on': () => undefined,
      volume: () => world.player.setVolume(0.3),
      mute: () => world.player.setMuted(true),
      preset: () => world.player.setSettings({ preset: 'warm' }),
      intensity: () => world.player.setSettings({ intensity: 0.4 }),
      network: () =>
        world.engine.tell({ event: 'network', session: 1, attempt: 2, message: 'silent' }),
      'network again': () =>
        world.engine.tell({ event: 'network', session: 1, attempt: 0, message: '' }),
    };
    for (const [name, action] of Object.entries(actions)) {
      expect({ name, renders: await rendersOf(world, action) }).toEqual({ name, renders: {} });
    }
    // Its bars stand still for a moment.
    expect(Object.keys(await rendersOf(world, () => world.player.seek(100)))).toEqual(['0']);
  });

  it.each([
    ['2', '–:––'],
    ['3', '0:03'],
  ])('show the true length of track %s, told wrongly as %s, once it is known', async (id, told) => {
    const world = await openPage();
    expect(durationOf(id)).toBe(told);
    expect(Object.keys(await rendersOf(world, click(id)))).toEqual([id]);
    expect(durationOf(id)).toBe('2:00');
    expect(testing.screen.getByTestId('duration').textContent).toBe('2:00');
    // Another track plays, and the row still knows.
    await rendersOf(world, click('5'));
    expect(durationOf(id)).toBe('2:00');
  });

  it('show the length of what there is when the file ends early', async () => {
    const world = await openPage();
    await rendersOf(world, click('5'));
    const frameCount = (61.5 * 48_000) as never;
    const tell = () => world.engine.tell({ event: 'truncated', session: 1, frameCount });
    expect(Object.keys(await rendersOf(world, tell))).toEqual(['5']);
    expect(durationOf('5')).toBe('1:01');
  });

  it('and the bar show no length while nobody knows it, but the position', async () => {
    const world = await openPage({ latencyMs: () => 400 });
    await rendersOf(world, click('2'), 100);
    expect(testing.screen.getByTestId('duration').textContent).toBe('–:––');
    const slider = testing.screen.getByRole('slider', { name: 'Seek' });
    expect(slider.getAttribute('aria-valuetext')).toBe('0:00 of unknown length');
    expect(slider.getAttribute('aria-disabled')).toBe('true');
    await rendersOf(world, () => undefined, 3000);
    expect(testing.screen.getByTestId('duration').textContent).toBe('2:00');
    expect(slider.getAttribute('aria-disabled')).toBe('false');
  });
});
