/** One artist, with albums and songs; or one genre, with its songs. */
import type { ReactElement } from 'react';
import { AlbumShelf } from '../AlbumGrid';
import { joinFacts } from '../format';
import { countWords } from '../GroupingGrid';
import { usePage } from '../page-context';
import { PlayButtons } from '../PlayButtons';
import { TrackList } from '../TrackList';
import { useFirstItems } from '../use-library';
import { useViewTitle } from '../use-view-title';
import { ViewHead } from '../ViewHead';

type Props = { readonly kind: 'artists' | 'genres'; readonly id: string };

export const GroupingView = ({ kind, id }: Props): ReactElement => {
  const { data } = usePage();
  const list = data.tracks(`${kind}/${encodeURIComponent(id)}`);
  const { total, head } = useFirstItems(list);
  useViewTitle(head?.name ?? '');
  const albums = head?.albums ?? [];
  const about = joinFacts([
    albums.length === 0 ? '' : countWords(albums.length, 'album', 'albums'),
    total === null ? '' : countWords(total, 'song', 'songs'),
  ]);
  return (
    <>
      <ViewHead title={head?.name ?? ''} about={about}>
        <PlayButtons list={list} name={head?.name ?? ''} canQueue={false} />
      </ViewHead>
      {albums.length > 0 && (
        <section aria-label="Albums">
          <h3>Albums</h3>
          <AlbumShelf label="Albums" albums={albums} />
          <h3>Songs</h3>
        </section>
      )}
      <TrackList list={list} emptyText="There are no songs here." />
    </>
  );
};
