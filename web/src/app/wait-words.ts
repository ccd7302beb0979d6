/** What is waited for, in words. Pure. */
import type { Progress } from '../engine/engine-protocol';
import type { PlayerMode } from '../player/player-types';

export type WaitWords = { readonly headline: string; readonly detail: string };

/** Why the original plays: its listener did not want to wait. */
export const ORIGINAL_MEANWHILE =
  'You chose it while the enhanced sound was on its way. The next track is enhanced again, and ' +
  'this one as soon as you say so.';

/** Whole kilobytes; never more than there are. */
const kilobytes = (bytes: number): string => Math.floor(bytes / 1000).toLocaleString('en');

export const waitWords = (
  { isFetching, neededBytes, receivedBytes }: Progress,
  mode: PlayerMode = 'enhanced',
): WaitWords => {
  if (mode === 'original') {
    return { headline: 'The connection is slow.', detail: 'The original is on its way.' };
  }
  if (!isFetching) {
    return {
      headline: 'This takes longer than it should.',
      detail: 'This device is busy with the sound.',
    };
  }
  const headline = 'The connection is slow.';
  if (neededBytes === 0) return { headline, detail: 'The server has not answered yet.' };
  const come = kilobytes(Math.min(receivedBytes, neededBytes));
  const needed = Math.ceil(neededBytes / 1000).toLocaleString('en');
  return { headline, detail: `${come} of the ${needed} kB that the sound needs have come.` };
};
