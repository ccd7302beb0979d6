/**
 * The rows of the queue, in the order in which they play; only those in sight are rendered. A row
 * is moved by dragging its handle, or by the arrow keys on it (with Alt on the whole row).
 */
import { useLayoutEffect, useMemo, useRef, type ReactElement } from 'react';
import type { Player } from '../player/player';
import { isMovable, type QueueSnapshot } from '../player/queue-types';
import { HANDLE_HINT_ID, QueueRow, type QueueRowActions } from './QueueRow';
import { useRowDrag, type RowDrag } from './use-row-drag';
import { useRowEdits } from './use-row-edits';
import { useRowFocus } from './use-row-focus';
import { useRowWindow } from './use-row-window';

/** As in queue.css. */
const ROW_PX = 56;

type Props = {
  readonly player: Player;
  readonly queue: QueueSnapshot;
  readonly isPlaying: boolean;
  /** To be read out. */
  readonly say: (words: string) => void;
};

/** The rows in sight, and those that must not go: the one with the focus, the one dragged. */
const renderedIndexes = (
  { items }: QueueSnapshot,
  seen: { readonly begin: number; readonly end: number },
  kept: readonly (number | undefined)[],
): readonly number[] => {
  const indexes = new Set<number>();
  for (let at = seen.begin; at < Math.min(seen.end, items.length); at += 1) indexes.add(at);
  for (const key of kept) {
    const at = key === undefined ? -1 : items.findIndex((item) => item.key === key);
    if (at >= 0) indexes.add(at);
  }
  return [...indexes].sort((a, b) => a - b);
};

/** Where a row is shown: there is a gap where the one that is dragged would be. */
const placeOf = (index: number, drag: RowDrag | null): number => {
  if (!drag) return index;
  if (index > drag.from && index <= drag.to) return index - 1;
  return index < drag.from && index >= drag.to ? index + 1 : index;
};

export const QueueList = ({ player, queue, isPlaying, say }: Props): ReactElement => {
  const { items, currentIndex, shuffle } = queue;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const { focusedKey, onFocus, onBlur, wantFocus } = useRowFocus(list);
  const { moveTo, removeItem, onKeyDown } = useRowEdits(player, say, wantFocus);
  const seen = useRowWindow(scroller, ROW_PX);
  const firstIndex = shuffle ? currentIndex + 1 : 0;

  const [drag, handlers] = useRowDrag({
    scroller,
    rowPx: ROW_PX,
    count: items.length,
    firstIndex,
    onDrop: moveTo,
  });

  const latestHandlers = useRef(handlers);
  useLayoutEffect(() => {
    latestHandlers.current = handlers;
  });
  const actions = useMemo<QueueRowActions>(
    () => ({
      onKeyDown,
      onPlay: (key) => {
        const { queue: now } = player.getSnapshot();
        if (now.items[now.currentIndex]?.key === key) player.toggle();
        else player.jumpTo(key);
      },
      onRemove: (key) => removeItem(key, 'remove'),
      onPointerDown: (event, key) => {
        const { items: now } = player.getSnapshot().queue;
        const index = now.findIndex((item) => item.key === key);
        latestHandlers.current.onPointerDown(event, key, index);
      },
      onPointerMove: (event) => latestHandlers.current.onPointerMove(event),
      onPointerUp: (event) => latestHandlers.current.onPointerUp(event),
      onPointerCancel: () => latestHandlers.current.onPointerCancel(),
    }),
    [player, onKeyDown, removeItem],
  );

  // What plays is in sight when the panel opens.
  useLayoutEffect(() => {
    const { currentIndex: at } = player.getSnapshot().queue;
    if (scroller.current) scroller.current.scrollTop = Math.max(0, (at - 1) * ROW_PX);
  }, [player]);
  const indexes = renderedIndexes(queue, seen, [focusedKey, drag?.key]);
  return (
    <div className="queue-scroller" ref={scroller}>
      <p id={HANDLE_HINT_ID} hidden>
        Arrow keys move the track in the queue.
      </p>
      <ul
        className={`queue-rows${drag ? ' dragging' : ''}`}
        aria-label="Tracks in the queue"
        ref={list}
        style={{ height: items.length * ROW_PX }}
        onFocus={onFocus}
        onBlur={onBlur}
      >
        {indexes.map((index) => {
          const item = items[index];
          if (item === undefined) return null;
          const isDragged = drag?.key === item.key;
          const top = isDragged ? drag.yPx - ROW_PX / 2 : placeOf(index, drag) * ROW_PX;
          const isPast = index < currentIndex ? ' past' : '';
          return (
            <li
              key={item.key}
              className={`queue-place${isPast}${isDragged ? ' dragged' : ''}`}
              data-key={item.key}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              aria-current={index === currentIndex ? 'true' : undefined}
              style={{ transform: `translateY(${top}px)` }}
            >
              <QueueRow
                item={item}
                isCurrent={index === currentIndex}
                isPlaying={isPlaying && index === currentIndex}
                canMove={isMovable(queue, index)}
                actions={actions}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
};
