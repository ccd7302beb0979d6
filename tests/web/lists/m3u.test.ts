import { describe, expect, it } from '@jest/globals';
import { unfoundTrack } from '../../../web/src/lists/list-track';
import { decodeM3u, mayBeM3u, readM3u, writeM3u } from '../../../web/src/lists/m3u';
import { listTrack } from '../../support/own-lists';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('The text of a list', () => {
  it.each([
    ['UTF-8', utf8('Björk/Jóga.flac')],
    [
      'UTF-8 with a byte order mark',
      new Uint8Array([0xef, 0xbb, 0xbf, ...utf8('Björk/Jóga.flac')]),
    ],
    ['Windows-1252', Uint8Array.from('Björk/Jóga.flac', (letter) => letter.charCodeAt(0))],
    [
      'UTF-16',
      new Uint8Array([
        0xff,
        0xfe,
        ...new Uint8Array(
          Uint16Array.from('Björk/Jóga.flac', (letter) => letter.charCodeAt(0)).buffer,
        ),
      ]),
    ],
  ])('is read as %s', (_, bytes) => {
    expect(decodeM3u(bytes)).toBe('Björk/Jóga.flac');
  });
});

describe('A list of another player', () => {
  it('is read with what it tells of its entries', () => {
    const text = [
      '#EXTM3U',
      '#PLAYLIST:On the road',
      '',
      '#EXTINF:213,Mira - Anchor - live',
      '  Mira/Harbour/01 Anchor.flac  ',
      '# a comment',
      'C:\\Music\\Buoy.mp3',
      '#extinf:-1 tvg-id="a, b" group="x",Just a title',
      'http://radio.example/stream',
      '#EXTINF:61.5',
      'c.wav',
    ];
    for (const end of ['\n', '\r\n', '\r']) {
      expect(readM3u(text.join(end))).toEqual({
        name: 'On the road',
        entries: [
          {
            location: 'Mira/Harbour/01 Anchor.flac',
            title: 'Anchor - live',
            artist: 'Mira',
            durationSeconds: 213,
          },
          { location: 'C:\\Music\\Buoy.mp3', title: '', artist: '', durationSeconds: null },
          {
            location: 'http://radio.example/stream',
            title: 'Just a title',
            artist: '',
            durationSeconds: null,
          },
          { location: 'c.wav', title: '', artist: '', durationSeconds: 61.5 },
        ],
      });
    }
  });

  it('may be of names only, or of nothing', () => {
    expect(readM3u('a.mp3').entries.map(({ location }) => location)).toEqual(['a.mp3']);
    expect(readM3u('\n#EXTM3U\n')).toEqual({ name: '', entries: [] });
  });
});

describe('A file', () => {
  it.each([
    ['bytes', decodeM3u(Uint8Array.from({ length: 64 }, (_, at) => at))],
    ['text with a NUL', 'a.mp3\u0000\nb.mp3'],
    ['pieces of a stream', '#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:6,\npiece1.ts'],
  ])('of %s is no list', (_, text) => {
    expect(mayBeM3u(text)).toBe(false);
  });

  it('of lines may be one', () => {
    expect(mayBeM3u('#EXTM3U\r\n#EXTINF:1,\tBjörk - #EXT-X-\r\nJóga.flac\n')).toBe(true);
    expect(mayBeM3u(decodeM3u(Uint8Array.of(0x42, 0x81, 0xf6, 0x0a)))).toBe(true);
  });
});

describe('A list that is written', () => {
  const tracks = [
    listTrack('Mira/Harbour/01 Anchor.flac', { title: 'Anchor', durationSeconds: 212.6 }),
    listTrack('Björk/Jóga.flac', { title: 'Jóga', artist: 'Björk', durationSeconds: 0 }),
    listTrack('#1/Hit.mp3', { title: 'Line\nbreak', artist: '' }),
    listTrack('', { url: '/api/player/stream/0a', title: 'Queued' }),
    unfoundTrack({ path: 'lost/away.mp3', title: 'Away', artist: 'Nobody', durationSeconds: 60 }),
  ];
  const text = writeM3u('On the\nroad', tracks, 'http://host:1');

  it('has paths below the music folder, lengths and names', () => {
    expect(text.split('\n')).toEqual([
      '#EXTM3U',
      '#PLAYLIST:On the road',
      '#EXTINF:213,Mira - Anchor',
      'Mira/Harbour/01 Anchor.flac',
      '#EXTINF:-1,Björk - Jóga',
      'Björk/Jóga.flac',
      '#EXTINF:120,Line break',
      './#1/Hit.mp3',
      '#EXTINF:120,Mira - Queued',
      'http://host:1/api/player/stream/0a',
      '#EXTINF:60,Nobody - Away',
      'lost/away.mp3',
      '',
    ]);
  });

  it('is read back as it was', () => {
    const { name, entries } = readM3u(decodeM3u(utf8(text)));
    expect(name).toBe('On the road');
    expect(entries.map(({ title, artist }) => `${artist}: ${title}`)).toEqual([
      'Mira: Anchor',
      'Björk: Jóga',
      ': Line break',
      'Mira: Queued',
      'Nobody: Away',
    ]);
  });
});
