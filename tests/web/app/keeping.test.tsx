/** What the page shows of files that are kept on the device, and what its buttons do. */
import { deserialize, serialize } from 'node:v8';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { DeviceKeeping } from '../../../web/src/app/device-keeping';
import { KeepingDoor } from '../../../web/src/app/keeping-door';
import { packTracks } from '../../../web/src/app/packed-tracks';
import { KeepingContext } from '../../../web/src/app/use-keeping';
import { OriginalFiles } from '../../../web/src/originals/original-files';
import { appOf } from '../../support/app-world';
import { freshDatabase } from '../../support/fresh-database';
import { LibraryServer, type RawTrack } from '../../support/library-server';
import { MemoryStorage } from '../../support/memory-storage';
import { createWorld, makeTrack, type World } from '../../support/player-world';

const LIBRARY: readonly RawTrack[] = ['Anchor', 'Buoy'].map((title, at) => ({
  id: `harbour-${title}`,
  title,
  artist: 'Mira',
  album: 'Harbour',
  track_number: at + 1,
  duration_s: 120,
}));
const SIZE = 3_000_000;

const keyOf = (id: string): string => new URL(`/api/player/stream/${id}`, location.href).href;

beforeAll(() => {
  // jsdom has none; what is kept here are plain values.
  globalThis.structuredClone ??= <T,>(value: T): T => deserialize(serialize(value)) as T;
});

let files: OriginalFiles;
beforeEach(() => {
  freshDatabase();
  files = new OriginalFiles();
});
afterEach(() => {
  cleanup();
  files.close();
});

/** `wholeBytes`: of the file, all of which is there. */
const put = async (
  id: string,
  album: string,
  wholeBytes: number,
  isWhole = true,
): Promise<void> => {
  const track = { ...makeTrack(id), title: `Title ${id}`, album, albumId: album || null };
  const key = keyOf(id);
  await files.add([{ key, addedAtMs: Number(id), about: packTracks([track]) }]);
  const version = { sizeBytes: wholeBytes, etag: '"1"', lastModified: '', contentType: 'a/b' };
  await files.begin(key, null, version);
  await files.append(key, version, 0, new Uint8Array(isWhole ? wholeBytes : 1_000_000));
};

type Opened = { readonly world: World; readonly settle: () => Promise<void> };

/** `isSilent`: the server never answers when it is asked for a file; else it cannot be reached. */
const open = async (address: string, { isSilent = false } = {}): Promise<Opened> => {
  const world = createWorld({ durationSeconds: 120 });
  const server = new LibraryServer(LIBRARY);
  const keeping = new DeviceKeeping({
    files,
    fetch: (_, { signal }) =>
      isSilent
        ? new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => reject(new TypeError('aborted')));
          })
        : Promise.reject(new TypeError('Failed to fetch')),
    player: world.player,
    clock: world.clock,
    dateMs: () => 1_000_000,
    baseUrl: location.href,
    storage: { persist: () => Promise.resolve(false), persisted: () => Promise.resolve(false) },
    memory: new MemoryStorage(),
    savesData: () => false,
    inOneTab: (work) => work(),
    channel: { tell: () => undefined },
  });
  const door = new KeepingDoor(() => Promise.resolve(keeping));
  const settle = (): Promise<void> =>
    act(async () => {
      for (let count = 0; count < 30; count += 1) {
        await world.clock.advance(5);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    });
  await act(async () => {
    render(
      <KeepingContext value={door}>
        {appOf(world, server.fetch, new MemoryStorage(), address)}
      </KeepingContext>,
    );
    await door.open();
  });
  await settle();
  return { world, settle };
};

const rows = (): (string | null)[] =>
  within(screen.getByRole('list', { name: 'Kept on this device' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent);

const click = async (name: string, { settle }: Opened): Promise<void> => {
  fireEvent.click(screen.getByRole('button', { name }));
  await settle();
};

describe('What is kept on this device', () => {
  it('is shown by album, with what it takes and what is still to come', async () => {
    await put('1', 'Harbour', SIZE);
    await put('2', 'Harbour', SIZE);
    await put('3', '', SIZE, false);
    await open('/kept');
    expect(rows()).toEqual(['HarbourArtist · 2 songs · 6 MB', 'Title 3Artist · 1 MB of 3 MB']);
    expect(screen.getByText(/^3 songs · 7 MB/)).toBeTruthy();
    const [link] = screen.getAllByRole('link', { name: 'Harbour' });
    expect(link?.getAttribute('href')).toBe('/albums/Harbour');
    expect(screen.getByText('The server cannot be reached; it goes on by itself.')).toBeTruthy();
  });

  it('plays from there, and goes when it is not wanted any more', async () => {
    await put('1', 'Harbour', SIZE);
    await put('2', 'Harbour', SIZE);
    await put('3', 'Hills', SIZE);
    const opened = await open('/kept');
    await click('Play Harbour', opened);
    const { queue } = opened.world.state();
    expect(queue.items.map(({ track }) => track.id)).toEqual(['1', '2']);
    await click('Remove Harbour from this device', opened);
    expect(rows()).toEqual(['HillsArtist · 1 song · 3 MB']);
    expect((await files.list()).map(({ key }) => key)).toEqual([keyOf('3')]);
    await click('Remove all…', opened);
    expect(rows()).toHaveLength(1);
    await click('Remove 1 song · 3 MB', opened);
    expect(screen.getByText(/Nothing is kept on purpose yet/)).toBeTruthy();
    expect(await files.list()).toEqual([]);
  });

  it('pauses what is on its way, and goes on', async () => {
    await put('1', '', SIZE, false);
    const opened = await open('/kept', { isSilent: true });
    expect(screen.getByText('1 song is on the way.')).toBeTruthy();
    await click('Pause', opened);
    expect(screen.getByText('Paused.')).toBeTruthy();
    await click('Go on', opened);
    expect(screen.getByText('1 song is on the way.')).toBeTruthy();
  });
});

describe('The button of an album', () => {
  it('keeps it, tells how far it is, and stops that', async () => {
    const opened = await open('/albums/albums-Harbour');
    await click('Keep on this device: Harbour', opened);
    expect((await files.list()).map(({ key }) => key)).toEqual(LIBRARY.map(({ id }) => keyOf(id)));
    expect(screen.getByText('0 of 2 kept.')).toBeTruthy();
    expect(screen.getByText('The server cannot be reached; it goes on by itself.')).toBeTruthy();
    await click('Stop keeping: Harbour', opened);
    expect(await files.list()).toEqual([]);
    expect(screen.getByRole('button', { name: 'Keep on this device: Harbour' })).toBeTruthy();
  });

  it('lets go of what is kept whole', async () => {
    for (const { id } of LIBRARY) {
      const key = keyOf(id);
      await files.add([{ key, addedAtMs: 1, about: packTracks([makeTrack(id)]) }]);
      const version = { sizeBytes: 1, etag: '"1"', lastModified: '', contentType: 'a/b' };
      await files.begin(key, null, version);
      await files.append(key, version, 0, new Uint8Array(1));
    }
    const opened = await open('/albums/albums-Harbour');
    await click('Remove from this device: Harbour', opened);
    expect(await files.list()).toEqual([]);
  });
});
