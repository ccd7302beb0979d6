/** Title and artist of a track in a row, with why it cannot be played in the artist's place. */
import type { ReactElement } from 'react';
import { Icon } from './Icon';
import { OUT_OF_REACH, type Reach } from './use-reach';

type Props = {
  readonly title: string;
  readonly artist: string;
  /** Why it is not there at all; null: it is. */
  readonly missing: string | null;
  readonly reach: Reach;
};

export const TrackNames = ({ title, artist, missing, reach }: Props): ReactElement => (
  <span className="row-names">
    <span className="row-title">{title}</span>
    <span className="row-artist">
      {reach === 'kept' && (
        <span className="row-kept" title="Kept: plays without the server">
          <Icon name="kept" />
        </span>
      )}
      {missing ?? (reach === 'out' ? OUT_OF_REACH : artist)}
    </span>
  </span>
);
