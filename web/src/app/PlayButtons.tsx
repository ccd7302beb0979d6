/** What can be done with all of a list: play it, play it shuffled, queue it, keep it. */
import type { MouseEvent, ReactElement } from 'react';
import { Icon } from './Icon';
import { PAGE_SIZE } from './item-pages';
import { KeepButton } from './KeepButton';
import type { TrackItems } from './library-data';
import { usePage } from './page-context';
import { useFirstItems } from './use-library';

type Props = {
  readonly list: TrackItems;
  /** In words: an album is queued as one. */
  readonly name: string;
  /** It is short enough to be queued as a whole. */
  readonly canQueue: boolean;
};

export const PlayButtons = ({ list, name, canQueue }: Props): ReactElement => {
  const { player, listPlayer, scroller, say } = usePage();
  const total = useFirstItems(list).total ?? 0;
  const isReady = list.at(0) !== undefined;
  // The space bar is for the player then, where it would press the button again.
  const keepFocus = (event: MouseEvent): void => {
    event.preventDefault();
    scroller.current?.focus({ preventScroll: true });
  };
  return (
    <div className="play-buttons" onMouseDown={keepFocus}>
      <button
        type="button"
        className="button-main"
        disabled={!isReady}
        onClick={() => listPlayer.play(list, 0)}
      >
        <Icon name="play" />
        Play all
      </button>
      <button
        type="button"
        className="button"
        disabled={!isReady}
        onClick={() => listPlayer.playShuffled(list)}
      >
        <Icon name="shuffle" />
        Shuffle all
      </button>
      {canQueue && (
        <>
          <button
            type="button"
            className="button"
            disabled={!isReady}
            onClick={() => {
              player.playNext(list.itemsHere(total));
              say(`“${name}” plays next.`);
            }}
          >
            <Icon name="play-next" />
            Play next
          </button>
          <button
            type="button"
            className="button"
            disabled={!isReady}
            onClick={() => {
              player.enqueue(list.itemsHere(total));
              say(`“${name}” was added to the queue.`);
            }}
          >
            <Icon name="add" />
            Add to the queue
          </button>
        </>
      )}
      {isReady && total <= PAGE_SIZE && (
        <KeepButton tracks={list.itemsHere(total)} name={name} say={say} />
      )}
    </div>
  );
};
