import { describe, expect, it } from '@jest/globals';
import { expectedFacts, isSameVersion } from '../../../web/src/net/file-version';
import { NO_FACTS, type SourceFacts } from '../../../web/src/net/range-response';
import { isOfBuild, settingsKey, versionKey } from '../../../web/src/store/keys';
import { trackKey } from '../../../web/src/shared/track-key';
import { ADAPTIVE } from '../../support/host-harness';

const facts = (some: Partial<SourceFacts>): SourceFacts => ({ ...NO_FACTS, ...some });
const TAGGED = facts({ sizeBytes: 10, etag: '"a"', lastModified: 'Mon' });
const DATED = facts({ sizeBytes: 10, lastModified: 'Mon' });
const WEAK = facts({ sizeBytes: 10, etag: '"a"', isEtagWeak: true, lastModified: 'Mon' });

describe('The key of a track', () => {
  it('is the same however its address is written', () => {
    const key = 'https://music.example/api/player/stream/1';
    for (const url of [
      '/api/player/stream/1',
      '1',
      './1#t=10',
      'https://music.example:443/api/player/stream/1',
    ]) {
      expect(trackKey(url, 'https://music.example/api/player/stream/0')).toBe(key);
    }
    expect(trackKey('1?a', key)).not.toBe(key);
  });
});

describe('The key of a version', () => {
  it('is the strong entity tag, else size and date', () => {
    expect(versionKey('e', TAGGED)).toBe(versionKey('e', { ...TAGGED, lastModified: 'Tue' }));
    expect(versionKey('e', TAGGED)).not.toBe(versionKey('e', { ...TAGGED, etag: '"b"' }));
    expect(versionKey('e', WEAK)).toBe(versionKey('e', DATED));
    expect(versionKey('e', DATED)).not.toBe(versionKey('e', { ...DATED, lastModified: 'Tue' }));
    expect(versionKey('e', DATED)).not.toBe(versionKey('e', { ...DATED, sizeBytes: 11 }));
  });

  it('is none where a change would go unnoticed', () => {
    expect(versionKey('e', facts({ sizeBytes: 10 }))).toBeNull();
    expect(versionKey('e', facts({ lastModified: 'Mon' }))).toBeNull();
    expect(versionKey('e', { ...WEAK, lastModified: null })).toBeNull();
  });

  it('tells which engine it is of', () => {
    const key = versionKey('abc', TAGGED) ?? '';
    expect(isOfBuild(key, 'abc')).toBe(true);
    expect(isOfBuild(key, 'ab')).toBe(false);
    expect(isOfBuild(key, 'abcd')).toBe(false);
  });
});

describe('Two answers of a server', () => {
  it.each([
    ['the same tag', TAGGED, { ...TAGGED, lastModified: 'Tue' }, true],
    ['another tag with the same date', TAGGED, { ...TAGGED, etag: '"b"' }, false],
    ['the same date', DATED, DATED, true],
    ['another date', DATED, { ...DATED, lastModified: 'Tue' }, false],
    ['another size', DATED, { ...DATED, sizeBytes: 11 }, false],
    ['a tag that has become weak', TAGGED, WEAK, true],
    ['a weak tag that is the same', { ...WEAK, lastModified: null }, WEAK, false],
    ['no tag any more, and another date', TAGGED, { ...DATED, lastModified: 'Tue' }, false],
    ['nothing any more', TAGGED, NO_FACTS, false],
  ] as const)('%s', (_, known, now, isSame) => {
    expect(isSameVersion(known, now)).toBe(isSame);
  });

  it('must not contradict what the version is told by', () => {
    expect(expectedFacts(TAGGED)).toEqual(facts({ sizeBytes: 10, etag: '"a"' }));
    expect(expectedFacts(WEAK)).toEqual(DATED);
  });
});

describe('The key of settings', () => {
  it('is the same for what the engine takes for the same', () => {
    const key = settingsKey(ADAPTIVE);
    expect(settingsKey({ ...ADAPTIVE, intensity: 0.9999 })).toBe(key);
    expect(settingsKey({ ...ADAPTIVE, level: 'album' })).toBe(key);
    expect(settingsKey({ ...ADAPTIVE, albumLoudnessLufs: -9 })).toBe(key);
    const original = { ...ADAPTIVE, enhanced: false, level: 'off' } as const;
    expect(settingsKey({ ...original, preset: 'warm' })).toBe(settingsKey(original));
    expect(settingsKey({ ...original, level: 'track', intensity: 0 })).toBe(settingsKey(original));
    const levelled = { ...original, level: 'track' } as const;
    expect(settingsKey({ ...levelled, compare: 'original' })).toBe(settingsKey(levelled));
  });

  it('tells what it does not take for the same', () => {
    const album = { ...ADAPTIVE, level: 'album', albumLoudnessLufs: -9 } as const;
    const keys = [
      ADAPTIVE,
      { ...ADAPTIVE, enhanced: false },
      { ...ADAPTIVE, enhanced: false, preset: 'gentle' },
      { ...ADAPTIVE, enhanced: false, level: 'off' },
      { ...ADAPTIVE, preset: 'warm' },
      { ...ADAPTIVE, intensity: 0.5 },
      { ...ADAPTIVE, intensity: 0 },
      { ...ADAPTIVE, level: 'off' },
      { ...ADAPTIVE, compare: 'enhanced' },
      { ...ADAPTIVE, compare: 'original' },
      album,
      { ...album, albumLoudnessLufs: -10 },
    ].map((settings) => settingsKey(settings as typeof ADAPTIVE));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
