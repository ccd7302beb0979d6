/** What happens beside the view when another one comes, and what views say that have nothing. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { later } from '../../../web/src/app/later';
import type { Fetch } from '../../../web/src/app/library-client';
import { appOf } from '../../support/app-world';
import { LibraryServer, type RawTrack } from '../../support/library-server';
import { MemoryStorage } from '../../support/memory-storage';
import { createWorld, type World } from '../../support/player-world';

const LIBRARY: readonly RawTrack[] = ['Anchor', 'Buoy', 'Current'].map((title) => ({
  id: title,
  title,
  artist: 'Mira',
  album: 'Harbour',
  genres: ['Folk'],
  duration_s: 120,
}));

const pass = (world: World, byMs = 500): Promise<void> =>
  act(async () => {
    await world.clock.advance(byMs);
    await jest.advanceTimersByTimeAsync(byMs);
  });

const open = async (
  address: string,
  fetch: Fetch = new LibraryServer(LIBRARY).fetch,
): Promise<World> => {
  const world = createWorld({ durationSeconds: 120 });
  await act(async () => {
    render(appOf(world, fetch, new MemoryStorage(), address));
    await world.clock.advance(1);
  });
  await pass(world);
  return world;
};

/** As with the Enter key: the link has the focus. */
const follow = async (world: World, name: string | RegExp): Promise<void> => {
  const [link] = screen.getAllByRole('link', { name });
  if (!link) throw new Error(`there is no link ${String(name)}`);
  act(() => link.focus());
  fireEvent.click(link);
  await pass(world);
};

const view = (): HTMLElement => screen.getByRole('main');

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate'] });
});

afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

describe('The focus', () => {
  it('is in the view, so that keys scroll it, and goes into each new one', async () => {
    const world = await open('/');
    expect(document.activeElement).toBe(view());
    await follow(world, /^Harbour/);
    expect(screen.getByRole('heading', { name: 'Harbour' })).toBeTruthy();
    expect(document.activeElement).toBe(view());
    await follow(world, 'Artists');
    expect(document.activeElement).toBe(view());
    act(() => screen.getByRole('button', { name: 'Shuffle' }).focus());
    act(() => history.back());
    await pass(world);
    expect(document.activeElement).toBe(view());
  });

  it('stays with who types', async () => {
    const world = await open('/');
    const field = screen.getByRole('searchbox');
    act(() => field.focus());
    fireEvent.change(field, { target: { value: 'anchor' } });
    await pass(world);
    expect(location.pathname).toBe('/search');
    expect(document.activeElement).toBe(field);
  });

  it('is not taken by a click on “Play all”: the space bar pauses', async () => {
    const world = await open('/albums/albums-Harbour');
    const button = screen.getByRole('button', { name: 'Play all' });
    // A browser gives the focus to what is pressed unless that is prevented.
    if (fireEvent.mouseDown(button)) act(() => button.focus());
    fireEvent.click(button);
    await pass(world);
    expect(world.state().state).toBe('playing');
    fireEvent.keyDown(document.activeElement ?? document.body, { key: ' ' });
    await pass(world);
    expect(world.state().state).toBe('paused');
  });
});

describe('The name of the window', () => {
  it.each([
    ['/', 'Home'],
    ['/songs', 'Songs'],
    ['/albums', 'Albums'],
    ['/albums/albums-Harbour', 'Harbour'],
    ['/artists', 'Artists'],
    ['/artists/artists-Mira', 'Mira'],
    ['/genres', 'Genres'],
    ['/genres/genres-Folk', 'Folk'],
    ['/search', 'Search'],
    ['/search?q=buoy', 'Search for “buoy”'],
    ['/nowhere', 'Nothing here'],
  ])('at %s tells %s', async (address, name) => {
    await open(address);
    expect(document.title).toBe(`${name} · Auralis`);
  });

  it('tells what plays first, and what is looked at now', async () => {
    const world = await open('/songs');
    fireEvent.click(screen.getByTestId('track-Buoy'));
    await pass(world);
    expect(document.title).toBe('Buoy · Songs · Auralis');
    await follow(world, 'Genres');
    expect(document.title).toBe('Buoy · Genres · Auralis');
  });
});

describe('A link to where one is', () => {
  it.each(['/songs', '/songs?debug'])('leads to its top, and nowhere else, at %s', async (at) => {
    const world = await open(at);
    const { length } = history;
    view().scrollTop = 700;
    await follow(world, 'Songs');
    expect(view().scrollTop).toBe(0);
    expect(history.length).toBe(length);
  });
});

describe('The order of a list', () => {
  const asks = ({ asked }: LibraryServer): string => {
    const lists = asked.filter((url) => /\/(tracks|albums)\?/u.test(url));
    const question = new URL(lists.at(-1) ?? '', 'http://host').searchParams;
    return [question.get('sort'), question.get('order')].join(' ');
  };
  const chosen = (): string => screen.getByRole<HTMLSelectElement>('combobox').value;

  it.each([
    ['/songs', 'duration', 'shelf'],
    ['/albums', 'title', 'artist'],
  ])('is chosen at %s, kept in the address, and found on the way back', async (at, by, before) => {
    const server = new LibraryServer(LIBRARY);
    const world = await open(at, server.fetch);
    const select = screen.getByRole('combobox', { name: 'Sort by' });
    expect([chosen(), asks(server)]).toEqual([before, ' ']);
    act(() => select.focus());
    fireEvent.change(select, { target: { value: by } });
    await pass(world);
    expect([location.search, asks(server)]).toEqual([`?sort=${by}`, `${by} `]);
    expect(document.activeElement).toBe(select);
    fireEvent.click(screen.getByRole('button', { name: 'Descending', pressed: false }));
    await pass(world);
    expect(asks(server)).toBe(`${by} desc`);
    expect(screen.getByRole('button', { name: 'Descending', pressed: true })).toBeTruthy();
    act(() => history.back());
    await pass(world);
    expect([chosen(), location.search]).toEqual([by, `?sort=${by}`]);
    act(() => history.back());
    await pass(world);
    expect([chosen(), location.search]).toEqual([before, '']);
  });

  it('begins with the newest where it is by time', async () => {
    const server = new LibraryServer(LIBRARY);
    const world = await open('/songs?debug', server.fetch);
    fireEvent.change(screen.getByRole('combobox'), { target: { value: 'added' } });
    await pass(world);
    expect(asks(server)).toBe('added desc');
    expect(location.search).toBe('?sort=added&order=desc&debug=');
  });

  it('is what the address asks for, and the usual one where that is none', async () => {
    const server = new LibraryServer(LIBRARY);
    await open('/songs?sort=year&order=desc', server.fetch);
    expect([chosen(), asks(server)]).toEqual(['year', 'year desc']);
    cleanup();
    await open('/songs?sort=colour', server.fetch);
    expect([chosen(), asks(server)]).toEqual(['shelf', ' ']);
  });
});

describe('A library', () => {
  const UNTAGGED = [{ id: '1', title: 'take one' }];
  const EMPTY = /^The library is empty/;

  it('without albums is not called empty: its songs are told', async () => {
    const world = await open('/', new LibraryServer(UNTAGGED).fetch);
    expect(screen.queryByText(EMPTY)).toBeNull();
    expect(screen.getByText(/^No file of the library names an album/)).toBeTruthy();
    await follow(world, 'Look at the songs');
    expect(location.pathname).toBe('/songs');
    expect(screen.getByTestId('track-1')).toBeTruthy();
  });

  it.each(['/', '/songs'])('without anything is, at %s', async (address) => {
    await open(address, new LibraryServer([]).fetch);
    expect(screen.getByText(EMPTY)).toBeTruthy();
  });

  it('that is still read is not yet', async () => {
    const server = new LibraryServer([]);
    let complete = false;
    const fetch: Fetch = (url, options) => {
      if (!url.endsWith('/scan')) return server.fetch(url, options);
      const state = complete ? 'idle' : 'scanning';
      const json = () => Promise.resolve({ state, complete, tracks: 0 });
      return Promise.resolve({ ok: true, status: 200, json } as Response);
    };
    const world = await open('/songs', fetch);
    expect(screen.getByText(/^The server is reading your music/)).toBeTruthy();
    expect(screen.queryByText(EMPTY)).toBeNull();
    complete = true;
    await pass(world, 2000);
    expect(screen.getByText(EMPTY)).toBeTruthy();
  });
});

describe('Code that cannot be fetched', () => {
  it('is tried again once, and then the whole page is offered to be', async () => {
    let reloadCount = 0;
    const { View } = later<object>(
      () => Promise.reject(new TypeError('failed')),
      () => {
        reloadCount += 1;
      },
    );
    render(<View />);
    fireEvent.click(await screen.findByRole('button', { name: 'Try again' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Reload the page' }));
    expect(reloadCount).toBe(1);
    // It is no use to try again somewhere else either.
    cleanup();
    render(<View />);
    expect(await screen.findByRole('button', { name: 'Reload the page' })).toBeTruthy();
  });

  it('is shown when the second look brings it', async () => {
    const found = [Promise.reject(new TypeError('failed')), Promise.resolve(() => <p>Here</p>)];
    const { View } = later<object>(() => found.shift() ?? Promise.reject(new Error('asked again')));
    render(<View />);
    fireEvent.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Here')).toBeTruthy();
  });
});
