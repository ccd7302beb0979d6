/** Bars that move while the track of a row plays. */
import type { ReactElement } from 'react';

export const PlayingMarker = ({ isPlaying }: { readonly isPlaying: boolean }): ReactElement => (
  <span className={`bars${isPlaying ? ' moving' : ''}`} aria-hidden="true">
    <i />
    <i />
    <i />
  </span>
);
