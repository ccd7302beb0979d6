/** Where one begins: what is new, and a look at the albums. */
import { useEffect, type ReactElement, type ReactNode } from 'react';
import { Link } from 'wouter';
import { AlbumShelf } from '../AlbumGrid';
import type { LibraryData } from '../library-data';
import { ListNotice } from '../ListNotice';
import { usePage } from '../page-context';
import { useAnswer, useFirstItems, useItems } from '../use-library';
import { useViewTitle } from '../use-view-title';
import { ViewHead } from '../ViewHead';
import { EMPTY_LIBRARY } from './SongsView';

const NEW_COUNT = 12;
const SHELF_COUNT = 24;

const askNewest = (data: LibraryData, signal: AbortSignal) => data.newestAlbums(NEW_COUNT, signal);

/** Albums are made of what files tell; songs are there all the same. */
const NoAlbums = (): ReactNode => {
  const { data } = usePage();
  const { total } = useFirstItems(data.tracks('tracks'));
  if (total === null) return 'Loading the library…';
  if (total === 0) return EMPTY_LIBRARY;
  return (
    <>
      No file of the library names an album. <Link href="/songs">Look at the songs</Link>
    </>
  );
};

export const HomeView = (): ReactElement => {
  const { data } = usePage();
  const newest = useAnswer(askNewest);
  const list = data.albums();
  const { total } = useItems(list);
  useViewTitle('Home');
  useEffect(() => list.want(0, SHELF_COUNT), [list, total]);
  return (
    <>
      {newest !== null && newest.length > 0 && (
        <section aria-label="Recently added">
          <ViewHead title="Recently added" />
          <AlbumShelf label="Recently added albums" albums={newest} />
        </section>
      )}
      <section aria-label="Albums">
        <ViewHead title="Albums">
          <span className="play-buttons">
            <Link href="/albums" className="button">
              All albums
            </Link>
            <Link href="/kept" className="button">
              On this device
            </Link>
          </span>
        </ViewHead>
        <ListNotice list={list} emptyText={<NoAlbums />} />
        <AlbumShelf label="Albums" albums={list.itemsHere(SHELF_COUNT)} />
      </section>
    </>
  );
};
