import { describe, expect, it } from '@jest/globals';
import { fetchTracks, type LibraryTrack } from '../../../web/src/app/library-client';
import { albumOf } from '../../../web/src/player/album-level';
import { fold, matchesWords, searchWords } from '../../../web/src/app/search';

const parse = async (raw: object): Promise<LibraryTrack> => {
  const body = { tracks: [{ id: '1', ...raw }], total: 1 };
  const response = { ok: true, status: 200, json: () => Promise.resolve(body) } as Response;
  const listing = await fetchTracks(() => Promise.resolve(response), new AbortController().signal);
  const [track] = listing.tracks;
  if (!track) throw new Error('the track was not taken');
  return track;
};

const finds = async (raw: object, query: string): Promise<boolean> =>
  matchesWords((await parse(raw)).searchKey, searchWords(query));

/** The same letters, once with accents of their own (NFC) and once with accents behind (NFD). */
const BOTH_FORMS = ['NFC', 'NFD'] as const;

describe('search', () => {
  it.each([
    'dont',
    "don't",
    'don’t',
    'don‘t',
    'don`t',
    'don´t',
    'donʼt',
    'don＇t',
    'DONT',
    "Don't",
  ])('%s finds “Don’t” however its apostrophe is written', async (query) => {
    for (const title of ['Don’t Stop', "Don't Stop", 'Don´t Stop', 'Dont Stop', 'DON‘T STOP']) {
      expect({ title, found: await finds({ title }, query) }).toEqual({ title, found: true });
    }
  });

  it.each([
    ['“Heroes”', 'heroes'],
    ['Heroes', '"heroes"'],
    ['«Étude»', 'etude'],
    ['Rock ’n’ Roll', 'rock n roll'],
    ['7″ Mix', '7 mix'],
    ['Jay‐Z', 'jay-z'],
    ['Side A – Side B', 'a - side'],
    ['Sig\u00ADnal\u200B', 'signal'],
    ['Wait…', 'wait...'],
    ['Two\u00A0Words', 'two words'],
  ])('%s is found by %s', async (title, query) => {
    expect(await finds({ title }, query)).toBe(true);
  });

  it.each([
    ['Löwenzahn', 'lowenzahn'],
    ['Lowenzahn', 'LÖWENZAHN'],
    ['Ólafur', 'olafur'],
    ['Dvořák', 'dvorak'],
    ['İstanbul', 'istanbul'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['Straße', 'STRASSE'],
    ['Smørrebrød', 'smorrebrod'],
    ['Æther', 'aether'],
    ['Łódź', 'lodz'],
    ['ＦＵＬＬ', 'full'],
  ])('%s is found by %s, in both forms of Unicode', async (title, query) => {
    for (const form of BOTH_FORMS) {
      for (const asked of BOTH_FORMS) {
        const found = await finds({ title: title.normalize(form) }, query.normalize(asked));
        expect({ form, asked, found }).toEqual({ form, asked, found: true });
      }
    }
  });

  it.each([
    ['the list', { artist: 'Alice', artists: ['Alice', 'Bob'] }],
    ['the list alone', { artist: null, artists: ['Alice', 'Bob'] }],
    ['the one text', { artist: 'Alice; Bob' }],
    ['the album artist', { artist: 'Alice', album_artist: 'Bob' }],
  ])('finds the second artist, told by %s', async (_, fields) => {
    expect(await finds({ title: 'Duet', ...fields }, 'bob')).toBe(true);
    expect(await finds({ title: 'Duet', ...fields }, 'duet alice bob')).toBe(true);
  });

  it('shows all the artists by whom a track is found', async () => {
    const { artist } = await parse({ artist: 'Alice', artists: ['Alice', 'Bob', null, ''] });
    expect(artist).toBe('Alice, Bob');
  });

  it('takes tracks with and without a guest for one album', async () => {
    const guest = await parse({ id: 'a', artist: 'Alice', artists: ['Alice', 'Bob'], album: 'X' });
    const alone = await parse({ id: 'b', artist: 'Alice', artists: ['Alice'], album: 'X' });
    const other = await parse({ id: 'c', artist: 'Bob', artists: ['Bob', 'Alice'], album: 'X' });
    expect(albumOf(alone, [guest, alone, other]).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('wants every word, and none that is not there', async () => {
    const track = { title: 'Evening Tide', artist: 'Mira Voss', album: 'Harbour Songs' };
    expect(await finds(track, 'tide harbour mira')).toBe(true);
    expect(await finds(track, 'tide harbor')).toBe(false);
    expect(await finds(track, 'tidemira')).toBe(false);
  });

  it('has no words in a query of quotation marks and blanks', () => {
    expect(searchWords(" “ ” ' ")).toEqual([]);
  });

  it('does not depend on the language of the browser', () => {
    expect(fold('TITLE I')).toBe('title i');
  });
});
