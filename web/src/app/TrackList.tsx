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

type Props = {
  readonly tracks: readonly LibraryTrack[];
  readonly currentId: string | null;
  readonly isPlaying: boolean;
  /** Has to stay the same function: all rows are given it. */
  readonly onPlay: (track: LibraryTrack) => void;
};

const formatAbout = ({ format, sampleRateHz }: LibraryTrack): string => {
  const rate = sampleRateHz > 0 ? `${(sampleRateHz / 1000).toFixed(1).replace('.0', '')} kHz` : '';
  return [format.toUpperCase(), rate].filter((part) => part !== '').join(' · ');
};

const Marker = ({ isPlaying }: { readonly isPlaying: boolean }): ReactElement => (
  <span className={`bars${isPlaying ? ' moving' : ''}`} aria-hidden="true">
    <i />
    <i />
    <i />
  </span>
);

type RowProps = {
  readonly track: LibraryTrack;
  readonly isCurrent: boolean;
  /** Never of a row that is not the current one. */
  readonly isPlaying: boolean;
  readonly onPlay: (track: LibraryTrack) => void;
};

const Row = memo(({ track, isCurrent, isPlaying, onPlay }: RowProps): ReactElement => (
  <li className={`row${isCurrent ? ' current' : ''}`} aria-current={isCurrent ? 'true' : undefined}>
    <button
      type="button"
      className="row-button"
      data-testid={`track-${track.id}`}
      aria-label={`Play ${track.title}${track.artist === '' ? '' : ` by ${track.artist}`}`}
      onClick={() => onPlay(track)}
    >
      <span className="row-art">
        <Artwork track={track} size="small" />
        <span className="row-art-cover">
          {isCurrent ? <Marker isPlaying={isPlaying} /> : <Icon name="play" />}
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
  </li>
));
Row.displayName = 'Row';

export const TrackList = memo(({ tracks, currentId, isPlaying, onPlay }: Props): ReactElement => (
  <ul className="tracks" aria-label="Tracks">
    {tracks.map((track) => (
      <Row
        key={track.id}
        track={track}
        isCurrent={track.id === currentId}
        isPlaying={isPlaying && track.id === currentId}
        onPlay={onPlay}
      />
    ))}
  </ul>
));
TrackList.displayName = 'TrackList';
