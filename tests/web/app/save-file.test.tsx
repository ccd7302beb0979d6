/** The button that saves what plays as an enhanced file. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { EngineContext } from '../../../web/src/app/SaveButton';
// What the page fetches of its own code is there at once.
import '../../../web/src/app/SaveFile';
import { appOf } from '../../support/app-world';
import { FILE_PATCH } from '../../support/fake-engine';
import { libraryOf } from '../../support/library-server';
import { createWorld, type World } from '../../support/player-world';

const LIBRARY = libraryOf([
  { id: '0', title: 'Low: Tide', artist: 'Mira Voss', album: 'Harbour Songs', duration_s: 120 },
]);
const OFFER = { name: 'Save enhanced file' };

const saved: { readonly name: string; readonly blob: Blob }[] = [];
let blobs: Blob[] = [];

const pass = (world: World, byMs: number): Promise<void> =>
  act(async () => {
    await world.clock.advance(byMs);
    jest.advanceTimersByTime(byMs);
  });

const playApp = async (actualSeconds = 120): Promise<World> => {
  const world = createWorld({
    durationSeconds: 120,
    actualSeconds,
    loudnessLufs: () => -18.2,
  });
  await act(async () => {
    render(<EngineContext value={world.client}>{appOf(world, LIBRARY)}</EngineContext>);
    await world.clock.advance(1);
  });
  return world;
};

/** A click, and the worker has heard of it. */
const save = async (world: World): Promise<void> => {
  fireEvent.click(screen.getByRole('button', OFFER));
  for (let count = 0; count < 50 && world.engine.commandsOf('openFile').length === 0; count += 1) {
    await pass(world, 1);
  }
};

/** The page is not held by a file that would be lost with it. */
const mayLeave = (): boolean =>
  window.dispatchEvent(new Event('beforeunload', { cancelable: true }));

const bytesOf = (blob: Blob): Promise<Uint8Array> =>
  new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(new Uint8Array(reader.result as ArrayBuffer));
    reader.readAsArrayBuffer(blob);
  });

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate'] });
  blobs = [];
  saved.length = 0;
  // jsdom has neither addresses of blobs nor downloads.
  URL.createObjectURL = (blob) => `blob:${blobs.push(blob as Blob)}`;
  URL.revokeObjectURL = () => undefined;
  jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    const blob = blobs[Number(this.href.replace('blob:', '')) - 1];
    if (blob) saved.push({ name: this.download, blob });
  });
});

afterEach(() => {
  cleanup();
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('Save enhanced file', () => {
  it('is not offered before there is anything to save', async () => {
    await playApp();
    const offer = screen.getByRole('button', OFFER);
    expect(offer.getAttribute('aria-disabled')).toBe('true');
    expect(offer.title).toBe('Play a track first');
    fireEvent.click(offer);
    expect(screen.getByRole('button', OFFER)).toBe(offer);
  });

  it('makes the file of what is heard, shows how far it is, and hands it to the browser', async () => {
    const world = await playApp();
    const words = screen.getByTestId('save-state');
    fireEvent.click(screen.getByTestId('track-0'));
    await pass(world, 2000);
    const offer = screen.getByRole('button', OFFER);
    act(() => offer.focus());
    await save(world);
    await pass(world, 10);
    expect(mayLeave()).toBe(false);
    const [command] = world.engine.commandsOf('openFile');
    expect(command?.settings).toEqual(world.state().settings);
    expect(screen.getByText('Making the file…')).toBeTruthy();
    expect(screen.getByRole('progressbar')).toBeTruthy();
    await pass(world, 4000);
    expect(screen.getByTestId('save-state').textContent).toContain('The file is ready');
    expect(saved.map(({ name }) => name)).toEqual(['Mira Voss - Low Tide.webm']);
    const [file] = saved;
    const bytes = file ? await bytesOf(file.blob) : new Uint8Array();
    expect(bytes.length).toBe(120);
    expect([bytes[0], bytes[1], bytes[119]]).toEqual([FILE_PATCH, 30, 120]);
    expect(world.engine.commandsOf('pull').length).toBe(4);
    expect(mayLeave()).toBe(true);
    fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    // The keyboard stays where it is, and so does what a screen reader listens to.
    expect(screen.getByRole('button', OFFER)).toBe(offer);
    expect(document.activeElement).toBe(offer);
    expect(screen.getByTestId('save-state')).toBe(words);
    expect(words.textContent).toBe('');
  });

  it('stops when it is cancelled, and saves nothing', async () => {
    const world = await playApp();
    fireEvent.click(screen.getByTestId('track-0'));
    await pass(world, 2000);
    await save(world);
    await pass(world, 10);
    const before = world.engine.commandsOf('close').length;
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await pass(world, 5000);
    const [opened] = world.engine.commandsOf('openFile');
    const closed = world.engine.commandsOf('close').slice(before);
    expect(closed.map(({ session }) => session)).toContain(opened?.session);
    expect(world.engine.commandsOf('pull').length).toBeLessThan(4);
    expect(saved).toEqual([]);
    expect(mayLeave()).toBe(true);
    expect(screen.getByRole('button', OFFER)).toBeTruthy();
  });

  it('lets the music have its sound first', async () => {
    const world = await playApp();
    fireEvent.click(screen.getByTestId('track-0'));
    fireEvent.click(screen.getByRole('button', OFFER));
    await pass(world, 5);
    expect(world.state().state).toBe('loading');
    expect(screen.getByTestId('save-state').textContent).toContain('so that the music does not');
    expect(world.engine.commandsOf('openFile')).toEqual([]);
    for (let count = 0; count < 40; count += 1) await pass(world, 250);
    expect(screen.getByTestId('save-state').textContent).toContain('The file is ready');
  });

  it('says where the file ends when the original is cut off', async () => {
    const world = await playApp(65);
    fireEvent.click(screen.getByTestId('track-0'));
    await pass(world, 2000);
    await save(world);
    await pass(world, 4000);
    expect(screen.getByTestId('save-state').textContent).toContain('It ends at 1:05');
    expect(saved.length).toBe(1);
  });

  it('says why there is no file', async () => {
    const world = await playApp();
    fireEvent.click(screen.getByTestId('track-0'));
    await pass(world, 2000);
    world.engine.refuse = { type: 'openFile', code: 'gone', message: 'the track is gone' };
    fireEvent.click(screen.getByRole('button', OFFER));
    await pass(world, 500);
    expect(screen.getByTestId('save-state').textContent).toContain('the track is gone');
    expect(saved).toEqual([]);
  });
});
