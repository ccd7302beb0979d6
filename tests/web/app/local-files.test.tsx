/** Files of this device in the page: dropped, chosen, opened again; with words for what is not. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  act,
  cleanup,
  createEvent,
  fireEvent,
  render,
  screen,
  within,
} from '@testing-library/react';
import { Buffer } from 'node:buffer';
import { webcrypto } from 'node:crypto';
import { setImmediate } from 'node:timers';
import { Describer } from '../../../web/src/app/local/describer';
import { HandleStore } from '../../../web/src/app/local/handle-store';
import { fileNode } from '../../../web/src/app/local/nodes';
import { STOPPED } from '../../../web/src/app/local/looker';
import { Opener } from '../../../web/src/app/local/opener';
import { NOTHING_FOUND, NOTHING_SHARED } from '../../../web/src/app/local/words';
import type { Shared } from '../../../web/src/app/local/shared-inbox';
import { LocalDoor, NOT_LOADED, type OnLooking } from '../../../web/src/app/local-door';
import { LocalFiles } from '../../../web/src/app/local-files';
import { localAddress } from '../../../web/src/shared/local-address';
import { appOf } from '../../support/app-world';
import { libraryOf } from '../../support/library-server';
import { entryOf } from '../../support/local-nodes';
import { MemoryStorage } from '../../support/memory-storage';
import { createWorld, makeTrack, type World, type WorldOptions } from '../../support/player-world';

const addressOf = (path: string): string => localAddress({ path, sizeBytes: 1, modifiedMs: 1 });
const fileOf = (name: string): File => new File(['x'], name, { lastModified: 1 });

type Shown = {
  readonly world: World;
  readonly files: LocalFiles;
  /** What the browser's dialogue gives next. */
  readonly choice: File[];
  /** How often it was asked for. */
  readonly askCount: () => number;
  readonly pass: (byMs?: number) => Promise<void>;
};

type Options = WorldOptions & {
  readonly storage?: MemoryStorage;
  readonly shared?: readonly File[];
  readonly tooLargeCount?: number;
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
  let askCount = 0;
  const { shared = [], tooLargeCount = 0 } = options;
  const takeShared = (): Promise<Shared> => {
    const counts = { takenCount: shared.length, tooLargeCount, tooManyCount: 0, noRoomCount: 0 };
    return Promise.resolve({ files: shared, report: { receivedAtMs: 0, ...counts } });
  };
  const openerOf = (onLooking: OnLooking): Opener =>
    new Opener({
      player,
      files,
      handles: new HandleStore({ nowMs: () => 1 }),
      describer: new Describer({ player, engine, files }),
      pick: () => {
        askCount += 1;
        return Promise.resolve(choice.map(fileNode));
      },
      takeShared,
      nowMs: () => world.clock.nowMs(),
      onLooking,
    });
  const door = new LocalDoor(player, (onLooking) =>
    options.isBroken === true
      ? Promise.reject(new Error('gone'))
      : Promise.resolve(openerOf(onLooking)),
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
  return { world, files, choice, askCount: () => askCount, pass };
};

type Drag = 'dragEnter' | 'dragOver' | 'dragLeave' | 'drop' | 'dragStart' | 'dragEnd';

/** As the browser tells of something that is dragged over the page. */
const drag = (
  type: Drag,
  names: readonly string[] = ['a.flac'],
  types = ['Files'],
  entry = (name: string) => entryOf(name, 'x'),
): Event => {
  const event = createEvent[type](document.body);
  const items = names.map((name) => ({
    kind: 'file',
    webkitGetAsEntry: () => entry(name),
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
const sharedNotice = (): HTMLElement => screen.getByTestId('shared-notice');
/** What is hashed takes real time. */
const until = async (isSo: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 2000 && !isSo(); turn += 1) {
    // What has changed is shown at its end.
    await act(() => new Promise<void>((resolve) => void setImmediate(resolve)));
  }
  expect(isSo()).toBe(true);
};
const untilShared = (): Promise<void> =>
  until(() => screen.queryByTestId('shared-notice') !== null);
const button = (name: string): HTMLElement => screen.getByRole('button', { name });

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate'] });
  addPlatform();
});
afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

/** Nor has jsdom what pages have in a secure context, and of a Blob. */
const addPlatform = (): void => {
  // Node takes nothing of jsdom's own kinds of bytes.
  const digest = (name: string, bytes: ArrayBuffer): Promise<ArrayBuffer> =>
    webcrypto.subtle.digest(name, Buffer.from(bytes));
  Object.defineProperty(crypto, 'subtle', { value: { digest }, configurable: true });
  Blob.prototype.arrayBuffer ??= function (this: Blob): Promise<ArrayBuffer> {
    return new Promise((resolve) => {
      const reader = new FileReader();
      reader.addEventListener('load', () => resolve(reader.result as ArrayBuffer));
      reader.readAsArrayBuffer(this);
    });
  };
};

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

describe('A drag of which the end is not told', () => {
  it('of the page’s own leaves the next one from outside alone', async () => {
    await show();
    const cover = document.createElement('img');
    document.body.append(cover);
    fireEvent(cover, createEvent.dragStart(cover));
    // As when another track's cover takes its place.
    cover.remove();
    fireEvent(cover, createEvent.dragEnd(cover));
    expect(drag('dragEnter').defaultPrevented).toBe(false);
    // The button is held still: on its way to the drag.
    fireEvent.mouseMove(document.body, { buttons: 1 });
    expect(drag('dragEnter').defaultPrevented).toBe(false);
    fireEvent.mouseMove(document.body, { buttons: 0 });
    expect(drag('dragEnter').defaultPrevented).toBe(true);
  });

  it('from outside takes its words away when nothing more is heard of it', async () => {
    await show();
    drag('dragEnter');
    act(() => void jest.advanceTimersByTime(1500));
    drag('dragOver');
    act(() => void jest.advanceTimersByTime(1500));
    expect(dropWords()).toContain('Drop audio files');
    act(() => void jest.advanceTimersByTime(1500));
    expect(dropWords()).toBe('');
  });
});

describe('A folder on a slow drive', () => {
  const silent = (): FileSystemEntry =>
    ({
      name: 'Album',
      isFile: false,
      isDirectory: true,
      createReader: () => ({ readEntries: () => undefined }),
    }) as unknown as FileSystemEntry;
  const looking = (): string =>
    document.querySelector('[data-testid="looking-notice"]')?.textContent ?? '';

  it('is told of after a moment, and can be left', async () => {
    const { world, pass } = await show();
    drag('drop', ['Album'], ['Files'], silent);
    await pass();
    expect(looking()).toBe('');
    act(() => void jest.advanceTimersByTime(1000));
    expect(looking()).toContain('Looking for audio. 0 of 0 files and folders so far.');
    fireEvent.click(button('Stop'));
    await pass();
    expect(looking()).toBe('');
    expect(toast()).toBe(STOPPED);
    expect(world.state().track).toBeNull();
  });

  it('is not waited for where something else is opened meanwhile', async () => {
    const { world, pass } = await show();
    drag('drop', ['Album'], ['Files'], silent);
    await pass();
    drag('drop', ['a.mp3']);
    await pass(1000);
    expect(world.state()).toMatchObject({ state: 'playing', track: { id: addressOf('a.mp3') } });
    act(() => void jest.advanceTimersByTime(1000));
    expect(looking()).toBe('');
  });
});

describe('What another app shares', () => {
  const notice = (): string =>
    document.querySelector('[data-testid="shared-notice"]')?.textContent ?? '';
  const SHARED = { address: '/?open=shared', shared: [fileOf('s.mp3'), fileOf('t.mp3')] };

  it('waits for the listener, and plays then', async () => {
    const { world, pass } = await show({ ...SHARED, tooLargeCount: 1 });
    await untilShared();
    expect(notice()).toContain('2 shared files. “s.mp3” and “t.mp3”. 1 more is too large');
    expect(world.state().queue.items).toEqual([]);
    expect(world.engine.commandsOf('open')).toEqual([]);
    fireEvent.click(within(sharedNotice()).getByRole('button', { name: 'Play' }));
    await pass(500);
    expect(notice()).toBe('');
    expect(world.state().state).toBe('playing');
    expect(titles(world).length).toBe(2);
  });

  it('is put behind the queue, or thrown away, and nothing else is changed', async () => {
    const storage = new MemoryStorage();
    const before = await show({ storage });
    drag('drop', ['a.mp3']);
    await before.pass(5000);
    cleanup();
    const { world, pass } = await show({ ...SHARED, storage });
    await untilShared();
    expect(world.state().queue.items.length).toBe(1);
    fireEvent.click(button('Add to queue'));
    await pass(500);
    expect(toast()).toBe('2 files were added to the queue.');
    expect(world.state()).toMatchObject({ state: 'paused', track: { id: addressOf('a.mp3') } });
    expect(world.state().queue.items.length).toBe(3);
    cleanup();
    const after = await show(SHARED);
    await untilShared();
    fireEvent.click(button('Discard'));
    await after.pass(500);
    expect(notice()).toBe('');
    expect(after.world.state().queue.items).toEqual([]);
  });

  it('costs words where it did not arrive', async () => {
    const { world } = await show({ address: '/?open=shared' });
    expect(toast()).toBe(NOTHING_SHARED);
    expect(world.state().state).toBe('idle');
  });
});

describe('A file that was changed since it was opened', () => {
  const gone = async (names: readonly string[]): Promise<Shown> => {
    const shown = await show({ hasMse: false });
    shown.world.audio.broken.set('blob:a.mp3', 2);
    drag('drop', names);
    await shown.pass(500);
    return shown;
  };
  const changed = new File(['longer'], 'a.mp3', { lastModified: 7 });

  it('is opened again with a button, and keeps its place in the queue', async () => {
    const { world, files, choice, pass } = await gone(['a.mp3']);
    expect(world.state().error?.code).toBe('gone');
    expect(files.fileOf(addressOf('a.mp3'))).toBeNull();
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
    await act(async () => world.player.enqueue([makeTrack('next')]));
    world.audio.broken.clear();
    choice.push(changed);
    fireEvent.click(button('Open it again'));
    await pass(500);
    const address = localAddress({ path: 'a.mp3', sizeBytes: 6, modifiedMs: 7 });
    expect(world.state()).toMatchObject({ error: null, track: { id: address, url: address } });
    const ids = world.state().queue.items.map(({ track }) => track.id);
    expect(ids).toEqual([address, 'next']);
    expect(world.audio.src).toBe('blob:a.mp3');
  });

  it('is asked for where it was skipped and is wanted again', async () => {
    const { world, files, pass } = await gone(['a.mp3', 'b.mp3']);
    expect(world.state()).toMatchObject({ error: null, track: { id: addressOf('b.mp3') } });
    expect(files.fileOf(addressOf('a.mp3'))).toBeNull();
    await act(async () => world.player.jumpTo(world.state().queue.items[0]?.key ?? NaN));
    await pass(500);
    expect(world.state().error?.code).toBe('closed');
    expect(button('Open it again')).toBeTruthy();
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

  it('the browser is asked in the click itself, whatever its database does', async () => {
    const storage = await leave();
    // It never answers.
    const silent = { open: () => ({ addEventListener: () => undefined }) };
    Object.defineProperty(globalThis, 'indexedDB', { value: silent, configurable: true });
    try {
      const { world, askCount, pass } = await show({ hasMse: false, storage });
      await act(async () => world.player.play());
      await pass(500);
      expect(world.state().error?.code).toBe('closed');
      fireEvent.click(button('Open it again'));
      expect(askCount()).toBe(1);
      fireEvent.click(button('Play files from this device'));
      expect(askCount()).toBe(2);
      await pass();
    } finally {
      Reflect.deleteProperty(globalThis, 'indexedDB');
    }
  });

  it('what was shared is known by its content, whatever its name and date are', async () => {
    const storage = new MemoryStorage();
    const shared = [new File(['one'], '1000012.mp3', { lastModified: 5 }), fileOf('t.mp3')];
    const first = await show({ hasMse: false, storage, address: '/?open=shared', shared });
    await untilShared();
    fireEvent.click(within(sharedNotice()).getByRole('button', { name: 'Play' }));
    await first.pass(5000);
    cleanup();
    const { world, choice, pass } = await show({ hasMse: false, storage });
    const ids = world.state().queue.items.map(({ track }) => track.id);
    expect(ids.length).toBe(2);
    expect(ids[0]).toMatch(/^local:3\.~[0-9a-f]{32}\/1000012\.mp3$/);
    await act(async () => world.player.play());
    await pass(500);
    expect(world.state().error?.code).toBe('closed');
    choice.push(new File(['two'], '1000012.mp3', { lastModified: 5 }));
    choice.push(new File(['one'], 'Song.mp3', { lastModified: 99 }));
    fireEvent.click(button('Open it again'));
    await until(() => world.state().error === null);
    await pass(500);
    expect(world.state()).toMatchObject({ error: null, track: { id: ids[0] } });
    expect(world.audio.src).toBe('blob:Song.mp3');
    expect(world.state().queue.items.map(({ track }) => track.id)).toEqual(ids);
  });
});
