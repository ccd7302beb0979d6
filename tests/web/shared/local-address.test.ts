import { describe, expect, it } from '@jest/globals';
import { trackKey } from '../../../web/src/shared/track-key';
import {
  isLocalAddress,
  localAddress,
  nameOfPath,
  parseLocalAddress,
} from '../../../web/src/shared/local-address';

const FACTS = { path: 'song.flac', sizeBytes: 1234, modifiedMs: 1_700_000_000_123 };

describe('The address of a local file', () => {
  it('follows from its path, size and date, and tells them', () => {
    expect(localAddress(FACTS)).toBe('local:1234.1700000000123/song.flac');
    expect(parseLocalAddress(localAddress(FACTS))).toEqual(FACTS);
  });

  it.each(['Ólafur #1?.flac', 'CD 1/02 100%.mp3', 'a b/ä/“x”.wav', '日本/曲.flac', '../..'])(
    'survives the path %s',
    (path) => {
      const address = localAddress({ ...FACTS, path });
      expect(parseLocalAddress(address)?.path).toBe(path);
      expect(address).toMatch(/^local:[!-~]+$/);
      // As the store and the worker read it.
      expect(trackKey(address, 'https://music.example/albums/1')).toBe(address);
    },
  );

  it('is another one for another size, date, name or folder', () => {
    const others = [
      FACTS,
      { ...FACTS, sizeBytes: 1235 },
      { ...FACTS, modifiedMs: 1_700_000_000_124 },
      { ...FACTS, path: 'Song.flac' },
      { ...FACTS, path: 'CD 1/song.flac' },
    ].map(localAddress);
    expect(new Set(others).size).toBe(others.length);
  });

  it('may have a hash of the content instead of the date', () => {
    const facts = { path: 'a b.mp3', sizeBytes: 12, print: '0123456789abcdef0123456789abcdef' };
    const address = localAddress(facts);
    expect(address).toBe('local:12.~0123456789abcdef0123456789abcdef/a%20b.mp3');
    expect(parseLocalAddress(address)).toEqual(facts);
    expect(trackKey(address, 'https://music.example/albums/1')).toBe(address);
  });

  it('can be made of names that are no Unicode, and of dates before 1970', () => {
    const address = localAddress({ path: 'a\ud800.wav', sizeBytes: 0, modifiedMs: -5 });
    expect(parseLocalAddress(address)).toEqual({ path: 'a�.wav', sizeBytes: 0, modifiedMs: -5 });
  });

  it('is told from all others', () => {
    expect(isLocalAddress(localAddress(FACTS))).toBe(true);
    for (const other of ['/api/player/stream/7', 'https://music.example/a.flac', 'blob:x', '']) {
      expect(isLocalAddress(other)).toBe(false);
      expect(parseLocalAddress(other)).toBeNull();
    }
    for (const broken of [
      'local:',
      'local:1.2',
      'local:1/2',
      'local:1.2/%',
      'local:x.2/a',
      'local:1.~2/a',
    ]) {
      expect(parseLocalAddress(broken)).toBeNull();
    }
  });

  it('gives the name to show', () => {
    expect(nameOfPath('CD 1/02. Löwenzahn.live.flac')).toBe('02. Löwenzahn.live');
    expect(nameOfPath('song')).toBe('song');
    expect(nameOfPath('.flac')).toBe('.flac');
  });
});
