/** Files of this device in the page: dropped, chosen, found after a while. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, createEvent, fireEvent } from '@testing-library/react';
import { STOPPED } from '../../../web/src/app/local/looker';
import { NOTHING_FOUND } from '../../../web/src/app/local/words';
import { NOT_LOADED } from '../../../web/src/app/local-door';
import { entryOf } from '../../support/local-nodes';
import {
  addressOf,
  beginPage,
  button,
  drag,
  dropWords,
  endPage,
  fileOf,
  show,
  titles,
  toast,
  type Shown,
} from '../../support/local-page';
import type { World } from '../../support/player-world';

beforeEach(beginPage);
afterEach(endPage);

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

describe('What is found after a while', () => {
  /** A folder of one file, which tells of it once it is told to. */
  const slowFolder = (): { readonly entry: () => FileSystemEntry; readonly tell: () => void } => {
    let tell = (): void => undefined;
    const told = new Promise<void>((resolve) => (tell = resolve));
    const left = [entryOf('z.mp3', 'x')];
    const readEntries = (resolve: (entries: FileSystemEntry[]) => void): void =>
      void told.then(() => resolve(left.splice(0)));
    const folder = { name: 'Album', isFile: false, isDirectory: true };
    const createReader = () => ({ readEntries });
    return { entry: () => ({ ...folder, createReader }) as unknown as FileSystemEntry, tell };
  };
  const opening = async (): Promise<Shown & { readonly tell: () => void }> => {
    const shown = await show();
    drag('drop', ['a.mp3', 'b.mp3', 'c.mp3']);
    await shown.pass(500);
    const [, b] = shown.world.state().queue.items;
    await act(async () => shown.world.player.jumpTo(b?.key ?? NaN));
    const { entry, tell } = slowFolder();
    drag('drop', ['Album'], ['Files'], entry);
    await shown.pass();
    return { ...shown, tell };
  };
  const found = addressOf('Album/z.mp3');

  it.each([
    ['sorted', ({ player }: World, key: number) => player.moveInQueue(key, 2)],
    ['shortened', ({ player }: World, key: number) => player.removeFromQueue(key)],
  ] as const)('plays though the queue was %s meanwhile', async (_how, change) => {
    const { world, pass, tell } = await opening();
    const first = world.state().queue.items[0]?.key ?? NaN;
    await act(async () => change(world, first));
    expect(world.state().queue.items[0]?.key).not.toBe(first);
    tell();
    await pass(500);
    expect(world.state()).toMatchObject({ state: 'playing', track: { id: found } });
    expect(toast()).toBe('Playing 1 file from this device.');
  });

  it('is put behind the queue where something else was chosen meanwhile', async () => {
    const { world, pass, tell } = await opening();
    await act(async () => world.player.jumpTo(world.state().queue.items[2]?.key ?? NaN));
    tell();
    await pass(500);
    expect(world.state()).toMatchObject({ state: 'playing', track: { id: addressOf('c.mp3') } });
    expect(world.state().queue.items.map(({ track }) => track.id)).toEqual(
      ['a.mp3', 'b.mp3', 'c.mp3', 'Album/z.mp3'].map(addressOf),
    );
    expect(toast()).toBe('1 file was added to the queue.');
  });
});
