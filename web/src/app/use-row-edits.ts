/** Moving and removing tracks of the queue, in words and by keys. */
import { useCallback, type KeyboardEvent } from 'react';
import type { Player } from '../player/player';
import { moveTarget, neighbourTarget } from './queue-keys';
import type { RowPart } from './QueueRow';
import type { RowPlace } from './use-row-focus';

/** Always the same functions. */
export type RowEdits = {
  readonly moveTo: (key: number, to: number) => void;
  readonly removeItem: (key: number, part: RowPart) => void;
  readonly onKeyDown: (event: KeyboardEvent, key: number, part: RowPart) => void;
};

/** `say`: what is to be read out. */
export const useRowEdits = (
  player: Player,
  say: (words: string) => void,
  wantFocus: (place: RowPlace) => void,
): RowEdits => {
  const moveTo = useCallback(
    (key: number, to: number) => {
      player.moveInQueue(key, to);
      const { items: moved } = player.getSnapshot().queue;
      const at = moved.findIndex((item) => item.key === key);
      say(`“${moved[at]?.track.title ?? ''}” is now ${at + 1} of ${moved.length}.`);
    },
    [player, say],
  );
  const removeItem = useCallback(
    (key: number, part: RowPart) => {
      const { items: before, currentIndex: current } = player.getSnapshot().queue;
      const index = before.findIndex((item) => item.key === key);
      if (index === current) return;
      const next = before[index + 1] ?? before[index - 1];
      if (next) wantFocus({ key: next.key, part });
      player.removeFromQueue(key);
      say(`“${before[index]?.track.title ?? ''}” was removed.`);
    },
    [player, say, wantFocus],
  );
  const onKeyDown = useCallback(
    (event: KeyboardEvent, key: number, part: RowPart) => {
      const { queue: now } = player.getSnapshot();
      const index = now.items.findIndex((item) => item.key === key);
      const to = moveTarget(event, now, index, part);
      const next = neighbourTarget(event.key, now, index);
      if (to !== null && to !== index) {
        wantFocus({ key, part });
        moveTo(key, to);
      } else if (to === null && event.key === 'Delete') {
        removeItem(key, part);
      } else if (to === null && next !== null) {
        if (next !== key) wantFocus({ key: next, part: 'play' });
      } else if (to === null) {
        return;
      }
      event.preventDefault();
    },
    [player, moveTo, removeItem, wantFocus],
  );
  return { moveTo, removeItem, onKeyDown };
};
