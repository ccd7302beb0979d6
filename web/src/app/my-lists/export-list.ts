/** A list as a file for other players, which the browser saves. */
import { isFound, listTrackOf, type ListTrack } from '../../lists/list-track';
import { writeM3u } from '../../lists/m3u';
import { isLocalAddress } from '../../shared/local-address';
import type { LibraryData } from '../library-data';
import { forEachAtOnce } from './find-tracks';

/** Systems forbid these in the names of files. */
const fileNameOf = (name: string): string =>
  `${name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_').replace(/^\.+/u, '') || 'Playlist'}.m3u8`;

/** Of tracks that were queued before a reload no path is known: the library is asked. */
const withPaths = async (
  data: LibraryData,
  tracks: readonly ListTrack[],
): Promise<readonly ListTrack[]> => {
  const { signal } = new AbortController();
  const asked = new Map<string, ListTrack>();
  for (const track of tracks) {
    if (track.path === '' && isFound(track) && !isLocalAddress(track.url))
      asked.set(track.id, track);
  }
  await forEachAtOnce([...asked.keys()], async (id) => {
    try {
      const track = await data.find(id, signal);
      if (track) asked.set(id, listTrackOf(track));
    } catch {
      // It is exported with its address, by which it is found as well.
    }
  });
  return tracks.map((track) => (isFound(track) ? (asked.get(track.id) ?? track) : track));
};

export const exportList = async (
  data: LibraryData,
  name: string,
  tracks: readonly ListTrack[],
): Promise<void> => {
  const text = writeM3u(name, await withPaths(data, tracks), location.origin);
  const url = URL.createObjectURL(new Blob([text], { type: 'audio/x-mpegurl' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileNameOf(name);
  link.click();
  // The browser has taken it with the click; some look once more.
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
};
