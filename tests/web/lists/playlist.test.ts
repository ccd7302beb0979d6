import { describe, expect, it } from '@jest/globals';
import {
  append,
  cleanName,
  ENTRY_COUNT_MAX,
  headOf,
  insertEntry,
  moveEntry,
  removeEntry,
  reviseTracks,
  type Playlist,
} from '../../../web/src/lists/playlist';
import { listTrack, playlistOf } from '../../support/own-lists';

const pathsOf = ({ entries }: Playlist): string => entries.map(({ track }) => track.path).join('');

describe('A playlist', () => {
  it('takes tracks behind all others, the same one again as well', () => {
    const list = append(playlistOf(['a', 'b']), [listTrack('a'), listTrack('c')]);
    expect(pathsOf(list)).toBe('abac');
    expect(list.entries.map(({ key }) => key)).toEqual([1, 2, 3, 4]);
  });

  it('never gives a key twice while its last entry is there', () => {
    const list = append(removeEntry(playlistOf(['a', 'b', 'c']), 2), [listTrack('d')]);
    expect(list.entries.map(({ key }) => key)).toEqual([1, 3, 4]);
  });

  it('holds no more than it says', () => {
    const many = Array.from({ length: ENTRY_COUNT_MAX }, () => listTrack('m'));
    expect(append(playlistOf(['a']), many).entries).toHaveLength(ENTRY_COUNT_MAX);
  });

  it.each([
    [1, 2, 'bca'],
    [3, 0, 'cab'],
    [2, 1, 'abc'],
    [9, 0, 'abc'],
  ])('moves the entry %i to place %i: %s', (key, to, paths) => {
    expect(pathsOf(moveEntry(playlistOf(['a', 'b', 'c']), key, to))).toBe(paths);
  });

  it('takes an entry back where it was', () => {
    const list = playlistOf(['a', 'b', 'c']);
    const [, entry] = list.entries;
    if (!entry) throw new Error('there is no second entry');
    const without = removeEntry(list, entry.key);
    expect(pathsOf(without)).toBe('ac');
    expect(insertEntry(without, entry, 1)).toEqual(list);
  });

  it('takes the last entry back as well when others were added since', () => {
    const list = playlistOf(['a', 'b']);
    const [, entry] = list.entries;
    if (!entry) throw new Error('there is no second entry');
    const changed = append(removeEntry(list, entry.key), [listTrack('c')]);
    const back = insertEntry(changed, entry, 1);
    expect(pathsOf(back)).toBe('abc');
    expect(new Set(back.entries.map(({ key }) => key)).size).toBe(3);
  });

  it('is the same list where there is no news of its tracks', () => {
    const list = playlistOf(['a', 'b']);
    expect(reviseTracks(list, (track) => track)).toBe(list);
    const revised = reviseTracks(list, (track) =>
      track.path === 'b' ? { ...track, path: 'x/b' } : track,
    );
    expect(pathsOf(revised)).toBe('ax/b');
    expect(revised.entries[0]).toBe(list.entries[0]);
  });

  it('is shown with how much it is and the first cover there is', () => {
    const list = append(playlistOf(['a']), [listTrack('b', { artworkUrl: '/b', album: 'B' })]);
    expect(headOf(list)).toEqual({
      id: 'a',
      name: 'Mix',
      createdAtMs: 1,
      count: 2,
      durationSeconds: 240,
      cover: { title: 'b', album: 'B', artworkUrl: '/b' },
    });
    expect(headOf(playlistOf([])).cover).toEqual({ title: 'Mix', album: '', artworkUrl: null });
  });

  it('has a name of one line', () => {
    expect(cleanName('  On \n the  road ')).toBe('On the road');
    expect(cleanName(' \t ')).toBe('');
  });
});
