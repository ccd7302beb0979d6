/** How an enhanced file is called. */
import { describe, expect, it } from '@jest/globals';
import { fileName } from '../../../web/src/shared/file-name';

describe('The name of an enhanced file', () => {
  it.each([
    ['Mira Voss', 'Low Tide', 'Mira Voss - Low Tide.webm'],
    [null, 'Low Tide', 'Low Tide.webm'],
    [' ', null, 'Enhanced track.webm'],
    [null, '...', 'Enhanced track.webm'],
    ['AC/DC', '"What?" <1:2>', 'AC DC - What 1 2.webm'],
    ['..\\up', '../up\n', '.. up - .. up.webm'],
    ['עברית', 'x\u202emp3.exe', 'עברית - x mp3.exe.webm'],
  ])('of %j and %j is %j', (artist, title, name) => {
    expect(fileName({ artist, title })).toBe(name);
  });

  it('is cut between characters, and ends with its kind', () => {
    const name = fileName({ artist: null, title: '🎵'.repeat(200) });
    expect(name).toBe(`${'🎵'.repeat(120)}.webm`);
  });
});
