/** What a listener is told of files that are kept on the device. */
import { formatBytes } from './format';
import type { KeepingProblem, KeepingState, KeptItem } from './keeping-state';

const PROBLEM_WORDS: Readonly<Record<KeepingProblem, string>> = {
  network: 'The server cannot be reached; it goes on by itself.',
  server: 'The server does not hand it out at present; it is asked again.',
  room: 'There is no room for more on this device.',
};

const REFUSED_WORDS = 'Some of it cannot be had.';

/** What is said about those that are not whole; '': nothing. */
export const problemWords = (
  items: readonly KeptItem[],
  { problem, isPaused }: Pick<KeepingState, 'problem' | 'isPaused'>,
): string => {
  const rest = items.filter(({ isWhole }) => !isWhole);
  if (rest.length === 0) return '';
  if (problem !== null) return PROBLEM_WORDS[problem];
  if (rest.every(({ isRefused }) => isRefused)) return REFUSED_WORDS;
  return isPaused ? 'Paused.' : '';
};

/** With what has come of the one on its way. */
export const receivedBytesOf = (
  { key, receivedBytes }: KeptItem,
  { current }: Pick<KeepingState, 'current'>,
): number =>
  current?.key === key ? Math.max(current.receivedBytes, receivedBytes) : receivedBytes;

/** "31 MB", or "12 of 31 MB" where some of it is still to come. */
export const sizeWords = (item: KeptItem, state: Pick<KeepingState, 'current'>): string => {
  const sizeBytes =
    item.sizeBytes ?? (state.current?.key === item.key ? state.current.sizeBytes : null);
  if (sizeBytes === null) return 'Still to come';
  if (item.isWhole) return formatBytes(sizeBytes);
  return `${formatBytes(receivedBytesOf(item, state))} of ${formatBytes(sizeBytes)}`;
};

/** Of several: what of them is here, and how many are still to come. */
export const groupSizeWords = (
  items: readonly KeptItem[],
  state: Pick<KeepingState, 'current'>,
): string => {
  const bytes = items.reduce((sum, item) => sum + receivedBytesOf(item, state), 0);
  const comingCount = items.filter(({ isWhole }) => !isWhole).length;
  return comingCount === 0 ? formatBytes(bytes) : `${formatBytes(bytes)}, ${comingCount} to come`;
};
