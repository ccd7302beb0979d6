/** The panel's level, comparison, meters and words. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';

import { STAGES } from '../../../web/src/engine/engine-protocol';
import { appOf } from '../../support/app-world';
import { libraryOf, type RawTrack } from '../../support/library-server';
import { createWorld, type World, type WorldOptions } from '../../support/player-world';

const tracks = (count: number): RawTrack[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `${index}`,
    title: `Song ${index}`,
    artist: 'Mira Voss',
    album: 'Harbour Songs',
    duration_s: 120,
  }));

const pass = (world: World, byMs: number): Promise<void> =>
  act(async () => {
    await world.clock.advance(byMs);
    jest.advanceTimersByTime(byMs); // The page's own meters.
  });

/** The page with its first track playing. */
const playApp = async (options: WorldOptions = {}, count = 3): Promise<World> => {
  const world = createWorld({ loudnessLufs: () => -18.2, ...options });
  await act(async () => {
    render(appOf(world, libraryOf(tracks(count))));
    await world.clock.advance(1);
  });
  fireEvent.click(screen.getByTestId('track-0'));
  await pass(world, 2000);
  return world;
};

const press = (key: string): void => {
  fireEvent.keyDown(document.body, { key });
};

const meter = (name: string): HTMLElement => screen.getByRole('meter', { name });

const setHidden = (hidden: boolean): void => {
  Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
  document.dispatchEvent(new Event('visibilitychange'));
};

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate'] });
});

afterEach(() => {
  cleanup();
  setHidden(false);
  jest.useRealTimers();
});

describe('The level', () => {
  it('is chosen, and says that the album is being measured', async () => {
    const world = await playApp({ measureMs: 3000 });
    const levels = screen.getByRole('radiogroup', { name: 'Level' });
    fireEvent.click(within(levels).getByRole('radio', { name: 'Off' }));
    expect(world.state().settings.level).toBe('off');
    fireEvent.click(within(levels).getByRole('radio', { name: 'Album' }));
    await pass(world, 2000);
    expect(screen.getByText('Measuring the album, 2 of 3; by track until then.')).toBeTruthy();
    await pass(world, 8000);
    expect(screen.queryByText(/Measuring/)).toBeNull();
    expect(world.state().settings.albumLoudnessLufs).toBe(-18.2);
  });

  it('says that an album is too large to be measured', async () => {
    const world = await playApp({}, 41);
    fireEvent.click(screen.getByRole('radio', { name: 'Album' }));
    await pass(world, 100);
    expect(screen.getByText(/^41 tracks are too many to measure \(40 at most\)/)).toBeTruthy();
  });
});

describe('What is not enhanced', () => {
  const toggle = (): void => {
    fireEvent.click(screen.getByRole('switch', { name: 'Enhanced' }));
  };

  it('has its own words for the loudness, and none without a level', async () => {
    const world = await playApp();
    toggle();
    await pass(world, 500);
    expect(screen.getByTestId('loudness').textContent).toBe('Not enhanced, −18.2 → −14.0 LUFS');
    fireEvent.click(screen.getByRole('radio', { name: 'Off' }));
    expect(screen.getByText('Not enhanced')).toBeTruthy();
    expect(screen.queryByTestId('loudness')).toBeNull();
  });

  it('has a level that can be chosen, and a preset that cannot', async () => {
    const world = await playApp();
    const track = screen.getByRole<HTMLInputElement>('radio', { name: 'Track' });
    expect(track.closest('label')?.title).toBe('All tracks equally loud');
    toggle();
    expect(track.closest('label')?.title).toBe('Loud tracks no louder than enhanced');
    fireEvent.click(screen.getByRole('radio', { name: 'Album' }));
    expect(world.state().settings).toMatchObject({ enhanced: false, level: 'album' });
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Warm' }).disabled).toBe(true);
    await pass(world, 500);
  });
});

describe('The comparison', () => {
  it('goes to the original, to the enhanced, and is left', async () => {
    const world = await playApp();
    const compare = (): string => world.state().settings.compare;
    fireEvent.click(screen.getByRole('button', { name: 'Compare with the original' }));
    expect(compare()).toBe('original');
    fireEvent.click(screen.getByRole('button', { name: /^You hear the original/ }));
    expect(compare()).toBe('enhanced');
    fireEvent.click(screen.getByRole('button', { name: /^You hear the enhanced/ }));
    expect(compare()).toBe('original');
    fireEvent.click(screen.getByRole('button', { name: 'Leave the comparison' }));
    expect(compare()).toBe('off');
    await pass(world, 500);
  });

  it('obeys the keys, also while a radio button has the focus', async () => {
    const world = await playApp();
    press('c');
    expect(world.state().settings.compare).toBe('original');
    fireEvent.keyDown(screen.getByRole('radio', { name: 'Warm' }), { key: 'c' });
    expect(world.state().settings.compare).toBe('enhanced');
    press('Escape');
    expect(world.state().settings.compare).toBe('off');
    const position = world.player.positionSeconds;
    fireEvent.keyDown(screen.getByRole('radio', { name: 'Warm' }), { key: 'ArrowRight' });
    expect(world.player.positionSeconds).toBe(position);
  });

  it('is not offered where there is nothing to compare', async () => {
    const world = await playApp();
    press('c');
    fireEvent.click(screen.getByRole('switch', { name: 'Enhanced' }));
    expect(world.state().settings).toMatchObject({ enhanced: false, compare: 'off' });
    const button = screen.getByRole<HTMLButtonElement>('button', {
      name: 'Compare with the original',
    });
    expect(button.disabled).toBe(true);
    press('c');
    expect(world.state().settings.compare).toBe('off');
  });
});

describe('The meters', () => {
  it('follow the playhead, and fall to nothing when it stands', async () => {
    const world = await playApp();
    await pass(world, 1100);
    const cluster = Math.floor(world.audio.currentTime / 0.5);
    expect(cluster).toBeGreaterThan(3);
    expect(meter('Limiter').getAttribute('aria-valuenow')).toBe(String(cluster));
    expect(meter('Limiter').getAttribute('aria-valuetext')).toBe(`−${cluster}.0 decibels`);
    expect(meter('Bass').getAttribute('aria-valuenow')).toBe('0');
    act(() => world.player.pause());
    await pass(world, 100);
    expect(meter('Limiter').getAttribute('aria-valuenow')).toBe('0');
  });

  it('show the rarer stages once they are used', async () => {
    const world = await playApp();
    expect(screen.getAllByRole('meter')).toHaveLength(4);
    const gains = STAGES.map((stage) => (stage === 'transient' ? 1.5 : 0));
    const spy = jest.spyOn(world.player, 'stageGainsDb', 'get').mockReturnValue(gains);
    await pass(world, 100);
    expect(meter('Hits').getAttribute('aria-valuetext')).toBe('+1.5 decibels');
    spy.mockRestore();
    // It falls, so that it can be read.
    await pass(world, 70);
    expect(Number(meter('Hits').getAttribute('aria-valuenow'))).toBeCloseTo(0.7, 6);
    await pass(world, 140);
    expect(meter('Hits').getAttribute('aria-valuenow')).toBe('0');
  });

  it('are not looked at while the page is hidden', async () => {
    const world = await playApp();
    const spy = jest.spyOn(world.player, 'stageGainsDb', 'get');
    act(() => setHidden(true));
    await pass(world, 1000);
    expect(spy).not.toHaveBeenCalled();
    act(() => setHidden(false));
    await pass(world, 1000);
    const looks = spy.mock.calls.length;
    expect(looks).toBeGreaterThanOrEqual(10);
    expect(looks).toBeLessThanOrEqual(20);
  });

  it('have no live region that would be read out', async () => {
    await playApp();
    const panel = screen.getByRole('group', { name: 'Enhancement' });
    expect(panel.querySelector('[aria-live], [role=status], [role=alert], output')?.tagName).toBe(
      'OUTPUT', // The intensity's, which only the listener moves.
    );
    expect(panel.querySelectorAll('[aria-live], [role=status], [role=alert]')).toHaveLength(0);
  });
});

describe('The tone', () => {
  it('is drawn and told in words', async () => {
    const world = await playApp();
    expect(screen.getByRole('img', { name: 'Tone: unchanged' })).toBeTruthy();
    fireEvent.click(screen.getByRole('switch', { name: 'Enhanced' }));
    await pass(world, 100);
    expect(screen.queryByRole('img', { name: /^Tone/ })).toBeNull();
  });
});
