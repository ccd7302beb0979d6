/** What another app has shared: it waits for the listener, and gets lost nowhere. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { NOTHING_SHARED } from '../../../web/src/app/local/words';
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
  toast,
  untilShared,
} from '../../support/local-page';
import { MemoryStorage } from '../../support/memory-storage';

/** As when something is shared to an app that is there already. */
let launchShare = (): void => undefined;

beforeEach(() => {
  beginPage();
  const setConsumer = (consumer: (what: { targetURL: string }) => void): void => {
    launchShare = () => act(() => consumer({ targetURL: 'http://localhost/share' }));
  };
  Object.defineProperty(window, 'launchQueue', { value: { setConsumer }, configurable: true });
});
afterEach(() => {
  endPage();
  Reflect.deleteProperty(window, 'launchQueue');
});

describe('What another app shares', () => {
  const notice = (): string =>
    document.querySelector('[data-testid="shared-notice"]')?.textContent ?? '';
  const address = '/?open=shared';
  const inboxOf = (): SharedPlace => new SharedPlace(fileOf('s.mp3'), fileOf('t.mp3'));

  it('waits for the listener, and plays then', async () => {
    const inbox = new SharedPlace();
    inbox.put([fileOf('s.mp3'), fileOf('t.mp3')], 1);
    const { world, pass } = await show({ address, inbox });
    await untilShared();
    expect(notice()).toContain('2 shared files. “s.mp3” and “t.mp3”. 1 more is too large');
    expect(world.state().queue.items).toEqual([]);
    expect(world.engine.commandsOf('open')).toEqual([]);
    fireEvent.click(within(sharedNotice()).getByRole('button', { name: 'Play' }));
    await pass(500);
    expect(notice()).toBe('');
    expect(world.state().state).toBe('playing');
    expect(titles(world).length).toBe(2);
    expect(inbox.now.files).toEqual([]);
  });

  it('is put behind the queue, or thrown away, and nothing else is changed', async () => {
    const storage = new MemoryStorage();
    const before = await show({ storage });
    drag('drop', ['a.mp3']);
    await before.pass(5000);
    cleanup();
    const { world, pass } = await show({ address, inbox: inboxOf(), storage });
    await untilShared();
    expect(world.state().queue.items.length).toBe(1);
    fireEvent.click(button('Add to queue'));
    await pass(500);
    expect(toast()).toBe('2 files were added to the queue.');
    expect(world.state()).toMatchObject({ state: 'paused', track: { id: addressOf('a.mp3') } });
    expect(world.state().queue.items.length).toBe(3);
    cleanup();
    const after = await show({ address, inbox: inboxOf() });
    await untilShared();
    fireEvent.click(button('Discard'));
    await after.pass(500);
    expect(notice()).toBe('');
    expect(after.world.state().queue.items).toEqual([]);
  });

  it('costs words where it did not arrive', async () => {
    const { world } = await show({ address });
    expect(toast()).toBe(NOTHING_SHARED);
    expect(world.state().state).toBe('idle');
  });

  it('is read out as one sentence, and leaves the focus at the player', async () => {
    const inbox = new SharedPlace();
    await show({ inbox });
    const regions = [...document.querySelectorAll('.app-notices [role=status]')];
    inbox.put([fileOf('s.mp3')]);
    launchShare();
    await untilShared();
    // It was there, empty, before its words were.
    const told = [...document.querySelectorAll('.app-notices [role=status]')];
    expect(told).toEqual(regions);
    expect(told.map((region) => region.textContent.trim())).toEqual(['1 shared file. “s.mp3”.']);
    const discard = button('Discard');
    act(() => discard.focus());
    fireEvent.click(discard);
    expect(document.activeElement).toBe(screen.getByRole('region', { name: 'Player' }));
  });

  it('is asked for again after a reload, until it was answered', async () => {
    const inbox = inboxOf();
    await show({ address, inbox });
    await untilShared();
    cleanup();
    const { pass } = await show({ inbox });
    await untilShared();
    expect(notice()).toContain('2 shared files.');
    fireEvent.click(button('Discard'));
    await pass();
    expect(inbox.now.files).toEqual([]);
    cleanup();
    const after = await show({ inbox });
    await after.pass(500);
    expect(notice()).toBe('');
    expect(toast()).toBe('');
  });

  it('is given back once it is no longer in the queue and something else is shared', async () => {
    const inbox = inboxOf();
    const { world, files, pass } = await show({ inbox });
    await untilShared();
    fireEvent.click(within(sharedNotice()).getByRole('button', { name: 'Play' }));
    await pass(500);
    const copies = world.state().queue.items.map(({ track }) => track.url);
    const share = async (): Promise<void> => {
      inbox.put([fileOf('u.mp3')]);
      launchShare();
      await untilShared();
      fireEvent.click(button('Discard'));
    };
    await share();
    expect(files.addresses).toEqual(copies);
    drag('drop', ['a.mp3']);
    await pass(500);
    await share();
    expect(files.addresses).toEqual([addressOf('a.mp3')]);
  });
});
