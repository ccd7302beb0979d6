/** What is found in files and folders that are dropped, in which order, and what is said of it. */
import { describe, expect, it } from '@jest/globals';
import { compareNames, isAudio } from '../../../web/src/app/local/audio-names';
import { droppedNodes } from '../../../web/src/app/local/nodes';
import { walk, WALK_LIMITS, type Walked } from '../../../web/src/app/local/walk';
import { NOTHING_FOUND, openedWords } from '../../../web/src/app/local/words';
import { droppedEntry } from '../../support/local-nodes';

const walkOf = async (
  items: Parameters<typeof droppedNodes>[0],
  limits: Partial<typeof WALK_LIMITS> = {},
): Promise<Walked> => walk(await droppedNodes(items), { ...WALK_LIMITS, ...limits });

const pathsOf = ({ files }: Walked): string[] => files.map(({ path }) => path);

const ALBUM = {
  '10 last.flac': 'x',
  '2 second.FLAC': 'x',
  'cover.jpg': 'x',
  '.DS_Store': 'x',
  '._2 second.FLAC': 'x',
  'CD 2': { '1.mp3': 'x', 'notes.txt': 'x', deeper: { 'a.opus': 'x' } },
  '1 first.flac': 'x',
};

describe('What is dropped', () => {
  it('is walked through, in the natural order of names, past what is no audio', async () => {
    const walked = await walkOf([droppedEntry('Album', ALBUM), droppedEntry('a single.wav', 'x')]);
    expect(pathsOf(walked)).toEqual([
      'a single.wav',
      'Album/1 first.flac',
      'Album/2 second.FLAC',
      'Album/10 last.flac',
      'Album/CD 2/1.mp3',
      'Album/CD 2/deeper/a.opus',
    ]);
    expect(walked.passedOver).toEqual(['notes.txt', 'cover.jpg']);
    expect({ unreadable: walked.unreadableCount, isCut: walked.isCut }).toEqual({
      unreadable: 0,
      isCut: false,
    });
  });

  it.each([
    ['files', { fileCountMax: 3 }, 3],
    ['nodes', { nodeCountMax: 4 }, 3],
    ['depth', { depthMax: 2 }, 5],
  ])('is bounded in %s', async (_, limits, count) => {
    const walked = await walkOf([droppedEntry('Album', ALBUM), droppedEntry('b.wav', 'x')], limits);
    expect(walked.files.length).toBe(count);
    expect(walked.isCut).toBe(true);
  });

  it('goes past what cannot be read', async () => {
    const walked = await walkOf([droppedEntry('Album', { 'a.mp3': null, 'b.mp3': 'x' })]);
    expect(pathsOf(walked)).toEqual(['Album/b.mp3']);
    expect(walked.unreadableCount).toBe(1);
  });
});

describe('A file name', () => {
  it('tells audio by its extension, else by its type', () => {
    for (const name of ['a.flac', 'a.MP3', 'a.wave', 'x.y.ogg', 'a.m4a']) {
      expect(isAudio(name, '')).toBe(true);
    }
    expect(isAudio('a', 'audio/x-strange')).toBe(true);
    for (const name of ['a.jpg', 'flac', 'a.flac.txt', 'a.mp4', '']) {
      expect(isAudio(name, 'image/jpeg')).toBe(false);
    }
  });

  it('has one place among others, whatever their order before', () => {
    const names = ['b10', 'B2', 'b2', 'a', 'Ä', 'z'];
    const sorted = [...names].sort(compareNames);
    expect([...names].reverse().sort(compareNames)).toEqual(sorted);
    expect(sorted.indexOf('b2')).toBeLessThan(sorted.indexOf('b10'));
    expect(compareNames('B2', 'b2')).not.toBe(0);
  });
});

describe('The words', () => {
  const file = { path: 'a.wav', file: new File([], 'a.wav'), handle: null, root: null };
  const NOTHING: Walked = { files: [], passedOver: [], unreadableCount: 0, isCut: false };
  const say = (walked: Partial<Walked>): string =>
    openedWords({ ...NOTHING, ...walked }, { fileCountMax: 2 });

  it.each([
    [{ files: [file] }, 'Playing 1 file from this device.'],
    [
      { files: [file], passedOver: ['cover.jpg'] },
      'Playing 1 file from this device. “cover.jpg” is no audio file and was passed over.',
    ],
    [
      { files: [file], passedOver: ['a', 'b'], unreadableCount: 1 },
      'Playing 1 file from this device. 2 files that are no audio were passed over. ' +
        '1 file could not be read.',
    ],
    [
      { files: [file, file], isCut: true },
      'Playing 2 files from this device. These are the first 2.',
    ],
    [
      { files: [file], isCut: true },
      'Playing 1 file from this device. There is more in the folders than was looked at.',
    ],
    [{ passedOver: ['cover.jpg'] }, NOTHING_FOUND],
    [{ unreadableCount: 2 }, '2 files could not be read.'],
  ])('of %j', (walked, words) => {
    expect(say(walked)).toBe(words);
  });
});
