/** The rows of the queue, in the order in which they play. */
import { useLayoutEffect, useMemo, useRef, type ReactElement } from 'react';
import type { Player } from '../player/player';
import { firstMovable, type QueueItem, type QueueSnapshot } from '../player/queue-types';
import { MOVABLE_ROW_PX, MovableRows } from './MovableRows';
import type { Rows, RowSource } from './use-row-edits';

type Props = {
  readonly player: Player;
  readonly queue: QueueSnapshot;
  readonly isPlaying: boolean;
  /** To be read out. */
  readonly say: (words: string) => void;
};

const rowsOf = (queue: QueueSnapshot): Rows & Pick<QueueSnapshot, 'items'> => ({
  items: queue.items,
  firstIndex: firstMovable(queue),
});

const sourceOf = (player: Player): RowSource => {
  const currentKey = (): number | undefined => {
    const { items, currentIndex } = player.getSnapshot().queue;
    return items[currentIndex]?.key;
  };
  return {
    look: () => rowsOf(player.getSnapshot().queue),
    play: (key) => {
      if (currentKey() === key) player.toggle();
      else player.jumpTo(key);
    },
    move: (key, to) => player.moveInQueue(key, to),
    remove: (key) => {
      if (currentKey() === key) return 'stays';
      player.removeFromQueue(key);
      return 'gone';
    },
  };
};

const missingOf = ({ isGone }: QueueItem): string | null =>
  isGone ? 'No longer in the library' : null;

export const QueueList = ({ player, queue, isPlaying, say }: Props): ReactElement => {
  const scroller = useRef<HTMLDivElement>(null);
  const source = useMemo(() => sourceOf(player), [player]);
  // What plays is in sight when the panel opens.
  useLayoutEffect(() => {
    const { currentIndex: at } = player.getSnapshot().queue;
    if (scroller.current) scroller.current.scrollTop = Math.max(0, (at - 1) * MOVABLE_ROW_PX);
  }, [player]);
  return (
    <div className="queue-scroller" ref={scroller}>
      <MovableRows
        source={source}
        rows={rowsOf(queue)}
        label="Tracks in the queue"
        from="the queue"
        isCurrent={(_, index) => index === queue.currentIndex}
        isPlaying={isPlaying}
        missingOf={missingOf}
        keepsCurrent
        pastCount={queue.currentIndex}
        scroller={scroller}
        isAlone
        say={say}
      />
    </div>
  );
};
