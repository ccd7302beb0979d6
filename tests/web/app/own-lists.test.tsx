/** The listener's own lists in the page: hearts, the dialog, the views. */
import { describe, expect, it } from '@jest/globals';
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import {
  button,
  choose,
  click,
  create,
  isPressed,
  LIBRARY,
  m3u,
  openMix,
  openPage,
  playlists,
  press,
  queued,
  rows,
  withListsPage,
} from '../../support/lists-page';

withListsPage();

describe('A heart', () => {
  it('makes a favourite of a row and of what plays, and says so', async () => {
    const page = await openPage('/songs');
    expect(isPressed('Favourite: Buoy')).toBe('false');
    await click('Favourite: Buoy', page);
    expect(isPressed('Favourite: Buoy')).toBe('true');
    await click('Play Anchor by Mira', page);
    const [, playing] = screen.getAllByRole('button', { name: 'Favourite: Anchor' });
    if (!playing) throw new Error('what plays has no heart');
    fireEvent.click(playing);
    await page.settle();
    fireEvent.click(screen.getByRole('link', { name: 'Favourites' }));
    await page.settle();
    expect(rows()).toEqual(['Anchor', 'Buoy']);
    expect(screen.getByText('2 songs · 4:00')).toBeTruthy();
  });

  it('makes a list whose rows play, with the others behind them', async () => {
    const page = await openPage('/songs');
    for (const title of ['Drift', 'Buoy', 'Anchor']) await click(`Favourite: ${title}`, page);
    fireEvent.click(screen.getByRole('link', { name: 'Favourites' }));
    await page.settle();
    expect(rows()).toEqual(['Anchor', 'Buoy', 'Drift']);
    await click('Play: Buoy by Mira', page);
    expect(page.world.state().track?.title).toBe('Buoy');
    expect(queued(page)).toEqual(['Anchor', 'Buoy', 'Drift']);
  });

  it('that is taken away can be had back', async () => {
    const page = await openPage('/songs');
    await click('Favourite: Buoy', page);
    fireEvent.click(screen.getByRole('link', { name: 'Favourites' }));
    await page.settle();
    act(() => button('Favourite: Buoy').focus());
    await click('Favourite: Buoy', page);
    expect(document.activeElement).toBe(screen.getByRole('main'));
    expect(screen.getByText(/The heart on a song makes it a favourite/)).toBeTruthy();
    expect(screen.getByText('“Buoy” was removed from “Favourites”.')).toBeTruthy();
    await click('Undo', page);
    expect(rows()).toEqual(['Buoy']);
  });
});

describe('The focus', () => {
  it('goes on to the heart of the next favourite', async () => {
    const page = await openPage('/songs');
    for (const title of ['Drift', 'Buoy', 'Anchor']) await click(`Favourite: ${title}`, page);
    fireEvent.click(screen.getByRole('link', { name: 'Favourites' }));
    await page.settle();
    for (const [title, next] of [
      ['Buoy', 'Drift'],
      ['Drift', 'Anchor'],
    ]) {
      act(() => button(`Favourite: ${title}`).focus());
      await click(`Favourite: ${title}`, page);
      expect(document.activeElement).toBe(button(`Favourite: ${next}`));
    }
  });

  it('is in the view where what had it goes', async () => {
    const page = await openPage('/playlists');
    await click('New playlist', page);
    act(() => button('Cancel').focus());
    await click('Cancel', page);
    expect(document.activeElement).toBe(button('New playlist'));
    await choose([m3u('empty.m3u', '#EXTM3U')], page);
    act(() => button('Dismiss what was said of empty.m3u').focus());
    await click('Dismiss what was said of empty.m3u', page);
    expect(document.activeElement).toBe(screen.getByRole('main'));
  });
});

describe('A heart whose code does not come', () => {
  it('says that nothing was changed', async () => {
    const page = await openPage('/songs', { isCodeGone: true });
    await click('Favourite: Buoy', page);
    expect(isPressed('Favourite: Buoy')).toBe('false');
    expect(screen.getByText('Your favourites could not be changed.')).toBeTruthy();
  });
});

describe('The dialog for playlists', () => {
  it('makes one of an album, and adds a song to it', async () => {
    const page = await openPage('/albums/albums-Harbour');
    await click('Add to a playlist', page);
    expect(within(screen.getByRole('dialog')).getByText('4 songs')).toBeTruthy();
    expect(within(screen.getByRole('dialog')).getByRole('textbox')).toHaveProperty(
      'value',
      'Harbour',
    );
    await create('Road trip', page);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByText('“Road trip” has 4 songs.')).toBeTruthy();
    await click('Add Anchor to a playlist', page);
    await click(/^Road trip/, page);
    expect(screen.getByText('Added to “Road trip”.')).toBeTruthy();
    fireEvent.click(screen.getByRole('link', { name: 'Playlists' }));
    await page.settle();
    expect(playlists()).toEqual(['Favourites0 songs', 'Road trip5 songs · 10:00']);
  });

  it('takes one choice, however often it is clicked', async () => {
    const page = await openPage('/albums/albums-Harbour');
    await click('Add to a playlist', page);
    await create('Road trip', page);
    await click('Add Anchor to a playlist', page);
    const choice = button(/^Road trip/);
    fireEvent.click(choice);
    fireEvent.click(choice);
    await page.settle();
    expect(page.door.getState()?.playlists).toMatchObject([{ count: 5 }]);
  });

  it('is closed by a click beside it, and by no dragging out of it', async () => {
    const page = await openPage('/songs');
    await click('Add Anchor to a playlist', page);
    const dialog = screen.getByRole('dialog');
    fireEvent.mouseDown(within(dialog).getByRole('textbox'));
    fireEvent.click(dialog);
    expect(screen.queryByRole('dialog')).not.toBeNull();
    fireEvent.mouseDown(dialog);
    fireEvent.click(dialog);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('of a row queues as well', async () => {
    const page = await openPage('/songs');
    await click('Play Anchor by Mira', page);
    await click('Add Drift to a playlist', page);
    fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Play next' }));
    await page.settle();
    expect(queued(page)).toEqual(['Anchor', 'Drift', 'Buoy', 'Current', 'Drift']);
  });

  it('keeps what is typed from the player', async () => {
    const page = await openPage('/songs');
    await click('Play Anchor by Mira', page);
    await click('Add Drift to a playlist', page);
    const before = page.world.state().track?.id;
    fireEvent.keyDown(within(screen.getByRole('dialog')).getByRole('button', { name: 'Close' }), {
      key: 'n',
    });
    expect(page.world.state().track?.id).toBe(before);
  });

  it('saves the queue', async () => {
    const page = await openPage('/songs');
    await click('Play Anchor by Mira', page);
    await click('Queue', page);
    await click('Save as a playlist', page);
    fireEvent.change(screen.getByRole('textbox', { name: 'New playlist' }), {
      target: { value: 'Tonight' },
    });
    await click('Create', page);
    expect(page.door.getState()?.playlists).toMatchObject([{ name: 'Tonight', count: 4 }]);
  });
});

describe('A playlist', () => {
  it('plays from the row that is clicked, with the others around it', async () => {
    const page = await openMix();
    expect(rows()).toEqual(['Anchor', 'Buoy', 'Current', 'Drift']);
    await click('Play: Current by Mira', page);
    expect(page.world.state().track?.title).toBe('Current');
    expect(queued(page)).toEqual(['Anchor', 'Buoy', 'Current', 'Drift']);
    await click('Current track: Current by Mira', page);
    expect(page.world.state().state).toBe('paused');
  });

  it('is played as albums are', async () => {
    const page = await openMix();
    await click('Play all', page);
    await click('Add to the queue', page);
    expect(queued(page)).toHaveLength(8);
    await click('Shuffle all', page);
    expect(page.world.state().queue.shuffle).toBe(true);
  });

  it('is put in order by keys, and loses a row that can be had back', async () => {
    const page = await openMix();
    act(() => button('Move Anchor').focus());
    await press('ArrowDown', page);
    expect(rows()).toEqual(['Buoy', 'Anchor', 'Current', 'Drift']);
    expect(screen.getByText('“Anchor” is now 2 of 4.')).toBeTruthy();
    await press('Delete', page);
    expect(rows()).toEqual(['Buoy', 'Current', 'Drift']);
    await click('Undo', page);
    expect(rows()).toEqual(['Buoy', 'Anchor', 'Current', 'Drift']);
  });

  it('tells how its rows are moved beside a queue that tells it of its own', async () => {
    const page = await openMix();
    await click('Play all', page);
    await click('Queue', page);
    const hints = screen
      .getAllByRole('button', { name: 'Move Anchor' })
      .map((handle) => document.getElementById(handle.getAttribute('aria-describedby') ?? ''));
    expect(hints.map((hint) => hint?.textContent).sort()).toEqual([
      'Arrow keys move the track in Mix.',
      'Arrow keys move the track in the queue.',
    ]);
  });

  it('gets another name, and is deleted and had back', async () => {
    const page = await openMix();
    await click('Rename', page);
    fireEvent.change(screen.getByRole('textbox', { name: 'Name of the playlist' }), {
      target: { value: 'Evening' },
    });
    await click('Rename', page);
    expect(screen.getByRole('heading', { name: 'Evening' })).toBeTruthy();
    await click('Delete', page);
    expect(location.pathname).toBe('/playlists');
    expect(playlists()).toEqual(['Favourites0 songs']);
    expect(screen.getByText('“Evening” was removed.')).toBeTruthy();
    await click('Undo', page);
    expect(playlists()).toEqual(['Favourites0 songs', 'Evening4 songs · 8:00']);
  });

  it('shows in grey what the library has no more, and finds what only has another id', async () => {
    const first = await openMix();
    const [anchor, buoy, ...others] = LIBRARY;
    if (!anchor || !buoy) throw new Error('the library is too short');
    first.server.tracks = [{ ...buoy, id: 'other' }, ...others];
    cleanup();
    const page = await openPage('/playlists/list1', { tracks: first.server.tracks });
    expect(rows()).toEqual(['Anchor', 'Buoy', 'Current', 'Drift']);
    expect(button('Play: Anchor by Mira, no longer in the library')).toBeTruthy();
    await click('Play: Buoy by Mira', page);
    expect(page.world.state().track?.id).toBe('other');
  });

  it('of another browser is not here', async () => {
    await openPage('/playlists/none');
    expect(screen.getByText(/This browser has no such playlist/)).toBeTruthy();
  });
});

describe('A browser that keeps nothing', () => {
  it('is told of, and lists work as long as the page', async () => {
    const page = await openPage('/songs', { refusal: 'SecurityError' });
    await click('Favourite: Buoy', page);
    expect(isPressed('Favourite: Buoy')).toBe('true');
    fireEvent.click(screen.getByRole('link', { name: 'Favourites' }));
    await page.settle();
    expect(screen.getByRole('alert').textContent).toContain(
      'does not let the page keep your lists',
    );
    expect(rows()).toEqual(['Buoy']);
  });
});
