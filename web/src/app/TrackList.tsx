/**
 * The library as a list; a click on a row plays it. A row renders again only when its own track or
 * its own part in what plays is another one: a library has thousands of them, and the page
 * renders with every change of the player.
 */
import { memo, type ReactElement } from 'react';
import { Artwork } from './Artwork';
import { formatDuration } from './format';
import { Icon } from './Icon';
import type { LibraryTrack } from './library-client';
import { useIntent } from './use-intent';
import { PlayingMarker } from './PlayingMarker';

/** Have to stay the same functions: all rows are given them. */
export type TrackActions = {
  readonly onPlay: (track: LibraryTrack) => void;
  readonly onPlayNext: (track: LibraryTrack) => void;
  readonly onEnqueue: (track: LibraryTrack) => void;
};

type Props = {
  readonly tracks: readonly LibraryTrack[];
  readonly currentId: string | null;
  readonly isPlaying: boolean;
  readonly actions: TrackActions;
  /** A track is about to be chosen; null: none is any more. */
  readonly onIntent: (trackId: string | null, isPressed: boolean) => void;
};

const formatAbout = ({ format, sampleRateHz }: LibraryTrack): string => {
  const rate = sampleRateHz > 0 ? `${(sampleRateHz / 1000).toFixed(1).replace('.0', '')} kHz` : '';
  return [format.toUpperCase(), rate].filter((part) => part !== '').join(' · ');
};

type RowProps = {
  readonly track: LibraryTrack;
  readonly isCurrent: boolean;
  /** Never of a row that is not the current one. */
  readonly isPlaying: boolean;
  readonly actions: TrackActions;
};

const Row = memo(({ track, isCurrent, isPlaying, actions }: RowProps): ReactElement => (
  <li className={`row${isCurrent ? ' current' : ''}`} aria-current={isCurrent ? 'true' : undefined}>
    <button
      type="button"
      className="row-button"
      data-track-id={track.id}
      data-testid={`track-${track.id}`}
      aria-label={`Play ${track.title}${track.artist === '' ? '' : ` by ${track.artist}`}`}
      onClick={() => actions.onPlay(track)}
    >
      <span className="row-art">
        <Artwork track={track} size="small" />
        <span className="row-art-cover">
          {isCurrent ? <PlayingMarker isPlaying={isPlaying} /> : <Icon name="play" />}
        </span>
      </span>
      <span className="row-names">
        <span className="row-title">{track.title}</span>
        <span className="row-artist">{track.artist}</span>
      </span>
      <span className="row-album">{track.album}</span>
      <span className="row-format">{formatAbout(track)}</span>
      <span className="row-duration">{formatDuration(track.durationSeconds)}</span>
    </button>
    <span className="row-actions">
      <button
        type="button"
        className="round"
        aria-label={`Play ${track.title} next`}
        title="Play next"
        onClick={() => actions.onPlayNext(track)}
      >
        <Icon name="play-next" />
      </button>
      <button
        type="button"
        className="round"
        aria-label={`Add ${track.title} to the queue`}
        title="Add to the queue"
        onClick={() => actions.onEnqueue(track)}
      >
        <Icon name="add" />
      </button>
    </span>
  </li>
));
Row.displayName = 'Row';

export const TrackList = memo((props: Props): ReactElement => {
  const { tracks, currentId, isPlaying, actions, onIntent } = props;
  return (
    <ul className="tracks" aria-label="Tracks" ref={useIntent(onIntent)}>
      {tracks.map((track) => (
        <Row
          key={track.id}
          track={track}
          isCurrent={track.id === currentId}
          isPlaying={isPlaying && track.id === currentId}
          actions={actions}
        />
      ))}
    </ul>
  );
});
TrackList.displayName = 'TrackList';
