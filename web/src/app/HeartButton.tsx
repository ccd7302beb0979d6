/** Makes a track a favourite, and no favourite again. */
import type { ReactElement } from 'react';
import type { PlayerTrack } from '../player/player-types';
import { Icon } from './Icon';
import type { ListsDoor } from './lists-door';
import { usePage } from './page-context';
import { useIsFavourite, useListsDoor } from './use-lists';

type Props = {
  readonly track: PlayerTrack;
  readonly tabIndex?: number;
  /** In a list of favourites: takes its row out of it. */
  readonly onRemove?: (() => void) | null;
};

const Heart = (props: Props & { readonly door: ListsDoor }): ReactElement => {
  const { door, track, tabIndex, onRemove = null } = props;
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
      data-part="heart"
      tabIndex={tabIndex}
      aria-label={`Favourite: ${track.title}`}
      aria-pressed={isFavourite}
      title="Favourite"
      onClick={onRemove ?? (() => void toggle())}
    >
      <Icon name="heart" />
    </button>
  );
};

export const HeartButton = (props: Props): ReactElement | null => {
  const door = useListsDoor();
  return door && props.track.id !== '' ? <Heart {...props} door={door} /> : null;
};
