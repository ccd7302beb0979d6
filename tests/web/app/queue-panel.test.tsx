/** The queue as a listener sees and changes it, by keys and clicks. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryStorage } from '../../support/memory-storage';
import { createWorld, makeTrack, type World } from '../../support/player-world';
import { installRenderCounter } from '../../support/render-counter';
import { libraryOf, type RawTrack } from '../../support/library-server';

// React looks for the hook when it is loaded.
installRenderCounter();
const { act, cleanup, fireEvent, render, screen, within } = await import('@testing-library/react');
const { appOf } = await import('../../support/app-world');

const songs = (ids: readonly string[]): readonly RawTrack[] =>
  ids.map((id) => ({ id, title: `Song ${id}`, artist: 'Mira', duration_s: 120 }));

const FIVE = ['1', '2', '3', '4', '5'];

const openPage = async (ids = FIVE, storage = new MemoryStorage()): Promise<World> => {
  const world = createWorld({ durationSeconds: 120 });
  await act(async () => {
    render(appOf(world, libraryOf(songs(ids)), storage));
    await world.clock.advance(1);
  });
  return world;
};

const pass = (world: World, byMs: number): Promise<void> =>
  act(async () => {
    await world.clock.advance(byMs);
    jest.advanceTimersByTime(byMs);
  });

const click = (name: string | RegExp): void => {
  const element = screen.getByRole('button', { name });
  act(() => element.focus());
  fireEvent.click(element);
};
const press = (key: string, options: object = {}): void => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key, ...options });
};
const panel = (): HTMLElement => screen.getByRole('dialog', { name: 'Queue' });
const rows = (): HTMLElement[] => within(panel()).getAllByRole('listitem');
const titles = (): string[] =>
  rows().map((row) => row.querySelector('.row-title')?.textContent?.replace('Song ', '') ?? '');
const focusedName = (): string | null => document.activeElement?.getAttribute('aria-label') ?? null;
const said = (): string =>
  within(panel())
    .getAllByRole('status')
    .map(({ textContent }) => textContent)
    .join('');

const openQueue = async (ids = FIVE, start = '2'): Promise<World> => {
  const world = await openPage(ids);
  click(`Play Song ${start} by Mira`);
  await pass(world, 1000);
  click('Queue');
  return world;
};

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate'] });
});

afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

describe('The queue', () => {
  it('is the list that was shown, from the row that was clicked', async () => {
    const world = await openPage(['1', '2', '3', '23', '24']);
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: '2' } });
    await pass(world, 1000);
    click('Play Song 23 by Mira');
    await pass(world, 500);
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: '' } });
    await pass(world, 10);
    click('Queue');
    expect(titles()).toEqual(['2', '23', '24']);
    expect(rows().map((row) => row.getAttribute('aria-current'))).toEqual([null, 'true', null]);
    expect(within(panel()).getByText('2 of 3')).toBeTruthy();
  });

  it('opens by button and key with the focus in it, and Escape gives that back', async () => {
    const world = await openPage();
    const button = screen.getByRole('button', { name: 'Queue' });
    expect(button.getAttribute('aria-expanded')).toBe('false');
    click('Queue');
    expect(button.getAttribute('aria-expanded')).toBe('true');
    expect(document.activeElement).toBe(panel());
    press('Escape');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(button);
    const row = screen.getByRole('button', { name: 'Play Song 3 by Mira' });
    act(() => row.focus());
    press('q');
    expect(document.activeElement).toBe(panel());
    press('q');
    expect(document.activeElement).toBe(row);
    press('q');
    click('Close the queue');
    expect(document.activeElement).toBe(row);
    press('q');
    act(() => row.focus());
    press('Escape'); // From outside as well.
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(world.state().queue.items).toEqual([]);
  });

  it('says that it is empty', async () => {
    await openPage();
    click('Queue');
    expect(panel().textContent).toContain('Nothing is queued.');
    expect(within(panel()).queryByRole('list')).toBeNull();
  });

  it('takes tracks from the rows of the library, in words', async () => {
    const world = await openPage();
    click('Play Song 1 by Mira');
    await pass(world, 500);
    click('Play Song 4 next');
    expect(screen.getByText('“Song 4” plays next.')).toBeTruthy();
    click('Play Song 5 next');
    click('Add Song 1 to the queue');
    expect(screen.getByText('“Song 1” was added to the queue.')).toBeTruthy();
    await pass(world, 5000);
    expect(screen.queryByText('“Song 1” was added to the queue.')).toBeNull();
    click('Queue');
    expect(titles()).toEqual(['1', '4', '5', '2', '3', '4', '5', '1']);
  });

  it('plays the row that is clicked, and pauses the one that plays', async () => {
    const world = await openQueue();
    click('Play: Song 4 by Mira');
    await pass(world, 500);
    expect(world.state().track?.id).toBe('4');
    click('Current track: Song 4 by Mira');
    await pass(world, 50);
    expect(world.state().state).toBe('paused');
    expect(titles()).toEqual(FIVE);
  });

  it('is put in order by the keys on a handle, in words, and the focus goes along', async () => {
    const world = await openQueue();
    act(() => screen.getByRole('button', { name: 'Move Song 3' }).focus());
    press('ArrowDown');
    expect(titles()).toEqual(['1', '2', '4', '3', '5']);
    expect(focusedName()).toBe('Move Song 3');
    expect(said()).toBe('“Song 3” is now 4 of 5.');
    press('ArrowDown');
    press('ArrowDown'); // It is the last.
    expect(titles()).toEqual(['1', '2', '4', '5', '3']);
    press('Home');
    expect(titles()).toEqual(['3', '1', '2', '4', '5']);
    expect(focusedName()).toBe('Move Song 3');
    expect(world.state()).toMatchObject({ track: { id: '2' }, state: 'playing', volume: 1 });
  });

  it('is walked through by the keys, and put in order with Alt', async () => {
    const world = await openQueue();
    act(() => screen.getByRole('button', { name: 'Play: Song 4 by Mira' }).focus());
    press('ArrowUp');
    expect(focusedName()).toBe('Play: Song 3 by Mira');
    press('End');
    expect(focusedName()).toBe('Play: Song 5 by Mira');
    press('ArrowDown');
    expect(focusedName()).toBe('Play: Song 5 by Mira');
    expect(world.state().volume).toBe(1); // Else these keys are the volume.
    press('ArrowUp', { altKey: true });
    expect(titles()).toEqual(['1', '2', '3', '5', '4']);
    expect(focusedName()).toBe('Play: Song 5 by Mira');
  });

  it('loses a track by its button or by Delete, and the focus goes to the next', async () => {
    const world = await openQueue();
    click('Remove Song 3 from the queue');
    expect(titles()).toEqual(['1', '2', '4', '5']);
    expect(said()).toBe('“Song 3” was removed.');
    expect(focusedName()).toBe('Remove Song 4 from the queue');
    act(() => screen.getByRole('button', { name: 'Play: Song 5 by Mira' }).focus());
    press('Delete');
    expect(titles()).toEqual(['1', '2', '4']);
    expect(focusedName()).toBe('Play: Song 4 by Mira');
    act(() => screen.getByRole('button', { name: 'Current track: Song 2 by Mira' }).focus());
    press('Delete');
    expect(titles()).toEqual(['1', '2', '4']); // What plays stays.
    expect(world.state().state).toBe('playing');
  });

  it('is cleared but for what plays', async () => {
    const world = await openQueue();
    click('Clear');
    expect(titles()).toEqual(['2']);
    expect(said()).toBe('The queue was cleared.');
    expect(world.state()).toMatchObject({ state: 'playing', hasNext: false });
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Clear' }).disabled).toBe(true);
  });

  it('tells which tracks the library has no more', async () => {
    const world = await openQueue();
    act(() => world.player.refreshTracks([], new Set(['5'])));
    const last = screen.getByRole('button', { name: /Play: Song 5/ });
    expect(last.closest('li')?.textContent).toContain('No longer in the library');
    expect(last.getAttribute('aria-label')).toContain('no longer in the library');
  });
});

describe('A long queue', () => {
  const COUNT = 2000;

  /** By its label: to look for roles takes seconds among so many. */
  const focus = (label: string): void => {
    act(() => panel().querySelector<HTMLElement>(`[aria-label="${label}"]`)?.focus());
    expect(focusedName()).toBe(label);
  };

  const openLong = async (): Promise<World> => {
    const world = await openPage();
    const long = Array.from({ length: COUNT }, (_, at) => ({
      ...makeTrack(`${at}`),
      title: `Song ${at}`,
    }));
    act(() => world.player.playNow(long, 5));
    await pass(world, 500);
    press('q');
    return world;
  };

  it('renders the rows in sight, with their places, and the one that has the focus', async () => {
    const world = await openLong();
    expect(rows().length).toBeLessThan(40);
    const [first] = rows();
    expect(first?.getAttribute('aria-setsize')).toBe(String(COUNT));
    expect(first?.getAttribute('aria-posinset')).toBe('1');
    focus('Play: Song 6 by Artist');
    press('End');
    expect(focusedName()).toBe('Play: Song 1999 by Artist');
    expect(rows().length).toBeLessThan(40);
    act(() => world.player.jumpTo(world.state().queue.items[1000]?.key ?? NaN));
    expect(focusedName()).toBe('Play: Song 1999 by Artist');
    focus('Move Song 1999');
    press('Home');
    expect(world.state().queue.items[0]?.track.id).toBe('1999');
    expect(focusedName()).toBe('Move Song 1999');
  });

  it('shows what comes into sight', async () => {
    await openLong();
    const scroller = panel().querySelector('.queue-scroller');
    if (!scroller) throw new Error('nothing scrolls');
    scroller.scrollTop = 56 * 1500;
    fireEvent.scroll(scroller);
    expect(titles()).toContain('1505');
    expect(titles()).not.toContain('5');
    expect(rows().length).toBeLessThan(40);
  });

  it('renders a row again only when something in it is another one', async () => {
    const world = await openLong();
    const rendersOf = (action: () => void): string[] => {
      globalThis.rowRenders = {};
      act(action);
      return Object.keys(globalThis.rowRenders).filter((name) => name.startsWith('queue'));
    };
    const keyAt = (index: number): number => world.state().queue.items[index]?.key ?? NaN;
    expect(rendersOf(() => world.player.setVolume(0.4))).toEqual([]);
    expect(rendersOf(() => world.player.setRepeat('all'))).toEqual([]);
    expect(rendersOf(() => world.player.removeFromQueue(keyAt(900)))).toEqual([]);
    expect(rendersOf(() => world.player.moveInQueue(keyAt(8), 10))).toEqual([]);
    expect(rendersOf(() => world.player.pause())).toEqual(['queue 5']);
    expect(rendersOf(() => world.player.jumpTo(keyAt(7))).sort()).toEqual(['queue 5', 'queue 7']);
  });
});

describe('Shuffle and repeat', () => {
  it('are buttons that tell how they stand, and keys', async () => {
    const world = await openPage();
    const shuffle = screen.getByRole('button', { name: 'Shuffle' });
    click('Shuffle');
    expect(shuffle.getAttribute('aria-pressed')).toBe('true');
    press('s');
    expect(shuffle.getAttribute('aria-pressed')).toBe('false');
    const stands = ['Repeat', 'Repeat: all', 'Repeat: this track', 'Repeat'].map((name, step) => {
      if (step > 0) press('r');
      return screen.getByRole('button', { name }).getAttribute('aria-pressed');
    });
    expect(stands).toEqual(['false', 'true', 'true', 'false']);
    expect(world.state().queue).toMatchObject({ shuffle: false, repeat: 'off' });
  });

  it('leave what was played where it is', async () => {
    const world = await openQueue();
    click('Shuffle');
    expect(titles()[0]).toBe('2');
    const current = screen.getByRole<HTMLButtonElement>('button', { name: 'Move Song 2' });
    expect(current.disabled).toBe(true);
    const last = titles()[4] ?? '';
    act(() => screen.getByRole('button', { name: `Move Song ${last}` }).focus());
    press('Home');
    expect(titles().slice(0, 2)).toEqual(['2', last]);
    expect(world.state().track?.id).toBe('2');
  });
});

describe('A page that is opened again', () => {
  it('shows the track paused at its place, and goes on there', async () => {
    const storage = new MemoryStorage();
    const before = await openPage(FIVE, storage);
    click('Play Song 3 by Mira');
    await pass(before, 14_000);
    cleanup();
    const world = await openPage(FIVE, storage);
    expect(screen.getByTestId('now-playing').textContent).toBe('Song 3');
    expect(screen.getByTestId('state').textContent).toBe('Paused');
    expect(screen.getByTestId('position').textContent).toBe('0:11'); // As it was saved last.
    expect(world.engine.commandsOf('open')).toEqual([]);
    click('Play');
    await pass(world, 1000);
    expect(screen.getByTestId('state').textContent).toBe('Playing');
    expect(world.audio.heard[0]?.mediaTime).toBeGreaterThan(11);
  });
});

describe('The switch for other tabs', () => {
  it('lets them play on', async () => {
    await openPage();
    click('Queue');
    const toggle = screen.getByRole('switch', { name: 'Let other tabs keep playing' });
    expect(toggle.getAttribute('aria-checked')).toBe('false');
    fireEvent.click(toggle);
    expect(toggle.getAttribute('aria-checked')).toBe('true');
  });
});
