/** All tracks of the library. */
import type { ReactElement } from 'react';
import { countWords } from '../GroupingGrid';
import { usePage } from '../page-context';
import { PlayButtons } from '../PlayButtons';
import { SortControl } from '../SortControl';
import { TrackList } from '../TrackList';
import { useItems } from '../use-library';
import { TRACK_SORTS, useSort } from '../use-sort';
import { useViewTitle } from '../use-view-title';
import { ViewHead } from '../ViewHead';

export const EMPTY_LIBRARY =
  'The library is empty. Put WAV, FLAC or MP3 files into its folder and reload.';

export const SongsView = (): ReactElement => {
  const { data } = usePage();
  const shown = useSort(TRACK_SORTS);
  const list = data.tracks(`tracks${shown.question}`);
  const { total } = useItems(list);
  useViewTitle('Songs');
  return (
    <>
      <ViewHead title="Songs" about={total ? countWords(total, 'song', 'songs') : ''}>
        <SortControl names={TRACK_SORTS} shown={shown} />
        <PlayButtons list={list} name="Songs" canQueue={false} />
      </ViewHead>
      <TrackList key={shown.question} list={list} emptyText={EMPTY_LIBRARY} />
    </>
  );
};
