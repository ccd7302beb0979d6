/** Files of this device as tracks of the player. Pure. */
import type { TrackInfo } from '../../engine/engine-protocol';
import type { PlayerTrack } from '../../player/player-types';
import { localAddress, nameOfPath, parseLocalAddress } from '../../shared/local-address';
import { framesToSeconds } from '../../shared/units';
import { bareTrack } from '../bare-track';
import type { FoundFile } from './walk';

export const addressOf = ({ path, file }: Pick<FoundFile, 'path' | 'file'>): string =>
  localAddress({ path, sizeBytes: file.size, modifiedMs: file.lastModified });

/** As long as nothing is known but the file's name. */
export const trackOf = (address: string): PlayerTrack =>
  bareTrack(address, nameOfPath(parseLocalAddress(address)?.path ?? ''));

/** With what the file tells of itself. */
export const describedTrack = (
  track: PlayerTrack,
  { title, artist, album, frameCount }: TrackInfo,
): PlayerTrack => ({
  ...track,
  title: title || track.title,
  artist,
  album,
  durationSeconds: framesToSeconds(frameCount),
});

/** Whether both may be one file, opened alone or in a folder. */
export const isSameFile = (
  address: string,
  { path, file }: Pick<FoundFile, 'path' | 'file'>,
): boolean => {
  const known = parseLocalAddress(address);
  if (known?.sizeBytes !== file.size || known.modifiedMs !== file.lastModified) return false;
  const lastOf = (whole: string): string => whole.slice(whole.lastIndexOf('/') + 1);
  return lastOf(known.path) === lastOf(path);
};
