/** Files of this device that have to be opened again: changed since, or after a reload. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { localAddress } from '../../../web/src/shared/local-address';
import {
  addressOf,
  beginPage,
  button,
  drag,
  endPage,
  fileOf,
  SharedPlace,
  sharedNotice,
  show,
  titles,
  until,
  untilShared,
  type Shown,
} from '../../support/local-page';
import { MemoryStorage } from '../../support/memory-storage';
import { makeTrack } from '../../support/player-world';

beforeEach(beginPage);
afterEach(endPage);

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

  it('is opened again also where it was skipped, and what plays goes on', async () => {
    const { world, choice, pass } = await gone(['a.mp3', 'b.mp3']);
    expect(world.state().skipped.map(({ track }) => track.id)).toEqual([addressOf('a.mp3')]);
    fireEvent.click(button('Open it again'));
    await pass(500);
    expect(world.state().skipped.length).toBe(1);
    choice.push(changed);
    fireEvent.click(button('Open it again'));
    await pass(500);
    const address = localAddress({ path: 'a.mp3', sizeBytes: 6, modifiedMs: 7 });
    const ids = world.state().queue.items.map(({ track }) => track.id);
    expect(ids).toEqual([address, addressOf('b.mp3')]);
    expect(world.state()).toMatchObject({ skipped: [], track: { id: addressOf('b.mp3') } });
    expect(world.audio.src).toBe('blob:b.mp3');
    expect(screen.queryByRole('button', { name: 'Open it again' })).toBeNull();
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

  it('a file that was shared and put behind the queue has not to be opened again', async () => {
    const storage = new MemoryStorage();
    const address = '/?open=shared';
    const first = await show({
      hasMse: false,
      storage,
      address,
      inbox: new SharedPlace(fileOf('s.mp3')),
    });
    await untilShared();
    fireEvent.click(within(sharedNotice()).getByRole('button', { name: 'Play' }));
    await first.pass(5000);
    cleanup();
    const inbox = new SharedPlace(fileOf('s.mp3'), fileOf('t.mp3'));
    const { world, pass } = await show({ hasMse: false, storage, address, inbox });
    await untilShared();
    await act(async () => world.player.play());
    await pass(500);
    expect(world.state().error?.code).toBe('closed');
    fireEvent.click(button('Add to queue'));
    await pass(500);
    expect(world.state()).toMatchObject({ error: null, mode: 'original' });
    expect(world.audio.src).toBe('blob:s.mp3');
    expect(world.state().queue.items.length).toBe(3);
  });

  it('a file that was opened another way is not asked for, and the queue stays', async () => {
    const storage = await leave();
    const { world, files, choice, askCount, pass } = await show({ hasMse: false, storage });
    await act(async () => world.player.play());
    await pass(500);
    expect(world.state().error?.code).toBe('closed');
    files.open(addressOf('a.mp3'), fileOf('a.mp3'));
    choice.push(fileOf('a.mp3'));
    fireEvent.click(button('Open it again'));
    await pass(500);
    expect(askCount()).toBe(0);
    expect(world.state()).toMatchObject({ error: null, track: { id: addressOf('a.mp3') } });
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
    const inbox = new SharedPlace(...shared);
    const first = await show({ hasMse: false, storage, address: '/?open=shared', inbox });
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
