/** What is found in files and folders that are dropped, in which order, and what is said of it. */
import { describe, expect, it } from '@jest/globals';
import { compareNames, isAudio } from '../../../web/src/app/local/audio-names';
import { droppedNodes } from '../../../web/src/app/local/nodes';
import { walk, WALK_LIMITS, type LocalNode, type Walked } from '../../../web/src/app/local/walk';
import {
  leftOutWords,
  NOTHING_FOUND,
  NOTHING_SHARED,
  openedWords,
} from '../../../web/src/app/local/words';
import { droppedEntry } from '../../support/local-nodes';
import { until } from '../../support/waiting';

const walkOf = async (
  items: Parameters<typeof droppedNodes>[0],
  limits: Partial<typeof WALK_LIMITS> = {},
): Promise<Walked> => walk(await droppedNodes(items), { limits: { ...WALK_LIMITS, ...limits } });

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

describe('On a slow drive', () => {
  const opened: string[] = [];
  const fileNode = (
    name: string,
    open = () => Promise.resolve(new File(['x'], name)),
  ): LocalNode => ({
    kind: 'file',
    name,
    open: () => {
      opened.push(name);
      return open();
    },
    handle: null,
  });
  const folder = (...nodes: readonly LocalNode[]): LocalNode => ({
    kind: 'folder',
    name: 'Album',
    handle: null,
    children: async function* () {
      for (const node of nodes) yield Promise.resolve(node);
    },
  });

  it('nothing of a folder is opened but audio; what was picked out may have any name', async () => {
    opened.length = 0;
    const strange = fileNode('strange', () =>
      Promise.resolve(new File(['x'], 'strange', { type: 'audio/x-odd' })),
    );
    const inside = folder(fileNode('a.mp3'), fileNode('cover.jpg'), fileNode('notes'));
    const walked = await walk([strange, inside]);
    expect(pathsOf(walked)).toEqual(['strange', 'Album/a.mp3'].sort());
    expect([...opened].sort()).toEqual(['a.mp3', 'strange']);
    expect(walked.passedOver).toEqual(['cover.jpg', 'notes']);
  });

  it('it is told how far the walk is, and it can be ended while the drive is silent', async () => {
    const controller = new AbortController();
    const told: string[] = [];
    let hangs = false;
    const silent = (): Promise<File> => {
      hangs = true;
      return new Promise(() => undefined);
    };
    const walking = walk(
      [folder(fileNode('1.mp3'), fileNode('2.mp3', silent), fileNode('3.mp3'))],
      {
        signal: controller.signal,
        onProgress: ({ lookedCount, foundCount }) => told.push(`${foundCount} of ${lookedCount}`),
      },
    );
    await until(() => hangs);
    expect(told).toEqual(['0 of 1', '0 of 2', '0 of 3', '0 of 4', '1 of 4']);
    controller.abort();
    await expect(walking).rejects.toMatchObject({ name: 'AbortError' });
    expect(opened).not.toContain('3.mp3');
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

  it.each([
    [{ takenCount: 3 }, ''],
    [{ takenCount: 3, tooLargeCount: 1 }, '1 more is too large to take in.'],
    [
      { takenCount: 100, tooLargeCount: 2, tooManyCount: 4 },
      '2 more are too large to take in. More than 100 at once are not taken in.',
    ],
    [
      { takenCount: 40, tooManyCount: 4, noRoomCount: 60 },
      'For 60 more there is no room here. More than 100 at once are not taken in.',
    ],
    [{ takenCount: 1, noRoomCount: 2 }, 'For 2 more there is no room here.'],
    [{ tooLargeCount: 1 }, expect.stringContaining('too large to take in')],
    [{ noRoomCount: 1 }, expect.stringContaining('no room')],
    [{}, NOTHING_SHARED],
  ])('of a share of which %j', (counts, words) => {
    const nothing = { receivedAtMs: 0, takenCount: 0, tooLargeCount: 0, tooManyCount: 0 };
    expect(leftOutWords({ ...nothing, noRoomCount: 0, ...counts })).toEqual(words);
  });
});
