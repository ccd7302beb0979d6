import { describe, expect, it } from '@jest/globals';
import type { ListTrack } from '../../../web/src/lists/list-track';
import type { M3uEntry } from '../../../web/src/lists/m3u';
import { PathMatcher, placeOf } from '../../../web/src/lists/path-matcher';
import { listTrack } from '../../support/own-lists';

const entry = (location: string, hints: Partial<M3uEntry> = {}): M3uEntry => ({
  location,
  title: '',
  artist: '',
  durationSeconds: null,
  ...hints,
});

/** The path of the track that is meant; null: none. */
const match = (wanted: M3uEntry, library: readonly (string | ListTrack)[]): string | null => {
  const matcher = new PathMatcher(new Map([[7, wanted]]));
  for (const track of library) matcher.offer(typeof track === 'string' ? listTrack(track) : track);
  return matcher.matches().get(7)?.path ?? null;
};

describe('The place of an entry', () => {
  it.each([
    ['Mira/Harbour/01.flac', 'Mira/Harbour/01.flac'],
    ['./../Music/01.flac', 'Music/01.flac'],
    ['/media/mira/Music/01.flac', 'media/mira/Music/01.flac'],
    ['C:\\Music\\Mira\\01.flac', 'Music/Mira/01.flac'],
    ['\\\\nas\\music\\01.flac', 'nas/music/01.flac'],
    ['file:///media/mira/01%20Anchor.flac', 'media/mira/01 Anchor.flac'],
    ['file:///C:/Music/01.flac', 'Music/01.flac'],
    ['file://localhost/01.flac', '01.flac'],
    ['https://host/music/01.flac?token=1#t', 'music/01.flac'],
    ['100% of it/01.flac', '100% of it/01.flac'],
  ])('%s is the file %s', (location, path) => {
    expect(placeOf(location)).toEqual({ path });
  });

  it.each([
    'http://host:8080/api/player/stream/00ff',
    'https://other.example/api/player/stream/00ff',
    '/api/player/stream/00ff',
  ])('%s is a track of the server', (location) => {
    expect(placeOf(location)).toEqual({ id: '00ff' });
  });
});

describe('A track is found', () => {
  it.each([
    ['by its path', 'Mira/Harbour/01.flac'],
    ['below another folder', '/mnt/disk/music/Mira/Harbour/01.flac'],
    ['by parts of a URL', 'Mira/Harbour%2f01.flac'],
    ['in other letters', 'MIRA/harbour/01.FLAC'],
  ])('%s', (_, location) => {
    const library = ['Mira/Hills/01.flac', 'Mira/Harbour/01.flac', 'Ana/Harbour/01.flac'];
    expect(match(entry(location), library)).toBe('Mira/Harbour/01.flac');
  });

  it('however its letters are composed', () => {
    const path = 'Björk/Jóga.flac';
    expect(match(entry(path.normalize('NFD')), [path])).toBe(path);
    expect(match(entry(path), [path.normalize('NFD')])).toBe(path.normalize('NFD'));
  });

  it('where the most of its path is the same, in whatever order the tracks come', () => {
    const library = ['x/Harbour/01.flac', 'Music/Mira/Harbour/01.flac', 'Mira/Harbour/01.flac'];
    const wanted = entry('/media/Music/Mira/Harbour/01.flac');
    expect(match(wanted, library)).toBe('Music/Mira/Harbour/01.flac');
    expect(match(wanted, [...library].reverse())).toBe('Music/Mira/Harbour/01.flac');
  });

  it('by its name alone only where there is one such, and nothing speaks against it', () => {
    expect(match(entry('old/01 Anchor.flac'), ['new/01 Anchor.flac'])).toBe('new/01 Anchor.flac');
    expect(match(entry('old/01.flac'), ['new/01.flac', 'other/01.flac'])).toBeNull();
    const other = entry('old/01.flac', { durationSeconds: 300 });
    expect(match(other, ['new/01.flac'])).toBeNull();
    const same = entry('old/01.flac', { durationSeconds: 121 });
    expect(match(same, ['new/01.flac', listTrack('b/01.flac', { durationSeconds: 300 })])).toBe(
      'new/01.flac',
    );
  });

  it('never where nothing of its path is the same, or no path is told', () => {
    expect(match(entry('a/b.flac'), ['a/c.flac', 'b.flac/c'])).toBeNull();
    expect(match(entry('..'), [listTrack('')])).toBeNull();
  });
});

describe('What is left to look for', () => {
  it('is what was not found by its whole path', () => {
    const matcher = new PathMatcher(
      new Map([
        [0, entry('Mira/01.flac')],
        [1, entry('/media/Mira/02.flac')],
        [2, entry('http://host/api/player/stream/0a')],
      ]),
    );
    expect([...matcher.unsettled()]).toEqual([0, 1]);
    matcher.offer(listTrack('Mira/01.flac'));
    matcher.offer(listTrack('Mira/02.flac'));
    expect([...matcher.unsettled()]).toEqual([1]);
    expect([...matcher.matches().keys()]).toEqual([0, 1]);
  });
});
