import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import type { Fetch } from '../../../web/src/app/library-client';
import { appOf } from '../../support/app-world';
import { libraryOf, LibraryServer, type RawTrack } from '../../support/library-server';
import { fakePlan } from '../../support/fake-engine';
import { ADAPTIVE, createWorld, type World, type WorldOptions } from '../../support/player-world';

const rawTrack = (id: string, fields: object = {}): RawTrack => ({
  id,
  title: `Song ${id}`,
  artist: 'Mira Voss',
  album: 'Harbour Songs',
  album_artist: '',
  track_number: 1,
  duration_s: 120,
  size_bytes: 1,
  format: 'flac',
  sample_rate_hz: 44_100,
  channels: 2,
  has_artwork: false,
  stream_url: `/api/player/stream/${id}`,
  ...fields,
});

const RAW_TRACKS = [
  rawTrack('1'),
  rawTrack('2', { title: 'Löwenzahn', artist: 'Ólafur', has_artwork: true, format: 'mp3' }),
  rawTrack('3', { duration_s: 3675 }),
];

const library = (): Fetch => libraryOf(RAW_TRACKS);

const renderApp = async (options: WorldOptions = {}, fetch: Fetch = library()): Promise<World> => {
  const world = createWorld({ durationSeconds: 120, ...options });
  await act(async () => {
    render(appOf(world, fetch));
    await world.clock.advance(1);
  });
  return world;
};

const pass = (world: World, byMs: number): Promise<void> =>
  act(async () => {
    await world.clock.advance(byMs);
    jest.advanceTimersByTime(byMs); // The page's own refresh of the position.
  });

const click = (element: HTMLElement): void => {
  fireEvent.click(element);
};

const rowsOf = (name: string): HTMLElement[] =>
  within(screen.getByRole('list', { name })).queryAllByRole('listitem');

const state = (): string => screen.getByTestId('state').textContent ?? '';

describe('App', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate'] });
  });

  afterEach(() => {
    cleanup();
    jest.useRealTimers();
  });

  it('lists the library and plays the row that is clicked', async () => {
    const world = await renderApp();
    const rows = rowsOf('Tracks');
    expect(rows).toHaveLength(3);
    expect(rows[2]?.textContent).toContain('1:01:15');
    click(screen.getByRole('button', { name: 'Play Song 1 by Mira Voss' }));
    expect(world.audio.playCalls).toBe(1);
    await pass(world, 1000);
    expect(screen.getByTestId('now-playing').textContent).toBe('Song 1');
    expect(state()).toBe('Playing');
    expect(rows[0]?.getAttribute('aria-current')).toBe('true');
    click(screen.getByRole('button', { name: 'Pause' }));
    await pass(world, 50);
    expect(state()).toBe('Paused');
    expect(screen.getByRole('button', { name: 'Play' })).toBeTruthy();
  });

  it('searches titles, artists and albums, whatever the case and the accents', async () => {
    const world = await renderApp();
    const search = screen.getByRole('searchbox', { name: 'Search' });
    fireEvent.change(search, { target: { value: 'OLAFUR lowen' } });
    await pass(world, 1000);
    expect(rowsOf('Tracks')).toHaveLength(1);
    fireEvent.change(search, { target: { value: 'zzz' } });
    await pass(world, 1000);
    expect(rowsOf('Tracks')).toHaveLength(0);
    expect(screen.getByText('No song matches “zzz”.')).toBeTruthy();
  });

  it('says in words that the server cannot be reached, and tries again', async () => {
    const server = new LibraryServer(RAW_TRACKS);
    server.isDown = true;
    const world = await renderApp({}, server.fetch);
    expect(screen.getByRole('alert').textContent).toContain('The server cannot be reached.');
    server.isDown = false;
    click(screen.getByRole('button', { name: 'Try again' }));
    await pass(world, 10);
    expect(rowsOf('Tracks')).toHaveLength(3);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('has a seek slider that says where it is and obeys the keys', async () => {
    const world = await renderApp();
    click(screen.getByTestId('track-1'));
    await pass(world, 1000);
    const slider = screen.getByRole('slider', { name: 'Seek' });
    fireEvent.keyDown(slider, { key: 'PageUp' });
    await pass(world, 500);
    const text = slider.getAttribute('aria-valuetext') ?? '';
    expect(text).toMatch(/^0:3\d of 2:00$/);
    expect(Number(slider.getAttribute('aria-valuenow'))).toBeGreaterThanOrEqual(30);
    expect(slider.getAttribute('aria-valuemax')).toBe('120');
    fireEvent.keyDown(slider, { key: 'Home' });
    await pass(world, 300);
    expect(world.audio.currentTime).toBeLessThan(1);
  });

  it('changes preset, intensity and enhancement through controls with roles', async () => {
    const world = await renderApp();
    const presets = screen.getByRole('radiogroup', { name: 'Preset' });
    expect(within(presets).getAllByRole('radio')).toHaveLength(5);
    click(within(presets).getByRole('radio', { name: 'Warm' }));
    fireEvent.change(screen.getByRole('slider', { name: 'Intensity' }), { target: { value: '0' } });
    expect(world.state().settings).toEqual({ ...ADAPTIVE, preset: 'warm', intensity: 0 });
    expect(screen.getByText('0%')).toBeTruthy();
    const toggle = screen.getByRole('switch', { name: 'Enhanced' });
    expect(toggle.getAttribute('aria-checked')).toBe('true');
    click(toggle);
    expect(world.state().settings.enhanced).toBe(false);
    expect(toggle.getAttribute('aria-checked')).toBe('false');
    expect(screen.getByText('Not enhanced')).toBeTruthy();
  });

  it('shows what the engine measured and does', async () => {
    const world = await renderApp();
    click(screen.getByTestId('track-1'));
    await pass(world, 500);
    world.engine.tell({
      event: 'plan',
      provisional: false,
      session: 1,
      plan: fakePlan(),
    });
    await pass(world, 10);
    expect(screen.getByTestId('loudness').textContent).toBe(
      '−18.2 → −14.0 LUFS, limiter at most 2.1 dB',
    );
  });

  it('says loudly that the original plays when there is no MSE', async () => {
    const world = await renderApp({ hasMse: false });
    click(screen.getByTestId('track-1'));
    await pass(world, 10);
    expect(screen.getByTestId('original-notice').textContent).toContain('not enhanced');
    expect(world.audio.src).toBe('/api/player/stream/1');
  });

  it('plays the original of a damaged file and says why', async () => {
    const world = await renderApp();
    world.engine.refuse = { type: 'open', code: 'corrupt', message: 'frame 3 is damaged' };
    click(screen.getByTestId('track-1'));
    await pass(world, 100);
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getByTestId('original-notice').textContent).toContain('Frame 3 is damaged.');
    expect(world.audio.src).toBe('/api/player/stream/1');
  });

  it('shows a failure of the engine in words and offers the original', async () => {
    const world = await renderApp();
    world.engine.refuse = { type: 'open', code: 'internal', message: 'out of memory' };
    click(screen.getByTestId('track-1'));
    await pass(world, 100);
    expect(screen.getByRole('alert').textContent).toContain('Something went wrong in the player.');
    expect(screen.getByRole('alert').textContent).toContain('Out of memory.');
    expect(screen.queryByTestId('original-notice')).toBeNull();
    click(screen.getByRole('button', { name: 'Play the original' }));
    expect(world.audio.src).toBe('/api/player/stream/1');
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getByTestId('original-notice')).toBeTruthy();
  });

  it('says what is wrong with the file that plays, beside the sound', async () => {
    const world = await renderApp();
    click(screen.getByTestId('track-1'));
    await pass(world, 500);
    expect(screen.queryByTestId('warning-notice')).toBeNull();
    world.engine.tell({ event: 'noticed', session: 1, warnings: ['ends-early'] });
    await pass(world, 500);
    const notice = screen.getByTestId('warning-notice');
    expect(notice.textContent).toContain('The file ends before its audio does.');
    expect(state()).toBe('Playing');
    click(screen.getByRole('button', { name: 'Next' }));
    await pass(world, 500);
    expect(screen.queryByTestId('warning-notice')).toBeNull();
  });

  it('shows that it reconnects', async () => {
    const world = await renderApp();
    click(screen.getByTestId('track-1'));
    await pass(world, 500);
    world.engine.tell({ event: 'network', session: 1, attempt: 3, message: 'It went silent.' });
    await pass(world, 10);
    expect(screen.getByText(/attempt 3/).textContent).toContain('Reconnecting');
    world.engine.tell({ event: 'network', session: 1, attempt: 0, message: '' });
    await pass(world, 10);
    expect(screen.queryByText(/attempt 3/)).toBeNull();
  });

  it('plays and seeks by keyboard, but leaves the keys to fields that want them', async () => {
    const world = await renderApp();
    click(screen.getByTestId('track-1'));
    await pass(world, 1000);
    fireEvent.keyDown(document.body, { key: ' ' });
    await pass(world, 50);
    expect(world.state().state).toBe('paused');
    fireEvent.keyDown(screen.getByRole('searchbox'), { key: ' ' });
    await pass(world, 50);
    expect(world.state().state).toBe('paused');
    fireEvent.keyDown(document.body, { key: ' ' });
    fireEvent.keyDown(document.body, { key: 'ArrowRight' });
    await pass(world, 500);
    expect(world.state().state).toBe('playing');
    expect(world.audio.currentTime).toBeGreaterThan(5.5);
  });

  it('walks through the library with next and previous', async () => {
    const world = await renderApp();
    click(screen.getByTestId('track-1'));
    await pass(world, 500);
    click(screen.getByRole('button', { name: 'Next' }));
    await pass(world, 500);
    expect(screen.getByTestId('now-playing').textContent).toBe('Löwenzahn');
    click(screen.getByRole('button', { name: 'Previous' }));
    await pass(world, 500);
    expect(screen.getByTestId('now-playing').textContent).toBe('Song 1');
  });
});
