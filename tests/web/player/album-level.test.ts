import { describe, expect, it } from '@jest/globals';
import { ALBUM_TRACKS_MAX, albumOf } from '../../../web/src/player/album-level';
import type { PlayerTrack } from '../../../web/src/player/player-types';
import {
  createWorld,
  findJumps,
  makeTrack,
  type World,
  type WorldOptions,
} from '../../support/player-world';

const LOUDNESS: Readonly<Record<string, number>> = { a: -18, b: -12.5, c: -20, broken: NaN };
const loudnessOf = (url: string): number => LOUDNESS[url.split('/').at(-1) ?? ''] ?? -15;

const albumWorld = (ids: readonly string[], options: WorldOptions = {}): World => {
  const world = createWorld({ loudnessLufs: loudnessOf, ...options });
  world.player.setAlbum(ids.map(makeTrack));
  return world;
};

const play = async (world: World, id: string, seconds = 1): Promise<void> => {
  world.player.load(makeTrack(id));
  world.player.play();
  await world.clock.advance(seconds * 1000);
};

const measuredUrls = (world: World): string[] =>
  world.engine
    .commandsOf('open')
    .filter(({ purpose }) => purpose === 'measure')
    .map(({ url }) => url.split('/').at(-1) ?? '');

const measuringSessions = (world: World): number[] =>
  world.engine
    .commandsOf('open')
    .filter(({ purpose }) => purpose === 'measure')
    .map(({ session }) => session);

const playing = (world: World) =>
  world.engine.commandsOf('open').filter(({ rank }) => rank === 'heard' || rank === 'next');

describe('Album level', () => {
  it('brings the loudest track of the album to the target, as soon as all are measured', async () => {
    const world = albumWorld(['a', 'b', 'c']);
    world.player.setSettings({ level: 'album' });
    await play(world, 'a', 4);
    expect(world.state().album).toEqual({ state: 'measured', doneCount: 3, count: 3 });
    expect(world.state().settings).toMatchObject({ level: 'album', albumLoudnessLufs: -12.5 });
    expect(world.engine.commandsOf('configure').at(-1)?.settings.albumLoudnessLufs).toBe(-12.5);
    // What plays is measured by its own session.
    expect(measuredUrls(world)).toEqual(['b', 'c']);
    expect(findJumps(world.audio)).toEqual([]);
    expect(world.audio.underruns).toBe(0);
  });

  it('closes every session that has measured, and asks one at a time', async () => {
    const world = albumWorld(['a', 'b', 'c', 'd']);
    world.player.setSettings({ level: 'album' });
    await play(world, 'a', 4);
    const measuring = measuringSessions(world);
    const log = world.engine.commands.filter(({ session }) => measuring.includes(session));
    const turns = log.map(({ type, session }) => `${type} ${session}`);
    expect(turns).toEqual(
      measuring.flatMap((session) =>
        ['open', 'render', 'close'].map((type) => `${type} ${session}`),
      ),
    );
  });

  it('works as Track and says so while it measures', async () => {
    const world = albumWorld(['b', 'a'], { measureMs: 5000 });
    await play(world, 'a', 7);
    world.player.setSettings({ level: 'album' });
    await world.clock.advance(1000);
    expect(world.state().album).toEqual({ state: 'measuring', doneCount: 1, count: 2 });
    expect(world.state().settings.albumLoudnessLufs).toBeNull();
    await world.clock.advance(6000);
    expect(world.state().settings.albumLoudnessLufs).toBe(-12.5);
  });

  it('leaves the engine alone until there is sound enough', async () => {
    const world = albumWorld(['a', 'b'], { clusterMs: () => 150 });
    world.player.setSettings({ level: 'album' });
    await play(world, 'a', 1);
    expect(measuredUrls(world)).toEqual([]);
    await world.clock.advance(4000);
    expect(measuredUrls(world)).toEqual(['b']);
  });

  it('opens the next track of a measured album at its level, and measures nothing again', async () => {
    const world = albumWorld(['a', 'b', 'c']);
    world.player.setSettings({ level: 'album' });
    await play(world, 'a', 4);
    await play(world, 'c', 3);
    expect(playing(world).at(-1)).toMatchObject({
      profile: 'profile of /api/player/stream/c',
      settings: { level: 'album', albumLoudnessLufs: -12.5 },
    });
    expect(measuredUrls(world)).toEqual(['b', 'c']);
  });

  it('goes without a track that cannot be measured', async () => {
    const world = albumWorld(['a', 'broken', 'c']);
    world.player.setSettings({ level: 'album' });
    await play(world, 'a', 4);
    expect(world.state().album?.state).toBe('measured');
    expect(world.state().settings.albumLoudnessLufs).toBe(-18);
    expect(measuredUrls(world)).toEqual(['broken', 'c']);
  });

  it('does not measure more than it says', async () => {
    const ids = Array.from({ length: ALBUM_TRACKS_MAX + 1 }, (_, index) => `t${index}`);
    const world = albumWorld(ids);
    world.player.setSettings({ level: 'album' });
    await play(world, 't0', 4);
    expect(world.state().album).toMatchObject({ state: 'too-many', count: ALBUM_TRACKS_MAX + 1 });
    expect(world.state().settings.albumLoudnessLufs).toBeNull();
    expect(measuredUrls(world)).toEqual([]);
  });

  it('stops measuring when the level is another one', async () => {
    // The one that comes next would be measured by its own session.
    const world = albumWorld(['b', 'c', 'a'], { measureMs: 3000 });
    await play(world, 'a', 4);
    world.player.setSettings({ level: 'album' });
    await world.clock.advance(500);
    expect(measuredUrls(world)).toEqual(['b']);
    world.player.setSettings({ level: 'track' });
    await world.clock.advance(10_000);
    expect(measuredUrls(world)).toEqual(['b']);
    const closed = world.engine.commandsOf('close').map(({ session }) => session);
    expect(closed).toEqual(expect.arrayContaining(measuringSessions(world)));
    expect(world.state().album).toBeNull();
  });

  it('forgets the album of the track before', async () => {
    const world = albumWorld(['a', 'b']);
    world.player.setSettings({ level: 'album' });
    await play(world, 'a', 4);
    world.player.load({ ...makeTrack('x'), album: 'Other' });
    expect(world.state().settings.albumLoudnessLufs).toBeNull();
    world.player.play();
    await world.clock.advance(3000);
    expect(world.state().settings.albumLoudnessLufs).toBe(-15);
  });
});

describe('albumOf', () => {
  const track = (id: string, fields: Partial<PlayerTrack>): PlayerTrack => ({
    ...makeTrack(id),
    ...fields,
  });
  const idsOf = (wanted: PlayerTrack, library: readonly PlayerTrack[]): string[] =>
    albumOf(wanted, library).map(({ id }) => id);

  it('tells albums of one name apart, and puts the track itself last', () => {
    const library = [
      track('1', { album: 'Best', albumArtist: '', artist: 'Ada' }),
      track('2', { album: 'Best', albumArtist: '', artist: 'Bob' }),
      track('3', { album: 'Best', albumArtist: 'Ada', artist: 'Ada and Bob' }),
    ];
    expect(idsOf(track('1', { album: 'Best', albumArtist: '', artist: 'Ada' }), library)).toEqual([
      '3',
      '1',
    ]);
  });

  it('is the track alone when it names no album', () => {
    const alone = track('1', { album: '' });
    expect(idsOf(alone, [alone, track('2', { album: '' })])).toEqual(['1']);
  });
});
