/** Makes a track a favourite, and no favourite again. */
import type { ReactElement } from 'react';
import type { PlayerTrack } from '../player/player-types';
import { Icon } from './Icon';
import type { ListsDoor } from './lists-door';
import { usePage } from './page-context';
import { useIsFavourite, useListsDoor } from './use-lists';

type Props = { readonly track: PlayerTrack; readonly tabIndex?: number };

const Heart = ({ door, track, tabIndex }: Props & { readonly door: ListsDoor }): ReactElement => {
  const { say } = usePage();
  const isFavourite = useIsFavourite(track.id);
  const toggle = async (): Promise<void> => {
    const isDone = await door.setFavourite(track, !isFavourite);
    if (!isDone) say('Your favourites could not be changed.');
  };
  return (
    <button
      type="button"
      className="round heart"
      tabIndex={tabIndex}
      aria-label={`Favourite: ${track.title}`}
      aria-pressed={isFavourite}
      title="Favourite"
      onClick={() => void toggle()}
    >
      <Icon name="heart" />
    </button>
  );
};

export const HeartButton = (props: Props): ReactElement | null => {
  const door = useListsDoor();
  return door && props.track.id !== '' ? <Heart {...props} door={door} /> : null;
};
