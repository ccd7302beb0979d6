/** All albums. */
import type { ReactElement } from 'react';
import { AlbumGrid } from '../AlbumGrid';
import { countWords } from '../GroupingGrid';
import { ListNotice } from '../ListNotice';
import { usePage } from '../page-context';
import { SortControl } from '../SortControl';
import { useItems } from '../use-library';
import { ALBUM_SORTS, useSort } from '../use-sort';
import { useViewTitle } from '../use-view-title';
import { ViewHead } from '../ViewHead';

export const AlbumsView = (): ReactElement => {
  const { data } = usePage();
  const shown = useSort(ALBUM_SORTS);
  const list = data.albums(`albums${shown.question}`);
  const { total } = useItems(list);
  useViewTitle('Albums');
  return (
    <>
      <ViewHead title="Albums" about={total ? countWords(total, 'album', 'albums') : ''}>
        <SortControl names={ALBUM_SORTS} shown={shown} />
      </ViewHead>
      <ListNotice list={list} emptyText="No file of the library names an album." />
      <AlbumGrid key={shown.question} list={list} />
    </>
  );
};
