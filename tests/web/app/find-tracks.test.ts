/** What became of a track that the library has by another id, or in another folder. */
import { describe, expect, it } from '@jest/globals';
import { LibraryData } from '../../../web/src/app/library-data';
import { findAgain } from '../../../web/src/app/my-lists/find-tracks';
import { unfoundTrack, type ListTrack } from '../../../web/src/lists/list-track';
import { LibraryServer, type RawTrack } from '../../support/library-server';
import { listTrack } from '../../support/own-lists';

const song = (path: string, title = 'Anchor'): RawTrack => ({
  id: `new id of ${path}`,
  title,
  artist: 'Mira',
  album: 'Harbour',
  path,
  track_number: 1,
  duration_s: 120,
});
/** Others that the same search finds. */
const others = (count: number): readonly RawTrack[] =>
  Array.from({ length: count }, (_, at) => song(`live/take ${at}.flac`));

/** The id of the track that it is now. */
const again = async (
  track: ListTrack,
  library: readonly RawTrack[],
): Promise<string | undefined> => {
  const data = new LibraryData(new LibraryServer(library).fetch);
  return (await findAgain(data, track, new AbortController().signal))?.id;
};

describe('A track that is looked for again', () => {
  const anchor = listTrack('old/01 Anchor.flac', { title: 'Anchor' });

  it('is found by its name where the search gives all there are', async () => {
    const library = [song('new/01 Anchor.flac'), ...others(40)];
    expect(await again(anchor, library)).toBe('new id of new/01 Anchor.flac');
  });

  it('is not found by its name where there may be more of that name', async () => {
    const library = [song('new/01 Anchor.flac'), ...others(60)];
    expect(await again(anchor, library)).toBeUndefined();
    const there = [song('old/01 Anchor.flac'), ...others(60)];
    expect(await again(anchor, there)).toBe('new id of old/01 Anchor.flac');
  });

  it('is not searched for by the name of its file as if that were its title', async () => {
    const path = 'D:\\Music\\old\\01 Anchor.flac';
    const told = { path, title: '01 Anchor.flac', artist: '', durationSeconds: 0 };
    const library = [song('new/01 Anchor.flac'), song('new/02 Buoy.flac', 'Buoy')];
    expect(await again(unfoundTrack(told), library)).toBe('new id of new/01 Anchor.flac');
  });
});
