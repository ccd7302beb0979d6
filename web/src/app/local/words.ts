/** What is said when files of this device were opened. Pure. */
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

export const openedWords = (
  { files, passedOver, unreadableCount, isCut }: Walked,
  { fileCountMax }: Pick<WalkLimits, 'fileCountMax'>,
): string => {
  const count = files.length;
  const playing = count === 0 ? '' : `Playing ${counted(count, 'file')} from this device.`;
  const cut =
    count === fileCountMax ? `These are the first ${fileCountMax.toLocaleString('en')}.` : '';
  const sentences = [
    count === 0 && unreadableCount === 0 ? NOTHING_FOUND : playing,
    isCut ? cut || 'There is more in the folders than was looked at.' : '',
    count === 0 ? '' : passedOverWords(passedOver),
    unreadableCount === 0 ? '' : `${counted(unreadableCount, 'file')} could not be read.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
};
