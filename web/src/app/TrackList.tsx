/** Tracks of any number; of them only those in sight are in the document. */
import { useCallback, type ReactElement } from 'react';
import { ItemGrid, type Cells, type Place } from './ItemGrid';
import type { LibraryTrack } from './library-client';
import type { TrackItems } from './library-data';
import { ListNotice } from './ListNotice';
import { usePage } from './page-context';
import { ShowPlaying } from './ShowPlaying';
import { TrackRow } from './TrackRow';
import { useNow } from './use-now';
import { useListIntent, useTrackActions } from './use-track-actions';

/** As in lists.css. */
export const ROW_PX = 64;
const CELLS: Cells = { minWidthPx: null, gapPx: 0, heightPxOf: () => ROW_PX };

const keyOf = ({ id }: LibraryTrack): string => id;

type Props = {
  readonly list: TrackItems;
  /** What is said where the list is empty. */
  readonly emptyText: string;
};

export const TrackList = ({ list, emptyText }: Props): ReactElement => {
  const { player } = usePage();
  const { currentId, isPlaying } = useNow(player);
  const actions = useTrackActions(list);
  const listRef = useListIntent<HTMLUListElement>(list);
  const renderItem = useCallback(
    (track: LibraryTrack, place: Place) => (
      <TrackRow
        {...place}
        track={track}
        isCurrent={track.id === currentId}
        isPlaying={isPlaying && track.id === currentId}
        isNumbered={false}
        actions={actions}
      />
    ),
    [currentId, isPlaying, actions],
  );
  return (
    <>
      <ListNotice list={list} emptyText={emptyText} />
      <ItemGrid
        list={list}
        label="Tracks"
        className="tracks"
        cells={CELLS}
        keyOf={keyOf}
        renderItem={renderItem}
        listRef={listRef}
      />
      <ShowPlaying list={list} listRef={listRef} rowPx={ROW_PX} currentId={currentId} />
    </>
  );
};
