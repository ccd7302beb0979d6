/** A file that the listener wants on the device, as it is shown. */
import { isWhole, type OriginalFile } from '../originals/original-files';
import type { PlayerTrack } from '../player/player-types';
import { bareTrack } from './bare-track';
import type { KeptItem } from './keeping-state';
import { unpackTracks } from './packed-tracks';

/** Of what an older page, or whoever else, has written. */
const unknownTrack = (key: string): PlayerTrack =>
  bareTrack(key, key.slice(key.lastIndexOf('/') + 1));

/** `refused`: keys of those that cannot be had. */
export const itemOf = (file: OriginalFile, refused: ReadonlySet<string>): KeptItem => {
  const { key, about, version, receivedBytes } = file;
  const [track = unknownTrack(key)] = unpackTracks(about, 1);
  const sizeBytes = version?.sizeBytes ?? null;
  const isRefused = refused.has(key);
  return { key, track, sizeBytes, receivedBytes, isWhole: isWhole(file), isRefused };
};
