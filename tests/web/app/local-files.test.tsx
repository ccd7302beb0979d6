/** Files of this device in the page: dropped, chosen, opened again; with words for what is not. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, createEvent, fireEvent, render, screen } from '@testing-library/react';
import { Describer } from '../../../web/src/app/local/describer';
import { HandleStore } from '../../../web/src/app/local/handle-store';
import { fileNode } from '../../../web/src/app/local/nodes';
import { NOTHING_SHARED, Opener } from '../../../web/src/app/local/opener';
import { NOTHING_FOUND } from '../../../web/src/app/local/words';
import { LocalDoor, NOT_LOADED } from '../../../web/src/app/local-door';
import { LocalFiles } from '../../../web/src/app/local-files';
import { localAddress } from '../../../web/src/shared/local-address';
import { appOf } from '../../support/app-world';
import { libraryOf } from '../../support/library-server';
import { entryOf } from '../../support/local-nodes';
import { MemoryStorage } from '../../support/memory-storage';
import { createWorld, type World, type WorldOptions } from '../../support/player-world';

const addressOf = (path: string): string => localAddress({ path, sizeBytes: 1, modifiedMs: 1 });
const fileOf = (name: string): File => new File(['x'], name, { lastModified: 1 });

type Shown = {
  readonly world: World;
  readonly files: LocalFiles;
  /** What the browser's dialogue gives next. */
  readonly choice: File[];
  readonly pass: (byMs?: number) => Promise<void>;
};

type Options = WorldOptions & {
  readonly storage?: MemoryStorage;
  readonly shared?: readonly File[];
  readonly isBroken?: boolean;
  readonly address?: string;
};

const show = async (options: Options = {}): Promise<Shown> => {
  const files = new LocalFiles({
    createObjectURL: (blob) => `blob:${(blob as File).name}`,
    revokeObjectURL: () => undefined,
  });
  const world = createWorld({
    durationSeconds: 20,
    findElementUrl: files.findElementUrl,
    ...options,
  });
  const { player, client: engine } = world;
  const choice: File[] = [];
  const opener = new Opener({
    player,
    files,
    handles: new HandleStore({ nowMs: () => 1 }),
    describer: new Describer({ player, engine, files }),
    pick: () => Promise.resolve(choice.map(fileNode)),
    takeShared: () => Promise.resolve(options.shared ?? []),
  });
  const door = new LocalDoor(player, () =>
    options.isBroken === true ? Promise.reject(new Error('gone')) : Promise.resolve(opener),
  );
  const pass = (byMs = 200): Promise<void> =>
    act(async () => {
      // What is asked of the browser takes turns, and no time.
      for (let turn = 0; turn < 20; turn += 1) {
        for (let wait = 0; wait < 20; wait += 1) await Promise.resolve();
        await world.clock.advance(byMs / 20);
      }
    });
  const { storage, address } = options;
  render(appOf(world, libraryOf([]), storage ?? new MemoryStorage(), address, door));
  await pass();
  return { world, files, choice, pass };
};

type Drag = 'dragEnter' | 'dragOver' | 'dragLeave' | 'drop' | 'dragStart' | 'dragEnd';

/** As the browser tells of something that is dragged over the page. */
const drag = (type: Drag, names: readonly string[] = ['a.flac'], types = ['Files']): Event => {
  const event = createEvent[type](document.body);
  const items = names.map((name) => ({
    kind: 'file',
    webkitGetAsEntry: () => entryOf(name, 'x'),
    getAsFile: () => fileOf(name),
  }));
  Object.defineProperty(event, 'dataTransfer', { value: { types, items, dropEffect: 'none' } });
  Object.defineProperty(event, 'relatedTarget', { value: null });
  fireEvent(document.body, event);
  return event;
};

const dropWords = (): string => document.querySelector('.drop-area')?.textContent ?? '?';
const toast = (): string => document.querySelector('.toast')?.textContent ?? '?';
const titles = (world: World): string[] =>
  world.state().queue.items.map(({ track }) => track.title);
const button = (name: string): HTMLElement => screen.getByRole('button', { name });

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate'] });
});
afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

describe('Files that are dropped', () => {
  it('are announced while they are held over the page, and play at once in order', async () => {
    const { world, pass } = await show();
    expect(dropWords()).toBe('');
    expect(drag('dragEnter').defaultPrevented).toBe(true);
    expect(drag('dragOver').defaultPrevented).toBe(true);
    expect(dropWords()).toContain('Drop audio files');
    expect(document.querySelector('.drop-area')?.getAttribute('role')).toBe('status');
    drag('dragLeave');
    expect(dropWords()).toBe('');
    drag('dragEnter');
    const names = ['10 b.mp3', 'cover.jpg', '9 a.mp3'];
    expect(drag('drop', names).defaultPrevented).toBe(true);
    expect(dropWords()).toBe('');
    await pass(1000);
    expect(world.state()).toMatchObject({
      state: 'playing',
      mode: 'enhanced',
      track: { url: addressOf('9 a.mp3') },
    });
    expect(world.state().queue.items.map(({ track }) => track.id)).toEqual(
      ['9 a.mp3', '10 b.mp3'].map(addressOf),
    );
    expect(toast()).toBe(
      'Playing 2 files from this device. “cover.jpg” is no audio file and was passed over.',
    );
  });

  it('are called by what the engine reads in them, also those that do not play yet', async () => {
    const { world, pass } = await show();
    drag('drop', ['a.mp3', 'b.mp3', 'c.mp3']);
    await pass(3000);
    expect(titles(world)).toEqual(['Title', 'Title', 'Title']);
    expect(world.state().queue.items.map(({ track }) => track.durationSeconds)).toEqual([
      20, 20, 20,
    ]);
    const opened = world.engine.commandsOf('open').length;
    expect(world.engine.commandsOf('close').length).toBeGreaterThanOrEqual(3);
    await pass(3000);
    expect(world.engine.commandsOf('open').length).toBeLessThanOrEqual(opened + 1);
  });

  it('are left to the browser where no files are dragged, or what is comes from the page', async () => {
    const { world, pass } = await show();
    expect(drag('dragEnter', [], ['text/plain']).defaultPrevented).toBe(false);
    expect(drag('drop', [], ['text/plain']).defaultPrevented).toBe(false);
    drag('dragStart');
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      expect(drag(type).defaultPrevented).toBe(false);
    }
    expect(dropWords()).toBe('');
    drag('dragEnd');
    await pass();
    expect(world.state().queue.items).toEqual([]);
    expect(drag('dragEnter').defaultPrevented).toBe(true);
  });

  it('leave what plays alone where none of them is audio', async () => {
    const { world, pass } = await show();
    drag('drop', ['a.mp3']);
    await pass(500);
    drag('drop', ['cover.jpg']);
    await pass(500);
    expect(world.state()).toMatchObject({ state: 'playing', track: { id: addressOf('a.mp3') } });
    expect(toast()).toBe(NOTHING_FOUND);
  });

  it('cost words where the code that opens them cannot be had', async () => {
    const { pass } = await show({ isBroken: true });
    drag('drop', ['a.mp3']);
    await pass();
    expect(toast()).toBe(NOT_LOADED);
  });
});

describe('The button', () => {
  it('opens the browser’s dialogue; nothing happens where nothing is chosen', async () => {
    const { world, choice, pass } = await show();
    fireEvent.click(button('Play files from this device'));
    await pass();
    expect(world.state().track).toBeNull();
    expect(toast()).toBe('');
    choice.push(fileOf('b.wav'), fileOf('a.wav'));
    fireEvent.click(button('Play files from this device'));
    await pass(500);
    expect(world.state()).toMatchObject({ state: 'playing', track: { id: addressOf('a.wav') } });
  });
});

describe('What another app shares', () => {
  it('plays at once', async () => {
    const { world, pass } = await show({ address: '/?open=shared', shared: [fileOf('s.mp3')] });
    await pass(500);
    expect(world.state()).toMatchObject({ state: 'playing', track: { id: addressOf('s.mp3') } });
  });

  it('costs words where it did not arrive', async () => {
    const { world } = await show({ address: '/?open=shared' });
    expect(toast()).toBe(NOTHING_SHARED);
    expect(world.state().state).toBe('idle');
  });
});

describe('After a reload', () => {
  const leave = async (): Promise<MemoryStorage> => {
    const storage = new MemoryStorage();
    const { pass } = await show({ storage });
    drag('drop', ['a.mp3', 'b.mp3']);
    await pass(5000);
    cleanup();
    return storage;
  };

  // What the engine says of it: host-local.test.ts.
  it('a file has to be opened again, and goes on in its queue', async () => {
    const storage = await leave();
    const { world, choice, pass } = await show({ hasMse: false, storage });
    expect(titles(world)).toEqual(['Title', 'Title']);
    await act(async () => world.player.play());
    await pass(500);
    expect(world.state().error?.code).toBe('closed');
    expect(screen.getByRole('alert').textContent).toContain('has to be opened again');
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Play the original' })).toBeNull();

    fireEvent.click(button('Open it again'));
    await pass();
    expect(world.state().error?.code).toBe('closed');
    choice.push(fileOf('b.mp3'), fileOf('a.mp3'));
    fireEvent.click(button('Open it again'));
    await pass(500);
    expect(world.state()).toMatchObject({ error: null, track: { id: addressOf('a.mp3') } });
    expect(world.audio.src).toBe('blob:a.mp3');
    expect(world.state().queue.items.length).toBe(2);
  });
});
