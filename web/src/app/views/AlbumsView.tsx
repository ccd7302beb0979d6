/** All albums. */
import type { ReactElement } from 'react';
import { AlbumGrid } from '../AlbumGrid';
import { countWords } from '../GroupingGrid';
import { ListNotice } from '../ListNotice';
import { usePage } from '../page-context';
import { useItems } from '../use-library';
import { useViewTitle } from '../use-view-title';
import { ViewHead } from '../ViewHead';

export const AlbumsView = (): ReactElement => {
  const { data } = usePage();
  const list = data.albums();
  const { total } = useItems(list);
  useViewTitle('Albums');
  return (
    <>
      <ViewHead title="Albums" about={total ? countWords(total, 'album', 'albums') : ''} />
      <ListNotice list={list} emptyText="No file of the library names an album." />
      <AlbumGrid list={list} />
    </>
  );
};
