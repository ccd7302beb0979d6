import { describe, expect, it } from '@jest/globals';
import { readChunkAddress } from '../../../web/src/chunks/chunk-address';
import { ProblemError } from '../../../web/src/chunks/problem';
import { PRESETS } from '../../../web/src/shared/vocabulary';

const ROOT = 'https://music.example/api/player/stream_chunk';
const read = (rest: string) => readChunkAddress(new URL(`${ROOT}${rest}`));

const problem = (rest: string): string => {
  try {
    read(rest);
  } catch (error) {
    if (error instanceof ProblemError) return `${error.problem.status} ${error.problem.message}`;
    throw error;
  }
  return 'none';
};

describe('An address of enhanced sound', () => {
  it('has the defaults of the command line', () => {
    expect(read('/12/3')).toEqual({
      track: '12',
      part: 'chunk',
      index: 3,
      settings: {
        enhanced: true,
        preset: 'adaptive',
        intensity: 1,
        level: 'track',
        albumLoudnessLufs: null,
        compare: 'off',
      },
    });
  });

  it.each(['init', 'metadata', 'full'])('asks for %s', (part) => {
    expect(read(`/12/${part}`)).toMatchObject({ track: '12', part });
  });

  it.each(PRESETS)('knows the preset %s', (preset) => {
    expect(read(`/12/0?preset=${preset}`).settings.preset).toBe(preset);
  });

  it('takes every setting as it is said, also 0', () => {
    const query = '?enhanced=1&intensity=0&level=album&album_loudness=-9.25&something=else';
    expect(read(`/a%20b/0${query}`)).toMatchObject({
      track: 'a b',
      settings: { enhanced: true, intensity: 0, level: 'album', albumLoudnessLufs: -9.25 },
    });
    expect(read('/12/0?enhanced=false').settings).toMatchObject({ enhanced: false, level: 'off' });
    const leveled = read('/12/0?enhanced=0&level=track').settings;
    expect(leveled).toMatchObject({ enhanced: false, level: 'track' });
  });

  it.each(['', '/12', '/12/', '//0', '/12/0/1', '/12/init/'])('%s leads nowhere', (rest) => {
    expect(problem(rest)).toContain('404 ');
  });

  it.each([
    ['/12/-1', '-1'],
    ['/12/1.5', '1.5'],
    ['/12/0x1', '0x1'],
    ['/12/last', 'last'],
    ['/12/0?preset=loud', 'adaptive, gentle'],
    ['/12/0?preset=', 'adaptive, gentle'],
    ['/12/0?intensity=1.01', 'from 0 to 1'],
    ['/12/0?intensity=-0.1', 'from 0 to 1'],
    ['/12/0?intensity=', 'from 0 to 1'],
    ['/12/0?intensity=NaN', 'from 0 to 1'],
    ['/12/0?level=loud', 'level'],
    ['/12/0?level=album', 'album_loudness'],
    ['/12/0?album_loudness=-9', 'level=album'],
    ['/12/0?level=album&album_loudness=-99', '-70'],
    ['/12/0?enhanced=yes', 'true, false'],
    ['/%ff/0', 'valid path'],
  ])('%s is refused with words', (rest, words) => {
    expect(problem(rest)).toMatch(/^400 /);
    expect(problem(rest)).toContain(words);
  });
});
