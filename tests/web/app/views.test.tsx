/** The ways through the page: addresses, back and forward, keys, what can be done in each view. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { Connection, LOOK_MS } from '../../../web/src/app/connection';
import { GROWTH_PERIOD_MS } from '../../../web/src/app/library-growth';
import { ConnectionContext } from '../../../web/src/app/use-connection';
import { appOf } from '../../support/app-world';
import { LibraryServer, type RawTrack } from '../../support/library-server';
import { MemoryStorage } from '../../support/memory-storage';
import { createWorld, type World } from '../../support/player-world';

const songs = (album: string, artist: string, titles: string): readonly RawTrack[] =>
  titles.split(' ').map((title, at) => ({
    id: `${album}-${title}`,
    title,
    artist,
    album,
    genres: ['Folk'],
    track_number: at + 1,
    duration_s: 120,
  }));

const LIBRARY: readonly RawTrack[] = [
  ...songs('Harbour', 'Mira', 'Anchor Buoy Current'),
  ...songs('Hills', 'Ólafur', 'Summit Valley'),
  ...songs('Discs', 'Ólafur', 'One Two').map((track, at) => ({ ...track, disc_number: at + 1 })),
];

const pass = (world: World, byMs = 500): Promise<void> =>
  act(async () => {
    await world.clock.advance(byMs);
    await jest.advanceTimersByTimeAsync(byMs);
  });

type Opened = { readonly world: World; readonly server: LibraryServer };

type Circumstances = {
  readonly tracks?: readonly RawTrack[];
  readonly isDown?: boolean;
  readonly isScanning?: boolean;
};

const open = async (
  address: string,
  { tracks = LIBRARY, isDown = false, isScanning = false }: Circumstances = {},
): Promise<Opened> => {
  const world = createWorld({ durationSeconds: 120 });
  const server = new LibraryServer(tracks);
  Object.assign(server, { isDown, isScanning });
  const connection = new Connection({ fetch: server.fetch, clock: world.clock });
  await act(async () => {
    render(
      <ConnectionContext value={connection}>
        {appOf(world, connection.fetch, new MemoryStorage(), address)}
      </ConnectionContext>,
    );
    await world.clock.advance(1);
  });
  await pass(world);
  return { world, server };
};

const follow = async (world: World, name: string | RegExp): Promise<void> => {
  const [link] = screen.getAllByRole('link', { name });
  if (!link) throw new Error(`there is no link ${String(name)}`);
  fireEvent.click(link);
  await pass(world);
};

const goBack = async (world: World): Promise<void> => {
  act(() => history.back());
  await pass(world);
};

const namesIn = (list: string): (string | null)[] =>
  within(screen.getByRole('list', { name: list }))
    .getAllByRole('listitem')
    .map((item) => item.querySelector('.row-title, .card-name')?.textContent ?? null);

const queued = (world: World): string =>
  world
    .state()
    .queue.items.map(({ track }) => track.title)
    .join(' ');

const click = (name: string): void => {
  fireEvent.click(screen.getByRole('button', { name }));
};

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate'] });
});

afterEach(() => {
  cleanup();
  jest.useRealTimers();
});

describe('The page', () => {
  it('goes from its start to an album and back', async () => {
    const { world } = await open('/');
    expect(namesIn('Albums')).toEqual(['Harbour', 'Hills', 'Discs']);
    await follow(world, /^Harbour/);
    expect(location.pathname).toBe('/albums/albums-Harbour');
    expect(screen.getByRole('heading', { name: 'Harbour' })).toBeTruthy();
    expect(namesIn('Tracks')).toEqual(['Anchor', 'Buoy', 'Current']);
    await goBack(world);
    expect(location.pathname).toBe('/');
    expect(namesIn('Albums')).toEqual(['Harbour', 'Hills', 'Discs']);
  });

  it.each([
    ['/albums', 'Albums', ['Harbour', 'Hills', 'Discs']],
    ['/artists', 'Artists', ['Mira', 'Ólafur']],
    ['/genres', 'Genres', ['Folk']],
    ['/artists/artists-Mira', 'Tracks', ['Anchor', 'Buoy', 'Current']],
    ['/genres/genres-Folk', 'Tracks', LIBRARY.map(({ title }) => title ?? '')],
    ['/search?q=val', 'Tracks', ['Valley']],
  ])('shows what stands at %s, opened there', async (address, list, names) => {
    await open(address);
    expect(namesIn(list)).toEqual(names);
  });

  it('says that there is nothing where there is nothing', async () => {
    const { world } = await open('/nowhere');
    expect(screen.getByText(/There is nothing at this address/)).toBeTruthy();
    await follow(world, 'Go to the library');
    expect(location.pathname).toBe('/');
  });

  it('says that an album is gone', async () => {
    await open('/albums/gone');
    expect(screen.getByText('The library does not have this any more.')).toBeTruthy();
  });

  it('keeps the wishes in its address on all ways', async () => {
    const { world } = await open('/?sink=original&debug');
    expect(screen.getAllByRole('link', { name: 'Songs' })[0]?.getAttribute('href')).toBe(
      '/songs?sink=original&debug=',
    );
    await follow(world, 'Songs');
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'anchor' } });
    await pass(world);
    const address = new URLSearchParams(location.search);
    expect([...address.keys()].sort()).toEqual(['debug', 'q', 'sink']);
    expect(namesIn('Tracks')).toEqual(['Anchor']);
  });

  it('marks where it is', async () => {
    await open('/artists');
    expect(screen.getByRole('link', { name: 'Artists' }).getAttribute('aria-current')).toBe('page');
    expect(screen.getByRole('link', { name: 'Songs' }).hasAttribute('aria-current')).toBe(false);
  });
});

describe('A server that cannot be reached', () => {
  it('is told of, and asked again for what is missing once it can', async () => {
    const { world, server } = await open('/songs', { isDown: true });
    expect(screen.getByText('The library did not load.')).toBeTruthy();
    expect(screen.getByText('You are offline.')).toBeTruthy();
    server.isDown = false;
    await pass(world, LOOK_MS);
    await pass(world);
    expect(namesIn('Tracks')).toHaveLength(LIBRARY.length);
    expect(screen.queryByText('The library did not load.')).toBeNull();
    expect(screen.queryByText('You are offline.')).toBeNull();
  });

  it('is asked again for what was searched', async () => {
    const { world, server } = await open('/search?q=hil', { isDown: true });
    server.isDown = false;
    await pass(world, LOOK_MS);
    await pass(world);
    expect(namesIn('Albums')).toEqual(['Hills']);
  });
});

describe('An album', () => {
  it('is played in its order', async () => {
    const { world } = await open('/albums/albums-Harbour');
    click('Play all');
    await pass(world);
    expect([queued(world), world.state().track?.title]).toEqual(['Anchor Buoy Current', 'Anchor']);
    const row = screen.getByTestId('track-Harbour-Anchor').closest('li');
    expect(row?.getAttribute('aria-current')).toBe('true');
  });

  it('is put behind what plays, or behind all', async () => {
    const { world } = await open('/songs');
    fireEvent.click(screen.getByTestId('track-Hills-Summit'));
    await pass(world);
    await follow(world, /^Albums/);
    await follow(world, /^Discs/);
    click('Play next');
    const index = world.state().queue.currentIndex;
    const titles = queued(world).split(' ');
    expect(titles.slice(index, index + 4)).toEqual(['Summit', 'One', 'Two', 'Valley']);
    click('Add to the queue');
    expect(queued(world).endsWith('One Two One Two')).toBe(true);
    await pass(world);
    expect(screen.getByText('“Discs” was added to the queue.')).toBeTruthy();
  });

  it('shows what has changed of it while one was elsewhere', async () => {
    const { world, server } = await open('/albums/albums-Harbour', { isScanning: true });
    await follow(world, 'Home');
    server.tracks = [...LIBRARY, ...songs('Harbour', 'Mira', 'Dawn')];
    server.isScanning = false;
    await pass(world, GROWTH_PERIOD_MS);
    await goBack(world);
    expect(namesIn('Tracks')).toEqual(['Anchor', 'Buoy', 'Current', 'Dawn']);
  });

  it('has its discs apart', async () => {
    await open('/albums/albums-Discs');
    expect(screen.getByRole('heading', { name: 'Disc 2' })).toBeTruthy();
    expect(namesIn('Tracks of disc 1')).toEqual(['One']);
    expect(namesIn('Tracks of disc 2')).toEqual(['Two']);
  });

  it('is told to the player where it is to be as loud as its album', async () => {
    const { world } = await open('/albums/albums-Harbour');
    click('Play all');
    await pass(world);
    act(() => world.player.setSettings({ level: 'album' }));
    await pass(world, 3000);
    expect(world.state().album?.count).toBe(3);
  });
});

describe('The search', () => {
  it('finds all kinds as one types, and asks for the last words only', async () => {
    const { world, server } = await open('/');
    const field = screen.getByRole('searchbox');
    for (const typed of ['h', 'hi', 'hil']) {
      fireEvent.change(field, { target: { value: typed } });
      await pass(world, 20);
    }
    await pass(world);
    expect(namesIn('Albums')).toEqual(['Hills']);
    expect(namesIn('Tracks')).toEqual(['Summit', 'Valley']);
    const asked = server.asked.filter((url) => url.includes('search?'));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('q=hil');
    await goBack(world);
    expect(location.pathname).toBe('/');
    expect(screen.getByRole<HTMLInputElement>('searchbox').value).toBe('');
  });

  it('is reached by a key', async () => {
    await open('/');
    fireEvent.keyDown(document.body, { key: '/' });
    expect(document.activeElement).toBe(screen.getByRole('searchbox'));
  });
});

describe('A list', () => {
  const MANY = Array.from({ length: 5000 }, (_, at) => ({ id: `${at}`, title: `Song ${at}` }));

  it('has few of its rows in the document, and one of them in the order of the Tab key', async () => {
    await open('/songs', { tracks: MANY });
    const rows = within(screen.getByRole('list', { name: 'Tracks' })).getAllByRole('listitem');
    expect(rows.length).toBeLessThan(40);
    expect(rows[0]?.getAttribute('aria-setsize')).toBe('5000');
    const stops = rows.filter((row) => row.querySelector('.row-button[tabindex="0"]'));
    expect(stops).toEqual([rows[0]]);
  });

  it('is walked through by keys, to its end', async () => {
    const { world } = await open('/songs', { tracks: MANY });
    const press = async (key: string): Promise<void> => {
      fireEvent.keyDown(document.activeElement ?? document.body, { key });
      await pass(world);
    };
    const focused = (): string | null => document.activeElement?.getAttribute('aria-label') ?? null;
    act(() => screen.getByTestId('track-0').focus());
    const { volume } = world.state();
    await press('ArrowDown');
    await press('ArrowDown');
    expect(focused()).toBe('Play Song 2');
    await press('ArrowUp');
    expect(focused()).toBe('Play Song 1');
    expect(world.state().volume).toBe(volume);
    await press('PageDown');
    expect(focused()).toBe('Play Song 9');
    await press('Home');
    expect(focused()).toBe('Play Song 0');
  });
});
