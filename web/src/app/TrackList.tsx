/** The library as a list; a click on a row plays it. */
import type { ReactElement } from 'react';
import type { PlayerState } from '../player/player-types';
import { Artwork } from './Artwork';
import { formatTime } from './format';
import { Icon } from './Icon';
import type { LibraryTrack } from './library-client';

type Props = {
  readonly tracks: readonly LibraryTrack[];
  readonly currentId: string | null;
  readonly state: PlayerState;
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
  readonly state: PlayerState;
  readonly onPlay: (track: LibraryTrack) => void;
};

const Row = ({ track, isCurrent, state, onPlay }: RowProps): ReactElement => (
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
          {isCurrent ? <Marker isPlaying={state === 'playing'} /> : <Icon name="play" />}
        </span>
      </span>
      <span className="row-names">
        <span className="row-title">{track.title}</span>
        <span className="row-artist">{track.artist}</span>
      </span>
      <span className="row-album">{track.album}</span>
      <span className="row-format">{formatAbout(track)}</span>
      <span className="row-duration">{formatTime(track.durationSeconds)}</span>
    </button>
  </li>
);

export const TrackList = ({ tracks, currentId, state, onPlay }: Props): ReactElement => (
  <ul className="tracks" aria-label="Tracks">
    {tracks.map((track) => (
      <Row
        key={track.id}
        track={track}
        isCurrent={track.id === currentId}
        state={state}
        onPlay={onPlay}
      />
    ))}
  </ul>
);
