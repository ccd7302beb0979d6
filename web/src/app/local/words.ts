/** What is said when files of this device were opened. Pure. */
import { SHARE_LIMITS, type ShareReport } from '../../shared/shared-files';
import type { Walked, WalkLimits } from './walk';

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

const passedOverWords = ([first, ...others]: readonly string[]): string => {
  if (first === undefined) return '';
  return others.length === 0
    ? `“${first}” is no audio file and was passed over.`
    : `${counted(others.length + 1, 'file')} that are no audio were passed over.`;
};

export const NOTHING_FOUND = 'There is no audio file in what you opened.';
export const CLICK_AGAIN = 'The browser wants one more click to show your files.';
export const NOTHING_SHARED =
  'What was shared did not arrive. Close the app and share it again, or drop the file here.';
const ALL_TOO_LARGE =
  'What was shared is too large to take in. Open the files from the app instead.';
const NO_ROOM = 'There is no room on this device for what was shared.';

/** `1 more is`, `3 more are`. */
const moreAre = (count: number): string =>
  `${count.toLocaleString('en')} more ${count === 1 ? 'is' : 'are'}`;

/** What of a share did not come; null: nothing did. */
export const leftOutWords = (report: ShareReport | null): string => {
  const { takenCount = 0, tooLargeCount = 0, tooManyCount = 0, noRoomCount = 0 } = report ?? {};
  if (takenCount === 0) {
    if (noRoomCount > 0) return NO_ROOM;
    return tooLargeCount > 0 ? ALL_TOO_LARGE : NOTHING_SHARED;
  }
  const tooMany = `More than ${SHARE_LIMITS.countMax} at once are not taken in.`;
  return [
    tooLargeCount > 0 ? `${moreAre(tooLargeCount)} too large to take in.` : '',
    noRoomCount > 0 ? `For ${noRoomCount.toLocaleString('en')} more there is no room here.` : '',
    tooManyCount > 0 ? tooMany : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
};

/** What was found, behind what became of it: not said where there is no file. */
const foundWords = (
  became: string,
  { files, passedOver, unreadableCount, isCut }: Walked,
  { fileCountMax }: Pick<WalkLimits, 'fileCountMax'>,
): string => {
  const count = files.length;
  const cut =
    count === fileCountMax ? `These are the first ${fileCountMax.toLocaleString('en')}.` : '';
  const sentences = [
    count === 0 && unreadableCount === 0 ? NOTHING_FOUND : '',
    count === 0 ? '' : became,
    isCut ? cut || 'There is more in the folders than was looked at.' : '',
    count === 0 ? '' : passedOverWords(passedOver),
    unreadableCount === 0 ? '' : `${counted(unreadableCount, 'file')} could not be read.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
};

export const addedWords = (walked: Walked, limits: Pick<WalkLimits, 'fileCountMax'>): string => {
  const count = walked.files.length;
  const were = count === 1 ? 'was' : 'were';
  return foundWords(`${counted(count, 'file')} ${were} added to the queue.`, walked, limits);
};

export const openedWords = (walked: Walked, limits: Pick<WalkLimits, 'fileCountMax'>): string =>
  foundWords(`Playing ${counted(walked.files.length, 'file')} from this device.`, walked, limits);
