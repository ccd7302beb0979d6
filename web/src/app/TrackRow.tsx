/**
 * A track of the library; a click plays it. A row renders again only when its own track, its place
 * or its own part in what plays is another one: the page renders with every change of the player.
 */
import { memo, type ReactElement } from 'react';
import { Artwork } from './Artwork';
import { formatDuration, joinFacts } from './format';
import { HeartButton } from './HeartButton';
import { Icon } from './Icon';
import { cellStyle, type Place } from './ItemGrid';
import type { LibraryTrack } from './library-client';
import { PlayingMarker } from './PlayingMarker';
import { TrackNames } from './TrackNames';
import { useListsDoor } from './use-lists';
import { reachLabel, useReach, type Reach } from './use-reach';

/** Have to stay the same functions: all rows are given them. */
export type TrackActions = {
  /** `index`: of the track in its list. */
  readonly onPlay: (track: LibraryTrack, index: number) => void;
  readonly onPlayNext: (track: LibraryTrack) => void;
  readonly onEnqueue: (track: LibraryTrack) => void;
};

const formatAbout = ({ format, sampleRateHz }: LibraryTrack): string => {
  const rate = sampleRateHz > 0 ? `${(sampleRateHz / 1000).toFixed(1).replace('.0', '')} kHz` : '';
  return joinFacts([format.toUpperCase(), rate]);
};

const playLabel = ({ title, artist }: LibraryTrack, reach: Reach): string =>
  `Play ${title}${artist === '' ? '' : ` by ${artist}`}${reachLabel(reach)}`;

type RowProps = Pick<Place, 'index' | 'count' | 'isActive'> &
  Partial<Pick<Place, 'xPx' | 'yPx' | 'widthPx' | 'heightPx'>> & {
    readonly track: LibraryTrack;
    readonly isCurrent: boolean;
    /** Never of a row that is not the current one. */
    readonly isPlaying: boolean;
    /** In an album the number says more than the cover, which all have. */
    readonly isNumbered: boolean;
    readonly actions: TrackActions;
  };

const frontOf = ({ track, isCurrent, isPlaying, isNumbered }: RowProps): ReactElement => (
  <span className="row-art">
    {isNumbered ? (
      <span className="row-number">{track.trackNumber ?? '–'}</span>
    ) : (
      <Artwork track={track} size="small" />
    )}
    <span className="row-art-cover">
      {isCurrent ? <PlayingMarker isPlaying={isPlaying} /> : <Icon name="play" />}
    </span>
  </span>
);

/** Those that a narrow row has no room for are in the dialog that the last one opens. */
const RowButtons = (props: Pick<RowProps, 'track' | 'isActive' | 'actions'>): ReactElement => {
  const { track, isActive, actions } = props;
  const door = useListsDoor();
  const tabIndex = isActive ? 0 : -1;
  return (
    <span className={`row-actions${door ? ' with-lists' : ''}`}>
      <HeartButton track={track} tabIndex={tabIndex} />
      <button
        type="button"
        className="round row-wide"
        tabIndex={tabIndex}
        aria-label={`Play ${track.title} next`}
        title="Play next"
        onClick={() => actions.onPlayNext(track)}
      >
        <Icon name="play-next" />
      </button>
      <button
        type="button"
        className="round row-wide"
        tabIndex={tabIndex}
        aria-label={`Add ${track.title} to the queue`}
        title="Add to the queue"
        onClick={() => actions.onEnqueue(track)}
      >
        <Icon name="add" />
      </button>
      {door && (
        <button
          type="button"
          className="round"
          tabIndex={tabIndex}
          aria-label={`Add ${track.title} to a playlist`}
          aria-haspopup="dialog"
          title="Add to a playlist"
          onClick={() => door.ask({ tracks: [track], name: track.title, isRow: true })}
        >
          <Icon name="playlist" />
        </button>
      )}
    </span>
  );
};

export const TrackRow = memo((props: RowProps): ReactElement => {
  const { track, isCurrent, index, count, isActive, isNumbered, actions } = props;
  const { xPx, yPx, widthPx, heightPx } = props;
  const isPlaced =
    xPx !== undefined && yPx !== undefined && widthPx !== undefined && heightPx !== undefined;
  const tabIndex = isActive ? 0 : -1;
  const reach = useReach(track.url);
  const isFaint = track.isAway || reach === 'out';
  const kind = `${isCurrent ? ' current' : ''}${isFaint ? ' away' : ''}`;
  return (
    <li
      className={`row${isPlaced ? ' grid-cell' : ''}${isNumbered ? ' numbered' : ''}${kind}`}
      aria-current={isCurrent ? 'true' : undefined}
      aria-setsize={count}
      aria-posinset={index + 1}
      data-index={index}
      style={isPlaced ? cellStyle({ xPx, yPx, widthPx, heightPx }) : undefined}
    >
      <button
        type="button"
        className="row-button"
        data-testid={`track-${track.id}`}
        data-track-id={track.id}
        data-rove
        tabIndex={tabIndex}
        aria-label={playLabel(track, reach)}
        onClick={() => actions.onPlay(track, index)}
      />
      {/* Not in the button, which is all of the row: what is seen stays text of its own. */}
      <span className="row-content">
        {frontOf(props)}
        <TrackNames
          title={track.title}
          artist={track.artist}
          missing={track.isAway ? 'Its folder cannot be reached' : null}
          reach={reach}
        />
        {!isNumbered && <span className="row-album">{track.album}</span>}
        <span className="row-format">{formatAbout(track)}</span>
        <span className="row-duration">{formatDuration(track.durationSeconds)}</span>
      </span>
      <RowButtons track={track} isActive={isActive} actions={actions} />
    </li>
  );
});
TrackRow.displayName = 'TrackRow';
