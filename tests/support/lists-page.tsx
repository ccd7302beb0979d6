/** The page of the player with the listener's own lists, in jsdom, on a library of four songs. */
import { TextDecoder } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { afterEach, beforeAll, beforeEach } from '@jest/globals';
import { act, cleanup, configure, fireEvent, render, screen, within } from '@testing-library/react';
import { LocalDoor } from '../../web/src/app/local-door';
import { ListsDoor } from '../../web/src/app/lists-door';
import { ListsContext } from '../../web/src/app/use-lists';
import { ListenerLists } from '../../web/src/lists/listener-lists';
import { appOf } from './app-world';
import { freshDatabase } from './fresh-database';
import { LibraryServer, type RawTrack } from './library-server';
import { MemoryStorage } from './memory-storage';
import { RefusingKeeper } from './own-lists';
import { createWorld, type World } from './player-world';

export const song = (title: string, at: number): RawTrack => ({
  id: `id-${title}`,
  title,
  artist: 'Mira',
  album: 'Harbour',
  path: `Mira/Harbour/0${at + 1} ${title}.flac`,
  track_number: at + 1,
  duration_s: 120,
});
export const LIBRARY: readonly RawTrack[] = ['Anchor', 'Buoy', 'Current', 'Drift'].map(song);

/** Of a whole file of tests: what jsdom lacks, and a fresh browser for each. */
export const withListsPage = (): void => {
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
};

export type Opened = {
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

export const openPage = async (
  address: string,
  circumstances: Circumstances = {},
): Promise<Opened> => {
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

export const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });
export const click = async (name: string | RegExp, { settle }: Opened): Promise<void> => {
  fireEvent.click(button(name));
  await settle();
};
export const press = async (key: string, { settle }: Opened): Promise<void> => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
  await settle();
};
export const rows = (): (string | null | undefined)[] =>
  within(screen.getByRole('list', { name: 'Tracks' }))
    .getAllByRole('listitem')
    .map((row) => row.querySelector('.row-title')?.textContent);
export const playlists = (): (string | null)[] =>
  within(screen.getByRole('list', { name: 'Playlists' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent);
export const queued = ({ world }: Opened): string[] =>
  world.state().queue.items.map(({ track }) => track.title);
export const isPressed = (name: string): string | null => button(name).getAttribute('aria-pressed');

export const create = async (name: string, page: Opened): Promise<void> => {
  const dialog = screen.getByRole('dialog');
  fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: name } });
  fireEvent.click(within(dialog).getByRole('button', { name: 'Create' }));
  await page.settle();
};
/** A playlist of the whole library, looked at. */
export const openMix = async (): Promise<Opened> => {
  const page = await openPage('/albums/albums-Harbour');
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
export const choose = async (files: readonly File[], { settle }: Opened): Promise<void> => {
  fireEvent.change(screen.getByLabelText('Lists of other players'), { target: { files } });
  await settle();
};
export const m3u = (name: string, ...lines: readonly string[]): File => {
  const bytes = Uint8Array.from(Buffer.from(lines.join('\r\n')));
  const file = new File([bytes], name);
  // jsdom's File has no way to its bytes.
  file.arrayBuffer ??= () => Promise.resolve(bytes.buffer);
  return file;
};
