/** All tracks of the library. */
import type { ReactElement } from 'react';
import { countWords } from '../GroupingGrid';
import { usePage } from '../page-context';
import { PlayButtons } from '../PlayButtons';
import { TrackList } from '../TrackList';
import { useItems } from '../use-library';
import { useViewTitle } from '../use-view-title';
import { ViewHead } from '../ViewHead';

export const EMPTY_LIBRARY =
  'The library is empty. Put WAV, FLAC or MP3 files into its folder and reload.';

export const SongsView = (): ReactElement => {
  const { data } = usePage();
  const list = data.tracks('tracks');
  const { total } = useItems(list);
  useViewTitle('Songs');
  return (
    <>
      <ViewHead title="Songs" about={total ? countWords(total, 'song', 'songs') : ''}>
        <PlayButtons list={list} name="Songs" canQueue={false} />
      </ViewHead>
      <TrackList list={list} emptyText={EMPTY_LIBRARY} />
    </>
  );
};
