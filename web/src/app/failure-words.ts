/** The headline of a failure, by what exactly it is where that says more than its code. Pure. */
import type { PlayerFailure } from '../player/player-types';
import type { ErrorDetail } from '../shared/vocabulary';

const BY_CODE: Readonly<Record<PlayerFailure['code'], string>> = {
  network: 'The connection failed',
  unsupported: 'This format cannot be played',
  corrupt: 'This file is damaged',
  gone: 'This track is gone',
  closed: 'This file has to be opened again',
  replaced: 'This track was replaced',
  quota: 'The browser has no room for more audio',
  aborted: 'Playing was interrupted',
  internal: 'Something went wrong in the player',
};

const BY_DETAIL: Readonly<Partial<Record<ErrorDetail, string>>> = {
  'empty-file': 'This file is empty',
  'not-audio': 'This is no audio file',
  'no-audio': 'There is no audio in this file',
  'flac-no-frames': 'There is no audio in this file',
  'mp3-no-frames': 'There is no audio in this file',
  'mostly-undecodable': 'This file is too damaged to play',
  'no-memory': 'There is not enough memory',
  'wav-dts': 'This file is for a surround decoder',
  'wav-ac3': 'This file is for a surround decoder',
  'wav-bitstream': 'This file is for a surround decoder',
};

export const NOT_KEPT = 'You are offline and this track is not kept';

/** `isAway`: the server cannot be reached. */
export const failureHeadline = ({ code, detail }: PlayerFailure, isAway = false): string => {
  if (isAway && code === 'network') return NOT_KEPT;
  return (detail === null ? undefined : BY_DETAIL[detail]) ?? BY_CODE[code];
};
