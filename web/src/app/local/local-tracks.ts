/** Files of this device as tracks of the player. */
import type { TrackInfo } from '../../engine/engine-protocol';
import type { PlayerTrack } from '../../player/player-types';
import { localAddress, nameOfPath, parseLocalAddress } from '../../shared/local-address';
import { framesToSeconds } from '../../shared/units';
import { bareTrack } from '../bare-track';
import { printOf } from './print';
import type { FoundFile } from './walk';

type OpenFile = Pick<FoundFile, 'path' | 'file'>;

export const addressOf = ({ path, file }: OpenFile): string =>
  localAddress({ path, sizeBytes: file.size, modifiedMs: file.lastModified });

/** Of a file without a date of its own: it was shared, and is a new copy each time. */
export const printedAddressOf = async ({ path, file }: OpenFile): Promise<string> =>
  localAddress({ path, sizeBytes: file.size, print: await printOf(file) });

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

/** Without the folders: a file may be opened alone, or in one. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Whether both may be one file, opened alone or in a folder. */
export const isSameFile = async (address: string, { path, file }: OpenFile): Promise<boolean> => {
  const known = parseLocalAddress(address);
  if (known?.sizeBytes !== file.size) return false;
  // What was shared had a name that the other app gave it.
  if ('print' in known) return (await printOf(file)) === known.print;
  return known.modifiedMs === file.lastModified && nameOf(known.path) === nameOf(path);
};

/** Where the file is now, which has another content by now. */
export const changedAddress = (address: string, file: File): string =>
  addressOf({ path: parseLocalAddress(address)?.path ?? file.name, file });
