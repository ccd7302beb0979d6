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

  it('never where its length is another one, however well its title fits', () => {
    const live = entry('old/01.flac', { title: 'Anchor', durationSeconds: 300 });
    const track = listTrack('new/01.flac', { title: 'Anchor' });
    expect(match(live, [track])).toBeNull();
    const deeper = { ...live, location: 'x/Harbour/01.flac' };
    expect(match(deeper, [{ ...track, path: 'y/Harbour/01.flac' }])).toBeNull();
    // A track at that very place is meant, whatever became of it.
    expect(match({ ...live, location: 'new/01.flac' }, [track])).toBe('new/01.flac');
  });

  it('by its name alone only where its title is no other one', () => {
    const track = listTrack('new/01.flac', { title: 'Anchor - live' });
    expect(match(entry('old/01.flac', { title: 'Buoy' }), [track])).toBeNull();
    const told = entry('old/01.flac', { artist: 'Anchor', title: 'live' });
    expect(match(told, [track])).toBe('new/01.flac');
  });

  it('never where two places fit as well, but for the same one in two music folders', () => {
    const library = ['Mira/Harbour/01.flac', 'Ana/Harbour/01.flac'];
    for (const location of ['x/Harbour/01.flac', 'Harbour/01.flac']) {
      expect(match(entry(location), library)).toBeNull();
    }
    const [one, two] = ['one', 'two'].map((id) => listTrack('Harbour/01.flac', { id }));
    if (!one || !two) throw new Error('a track is missing');
    expect(match(entry('Harbour/01.flac'), [...library, one, two])).toBe('Harbour/01.flac');
    expect(match(entry('/x/Harbour/01.flac'), [one, two, ...library])).toBe('Harbour/01.flac');
  });

  it('in no folder only where the list has it in none, or nothing speaks against it', () => {
    const other = { title: 'Buoy' };
    expect(match(entry('old/01.flac', other), ['01.flac'])).toBeNull();
    expect(match(entry('old/01.flac'), ['01.flac', 'new/01.flac'])).toBeNull();
    expect(match(entry('01.flac'), ['01.flac', 'new/01.flac'])).toBe('01.flac');
  });

  it('never by its name alone where there may be more of that name', () => {
    const matcher = new PathMatcher(
      new Map([
        [0, entry('old/01.flac')],
        [1, entry('old/Harbour/02.flac')],
      ]),
    );
    for (const path of ['new/01.flac', 'Harbour/02.flac']) matcher.offer(listTrack(path));
    expect([...matcher.matches(false).keys()]).toEqual([1]);
    expect([...matcher.matches().keys()]).toEqual([0, 1]);
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
