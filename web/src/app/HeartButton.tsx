/** Makes a track a favourite, and no favourite again. */
import type { ReactElement } from 'react';
import type { PlayerTrack } from '../player/player-types';
import { Icon } from './Icon';
import { useIsFavourite, useListsDoor } from './use-lists';

type Props = { readonly track: PlayerTrack; readonly tabIndex?: number };

export const HeartButton = ({ track, tabIndex }: Props): ReactElement | null => {
  const door = useListsDoor();
  const isFavourite = useIsFavourite(track.id);
  if (!door || track.id === '') return null;
  return (
    <button
      type="button"
      className="round heart"
      tabIndex={tabIndex}
      aria-label={`Favourite: ${track.title}`}
      aria-pressed={isFavourite}
      title="Favourite"
      onClick={() => void door.setFavourite(track, !isFavourite)}
    >
      <Icon name="heart" />
    </button>
  );
};
