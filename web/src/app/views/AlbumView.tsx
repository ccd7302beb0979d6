/** One album: its cover, and its tracks by disc. */
import { useEffect, type ReactElement } from 'react';
import { albumTitle } from '../AlbumGrid';
import { Artwork } from '../Artwork';
import { formatDuration, isKnownDuration, joinFacts } from '../format';
import { countWords } from '../GroupingGrid';
import type { Album, LibraryTrack } from '../library-client';
import { albumPath, type TrackItems } from '../library-data';
import { ListNotice } from '../ListNotice';
import { usePage } from '../page-context';
import { PlayButtons } from '../PlayButtons';
import { TrackList } from '../TrackList';
import { TrackRow, type TrackActions } from '../TrackRow';
import { useFirstItems } from '../use-library';
import { useNow } from '../use-now';
import { useRoving } from '../use-roving';
import { useViewTitle } from '../use-view-title';
import { useListIntent, useTrackActions } from '../use-track-actions';
import { PAGE_SIZE } from '../item-pages';

const aboutOf = ({ artist, year, trackCount, durationSeconds }: Album): string =>
  joinFacts([
    artist,
    year === null ? '' : String(year),
    countWords(trackCount, 'song', 'songs'),
    isKnownDuration(durationSeconds) ? formatDuration(durationSeconds) : '',
  ]);

type Disc = {
  readonly number: number | null;
  /** Of its first track in the album. */
  readonly firstIndex: number;
  readonly tracks: readonly LibraryTrack[];
};

/** In the order of the list; a track that tells no disc is of the one before it. */
export const discsOf = (tracks: readonly LibraryTrack[]): readonly Disc[] => {
  const discs: (Disc & { readonly tracks: LibraryTrack[] })[] = [];
  for (const [index, track] of tracks.entries()) {
    const last = discs.at(-1);
    const isSame = last && (track.discNumber === null || track.discNumber === last.number);
    if (isSame) last.tracks.push(track);
    else discs.push({ number: track.discNumber, firstIndex: index, tracks: [track] });
  }
  return discs;
};

type DiscProps = {
  readonly disc: Disc;
  readonly isOnly: boolean;
  readonly count: number;
  readonly stopIndex: number | null;
  readonly actions: TrackActions;
};

const DiscRows = (props: DiscProps): ReactElement => {
  const { disc, isOnly, count, stopIndex, actions } = props;
  const { firstIndex } = disc;
  const { currentId, isPlaying } = useNow(usePage().player);
  const name = `Disc ${disc.number ?? 1}`;
  return (
    <>
      {!isOnly && <h3 className="disc">{name}</h3>}
      <ul className="tracks" aria-label={isOnly ? 'Tracks' : `Tracks of ${name.toLowerCase()}`}>
        {disc.tracks.map((track, at) => (
          <TrackRow
            key={track.id}
            track={track}
            index={firstIndex + at}
            count={count}
            isActive={firstIndex + at === stopIndex}
            isCurrent={track.id === currentId}
            isPlaying={isPlaying && track.id === currentId}
            isNumbered
            actions={actions}
          />
        ))}
      </ul>
    </>
  );
};

const Discs = ({ list, count }: { list: TrackItems; count: number }): ReactElement => {
  const actions = useTrackActions(list);
  const ref = useListIntent<HTMLDivElement>(list);
  const { stopIndex, onKeyDown, onFocus } = useRoving(ref, {
    count,
    columns: 1,
    keyAt: (index) => list.at(index)?.id,
    seen: { begin: 0, end: count },
  });
  const discs = discsOf(list.itemsHere(count));
  useEffect(() => list.want(0, count), [list, count]);
  return (
    <div ref={ref} onKeyDown={onKeyDown} onFocus={onFocus}>
      {discs.map((disc) => (
        <DiscRows
          key={disc.firstIndex}
          disc={disc}
          isOnly={discs.length === 1}
          count={count}
          stopIndex={stopIndex}
          actions={actions}
        />
      ))}
    </div>
  );
};

export const AlbumView = ({ id }: { readonly id: string }): ReactElement => {
  const { data } = usePage();
  const list = data.tracks(albumPath(id));
  const { total, head } = useFirstItems(list);
  const album = head?.album ?? null;
  const name = album?.name ?? '';
  useViewTitle(album === null ? '' : albumTitle(name));
  const artworkUrl = list.find((track) => track.artworkUrl !== null)?.artworkUrl ?? null;
  const isShort = total !== null && total <= PAGE_SIZE;
  return (
    <>
      {album !== null && (
        <div className="album-head">
          <Artwork track={{ album: name, title: name, artworkUrl }} size="whole" />
          <div className="album-words">
            <h2>{albumTitle(name)}</h2>
            <p className="view-about">{aboutOf(album)}</p>
            <PlayButtons list={list} name={name} canQueue={isShort} />
          </div>
        </div>
      )}
      {isShort && total > 0 ? (
        <Discs list={list} count={total} />
      ) : (
        <>
          {total === null && <ListNotice list={list} emptyText="" />}
          {total !== null && <TrackList list={list} emptyText="The album is empty." />}
        </>
      )}
    </>
  );
};
