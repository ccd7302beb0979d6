/** The listener's own lists in the page: hearts, the dialog, the views, lists of other players. */
import { TextDecoder } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  act,
  cleanup,
  configure,
  createEvent,
  fireEvent,
  render,
  screen,
  within,
} from '@testing-library/react';
import { LocalDoor } from '../../../web/src/app/local-door';
import { ListsDoor } from '../../../web/src/app/lists-door';
import { ListsContext } from '../../../web/src/app/use-lists';
import { ListenerLists } from '../../../web/src/lists/listener-lists';
import { appOf } from '../../support/app-world';
import { freshDatabase } from '../../support/fresh-database';
import { LibraryServer, type RawTrack } from '../../support/library-server';
import { MemoryStorage } from '../../support/memory-storage';
import { RefusingKeeper } from '../../support/own-lists';
import { createWorld, type World } from '../../support/player-world';

const song = (title: string, at: number): RawTrack => ({
  id: `id-${title}`,
  title,
  artist: 'Mira',
  album: 'Harbour',
  path: `Mira/Harbour/0${at + 1} ${title}.flac`,
  track_number: at + 1,
  duration_s: 120,
});
const LIBRARY: readonly RawTrack[] = ['Anchor', 'Buoy', 'Current', 'Drift'].map(song);

beforeAll(() => {
  // jsdom lays nothing out: what is not shown is not in the document.
  configure({ defaultHidden: true });
  // jsdom has none of these; what is kept here are plain values.
  globalThis.TextDecoder ??= TextDecoder as typeof globalThis.TextDecoder;
  globalThis.structuredClone ??= <T,>(value: T): T => deserialize(serialize(value)) as T;
  HTMLDialogElement.prototype.showModal = function showModal(): void {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close(): void {
    this.open = false;
    this.dispatchEvent(new Event('close'));
  };
});
beforeEach(() => {
  freshDatabase();
});
afterEach(cleanup);

type Opened = {
  readonly world: World;
  readonly server: LibraryServer;
  readonly door: ListsDoor;
  readonly settle: () => Promise<void>;
};

type Circumstances = {
  readonly tracks?: readonly RawTrack[];
  readonly refusal?: string;
  /** The code of the lists cannot be had. */
  readonly isCodeGone?: boolean;
};

const open = async (address: string, circumstances: Circumstances = {}): Promise<Opened> => {
  const { tracks = LIBRARY, refusal = null, isCodeGone = false } = circumstances;
  const world = createWorld({ durationSeconds: 120 });
  const server = new LibraryServer(tracks);
  const keeper = new RefusingKeeper();
  keeper.refusal = refusal;
  let idCount = 0;
  const door = new ListsDoor(() =>
    isCodeGone
      ? Promise.reject(new Error('gone'))
      : Promise.resolve(
          new ListenerLists({
            keeper,
            channel: { tell: () => undefined },
            newId: () => `list${(idCount += 1)}`,
            nowMs: () => 1000,
          }),
        ),
  );
  // No files of the device are opened here.
  const localDoor = new LocalDoor(world.player, () => Promise.reject(new Error('gone')));
  const settle = (): Promise<void> =>
    act(async () => {
      for (let count = 0; count < 12; count += 1) {
        await world.clock.advance(5);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    });
  render(
    <ListsContext value={door}>
      {appOf(world, server.fetch, new MemoryStorage(), address, localDoor)}
    </ListsContext>,
  );
  await settle();
  return { world, server, door, settle };
};

const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });
const click = async (name: string | RegExp, { settle }: Opened): Promise<void> => {
  fireEvent.click(button(name));
  await settle();
};
const press = async (key: string, { settle }: Opened): Promise<void> => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
  await settle();
};
const rows = (): (string | null | undefined)[] =>
  within(screen.getByRole('list', { name: 'Tracks' }))
    .getAllByRole('listitem')
    .map((row) => row.querySelector('.row-title')?.textContent);
const playlists = (): (string | null)[] =>
  within(screen.getByRole('list', { name: 'Playlists' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent);
const queued = ({ world }: Opened): string[] =>
  world.state().queue.items.map(({ track }) => track.title);
const isPressed = (name: string): string | null => button(name).getAttribute('aria-pressed');

const create = async (name: string, page: Opened): Promise<void> => {
  const dialog = screen.getByRole('dialog');
  fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: name } });
  fireEvent.click(within(dialog).getByRole('button', { name: 'Create' }));
  await page.settle();
};
/** A playlist of the whole library, looked at. */
const openMix = async (): Promise<Opened> => {
  const page = await open('/albums/albums-Harbour');
  await click('Add to a playlist', page);
  await create('Mix', page);
  await click('Add to a playlist', page); // Closed again.
  fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Close' }));
  fireEvent.click(screen.getByRole('link', { name: 'Playlists' }));
  await page.settle();
  fireEvent.click(screen.getByRole('link', { name: 'Mix' }));
  await page.settle();
  return page;
};
/** Lists of other players, chosen. */
const choose = async (files: readonly File[], { settle }: Opened): Promise<void> => {
  fireEvent.change(screen.getByLabelText('Lists of other players'), { target: { files } });
  await settle();
};
const m3u = (name: string, ...lines: readonly string[]): File => {
  const bytes = Uint8Array.from(Buffer.from(lines.join('\r\n')));
  const file = new File([bytes], name);
  // jsdom's File has no way to its bytes.
  file.arrayBuffer ??= () => Promise.resolve(bytes.buffer);
  return file;
};

describe('A heart', () => {
  it('makes a favourite of a row and of what plays, and says so', async () => {
    const page = await open('/songs');
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
    const page = await open('/songs');
    for (const title of ['Drift', 'Buoy', 'Anchor']) await click(`Favourite: ${title}`, page);
    fireEvent.click(screen.getByRole('link', { name: 'Favourites' }));
    await page.settle();
    expect(rows()).toEqual(['Anchor', 'Buoy', 'Drift']);
    await click('Play: Buoy by Mira', page);
    expect(page.world.state().track?.title).toBe('Buoy');
    expect(queued(page)).toEqual(['Anchor', 'Buoy', 'Drift']);
  });

  it('that is taken away can be had back', async () => {
    const page = await open('/songs');
    await click('Favourite: Buoy', page);
    fireEvent.click(screen.getByRole('link', { name: 'Favourites' }));
    await page.settle();
    await click('Favourite: Buoy', page);
    expect(screen.getByText(/The heart on a song makes it a favourite/)).toBeTruthy();
    expect(screen.getByText('“Buoy” was removed from “Favourites”.')).toBeTruthy();
    await click('Undo', page);
    expect(rows()).toEqual(['Buoy']);
  });
});

describe('A heart whose code does not come', () => {
  it('says that nothing was changed', async () => {
    const page = await open('/songs', { isCodeGone: true });
    await click('Favourite: Buoy', page);
    expect(isPressed('Favourite: Buoy')).toBe('false');
    expect(screen.getByText('Your favourites could not be changed.')).toBeTruthy();
  });
});

describe('The dialog for playlists', () => {
  it('makes one of an album, and adds a song to it', async () => {
    const page = await open('/albums/albums-Harbour');
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
    const page = await open('/albums/albums-Harbour');
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
    const page = await open('/songs');
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
    const page = await open('/songs');
    await click('Play Anchor by Mira', page);
    await click('Add Drift to a playlist', page);
    fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Play next' }));
    await page.settle();
    expect(queued(page)).toEqual(['Anchor', 'Drift', 'Buoy', 'Current', 'Drift']);
  });

  it('keeps what is typed from the player', async () => {
    const page = await open('/songs');
    await click('Play Anchor by Mira', page);
    await click('Add Drift to a playlist', page);
    const before = page.world.state().track?.id;
    fireEvent.keyDown(within(screen.getByRole('dialog')).getByRole('button', { name: 'Close' }), {
      key: 'n',
    });
    expect(page.world.state().track?.id).toBe(before);
  });

  it('saves the queue', async () => {
    const page = await open('/songs');
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
    const page = await open('/playlists/list1', { tracks: first.server.tracks });
    expect(rows()).toEqual(['Anchor', 'Buoy', 'Current', 'Drift']);
    expect(button('Play: Anchor by Mira, no longer in the library')).toBeTruthy();
    await click('Play: Buoy by Mira', page);
    expect(page.world.state().track?.id).toBe('other');
  });

  it('of another browser is not here', async () => {
    await open('/playlists/none');
    expect(screen.getByText(/This browser has no such playlist/)).toBeTruthy();
  });
});

describe('A list of another player', () => {
  it('becomes a playlist, with what was not found in its place', async () => {
    const page = await open('/playlists');
    const list = m3u(
      'road.m3u8',
      '#EXTM3U',
      '#EXTINF:120,Mira - Drift',
      'D:\\Music\\mira\\harbour\\04 DRIFT.flac',
      '#EXTINF:60,Nobody - Lost',
      'elsewhere/Lost.mp3',
      'http://host/api/player/stream/id-Anchor',
    );
    await choose([list], page);
    expect(screen.getByText(/2 of 3 songs found. The others stay in it in grey./)).toBeTruthy();
    expect(screen.getByText('elsewhere/Lost.mp3')).toBeTruthy();
    fireEvent.click(screen.getAllByRole('link', { name: 'road' })[0] as HTMLElement);
    await page.settle();
    expect(rows()).toEqual(['Drift', 'Lost', 'Anchor']);
    expect(button('Play: Lost by Nobody, not found in the library')).toBeTruthy();
    await click('Play all', page);
    expect(queued(page)).toEqual(['Drift', 'Anchor']);
  });

  it('is taken in wherever it is dropped', async () => {
    const page = await open('/songs');
    const file = m3u('road.m3u', 'x/Mira/Harbour/02 Buoy.flac');
    const item = { kind: 'file', webkitGetAsEntry: () => null, getAsFile: () => file };
    const event = createEvent.drop(document.body);
    Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items: [item] } });
    fireEvent(document.body, event);
    await page.settle();
    expect(location.pathname).toBe('/playlists');
    expect(screen.getByText(/all of 1 song found/)).toBeTruthy();
    expect(playlists()).toEqual(['Favourites0 songs', 'road1 song · 2:00']);
  });

  it('that is none is told', async () => {
    const page = await open('/playlists');
    await choose([m3u('empty.m3u', '#EXTM3U')], page);
    expect(
      screen.getByText(/“empty.m3u” was not imported: there are no songs in it./),
    ).toBeTruthy();
    await choose([m3u('odd.m3u', '\u0000\u0001')], page);
    expect(screen.getByText(/“odd.m3u” was not imported: it is not a list of songs./)).toBeTruthy();
    page.server.isDown = true;
    await choose([m3u('a.m3u', 'x/a.flac')], page);
    expect(screen.getByText(/the library cannot be looked at now/)).toBeTruthy();
    expect(playlists()).toEqual(['Favourites0 songs']);
  });

  it('is found in a library of many pages by few questions', async () => {
    const many = Array.from({ length: 2000 }, (_, at) => song(`Song${at}`, 0));
    const page = await open('/playlists', { tracks: [...many, ...LIBRARY] });
    const before = page.server.asked.length;
    await choose([m3u('a.m3u', '#EXTINF:120,Mira - Drift', 'Mira/Harbour/04 Drift.flac')], page);
    expect(screen.getByText(/all of 1 song found/)).toBeTruthy();
    expect(page.server.asked.length - before).toBe(2);
    await choose([m3u('b.m3u', '/x/Mira/Harbour/04 Drift.flac')], page);
    expect(screen.getAllByText(/all of 1 song found/)).toHaveLength(2);
  });
});

describe('An export', () => {
  const { click: goThere } = HTMLAnchorElement.prototype;
  let blobs: Blob[] = [];
  let saved: string[] = [];

  beforeEach(() => {
    blobs = [];
    saved = [];
    URL.createObjectURL = (blob) => {
      blobs.push(blob as Blob);
      return 'blob:x';
    };
    HTMLAnchorElement.prototype.click = function keepName(): void {
      saved.push(this.download);
    };
  });
  afterEach(() => {
    HTMLAnchorElement.prototype.click = goThere;
  });

  /** The lines of the file. */
  const exported = async (page: Opened): Promise<readonly string[]> => {
    await click('Export', page);
    const reader = new FileReader();
    const read = new Promise((resolve) => (reader.onload = resolve));
    reader.readAsText(blobs[0] as Blob);
    await read;
    return String(reader.result).split('\n');
  };

  it('is a file with the paths of the music folder', async () => {
    const lines = await exported(await openMix());
    expect(saved).toEqual(['Mix.m3u8']);
    expect(lines.slice(0, 4)).toEqual([
      '#EXTM3U',
      '#PLAYLIST:Mix',
      '#EXTINF:120,Mira - Anchor',
      'Mira/Harbour/01 Anchor.flac',
    ]);
  });

  it('gives back what was not found as it came', async () => {
    const page = await open('/playlists');
    const locations = [
      'D:\\Music\\Lost.mp3',
      'file:///x/Also%20lost.mp3',
      'http://radio.example/live',
    ];
    await choose([m3u('road.m3u8', ...locations)], page);
    fireEvent.click(screen.getAllByRole('link', { name: 'road' })[0] as HTMLElement);
    await page.settle();
    expect(rows()).toEqual(['Lost.mp3', 'Also lost.mp3', 'live']);
    const lines = await exported(page);
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual(locations);
  });
});

describe('A browser that keeps nothing', () => {
  it('is told of, and lists work as long as the page', async () => {
    const page = await open('/songs', { refusal: 'SecurityError' });
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
