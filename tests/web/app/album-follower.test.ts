/** The album of the track that plays, told to the player as far as the library tells it. */
import { describe, expect, it } from '@jest/globals';
import { AlbumFollower } from '../../../web/src/app/album-follower';
import { LIST_COUNT_MAX, LibraryData } from '../../../web/src/app/library-data';
import type { PlayerTrack } from '../../../web/src/player/player-types';
import { LibraryServer } from '../../support/library-server';
import { createWorld, makeTrack, type World } from '../../support/player-world';

const IDS = ['1', '2', '3'];
const ALBUM_URL = '/api/library/albums/albums-Album?limit=100&offset=0';

const trackOf = (id: string): PlayerTrack => ({ ...makeTrack(id), albumId: 'albums-Album' });

type Opened = {
  readonly world: World;
  readonly server: LibraryServer;
  readonly data: LibraryData;
};

/** Two of an album of three play, the first of them at first. */
const open = async (prepare?: (opened: Opened) => void): Promise<Opened> => {
  const world = createWorld();
  const server = new LibraryServer(IDS.map((id) => ({ id, artist: 'Artist', album: 'Album' })));
  const opened = { world, server, data: new LibraryData(server.fetch) };
  prepare?.(opened);
  world.player.setSettings({ level: 'album' });
  world.player.playNow([trackOf('1'), trackOf('2')], 0);
  new AlbumFollower(world.player, opened.data);
  await world.clock.advance(100);
  return opened;
};

const counted = ({ world }: Opened): number | undefined => world.state().album?.count;

describe('The album of the track that plays', () => {
  it('is asked for at the address of its view, and takes no place of a list', async () => {
    const opened = await open();
    expect([counted(opened), opened.server.asked]).toEqual([3, [ALBUM_URL]]);
    const { data, server } = opened;
    const list = data.tracks('albums/albums-Album');
    list.want(0, 1);
    expect(server.asked).toEqual([ALBUM_URL, ALBUM_URL]);
  });

  it('leaves the lists that are kept as they are', async () => {
    const { data, world } = await open();
    const first = data.tracks('tracks?search=0');
    for (let at = 1; at < LIST_COUNT_MAX; at += 1) data.tracks(`tracks?search=${at}`);
    world.player.playNow([{ ...trackOf('1'), albumId: 'albums-Other' }], 0);
    await world.clock.advance(100);
    expect(data.tracks('tracks?search=0')).toBe(first);
  });

  it('is asked for again with its next track where that failed', async () => {
    const opened = await open(({ server }) => (server.isDown = true));
    const { world, server } = opened;
    await world.clock.advance(5000);
    expect([counted(opened), server.asked.length]).toEqual([1, 1]);
    server.isDown = false;
    world.player.next();
    await world.clock.advance(100);
    expect([counted(opened), server.asked.length]).toEqual([3, 2]);
  });

  it('is asked for again when the server is back', async () => {
    const opened = await open(({ server }) => (server.isDown = true));
    const { world, server, data } = opened;
    server.isDown = false;
    data.retryFailed();
    await world.clock.advance(100);
    expect([counted(opened), server.asked.length]).toEqual([3, 2]);
    data.retryFailed();
    expect(server.asked).toHaveLength(2);
  });

  it('arrives although the library changes meanwhile, and is asked for once more', async () => {
    const opened = await open();
    const { world, server, data } = opened;
    server.tracks = [...server.tracks, { id: '4', artist: 'Artist', album: 'Album' }];
    for (let count = 0; count < 3; count += 1) data.invalidate();
    expect(server.asked).toHaveLength(2);
    await world.clock.advance(100);
    expect([counted(opened), server.asked.length]).toEqual([4, 3]);
  });
});
