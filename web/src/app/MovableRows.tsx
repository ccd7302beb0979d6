/**
 * The rows of a list that is put in order by hand: of the queue, of a playlist. Only those in sight
 * are rendered. A row is moved by dragging its handle, or by the arrow keys on it (with Alt on the
 * whole row).
 */
import { useId, useLayoutEffect, useMemo, useRef, type ReactElement, type RefObject } from 'react';
import { MovableRow, type RowActions } from './MovableRow';
import { useRowDrag, type RowDrag } from './use-row-drag';
import { useRowEdits, type RowItem, type Rows, type RowSource } from './use-row-edits';
import { useRowFocus } from './use-row-focus';
import { useRowWindow, type RowRange } from './use-row-window';

/** As in queue.css. */
export const MOVABLE_ROW_PX = 56;

type Props<Item extends RowItem> = {
  readonly source: RowSource;
  /** As they are rendered. */
  readonly rows: Rows & { readonly items: readonly Item[] };
  readonly label: string;
  /** What rows are removed from, in words. */
  readonly from: string;
  readonly isCurrent: (item: Item, index: number) => boolean;
  readonly isPlaying: boolean;
  /** Why it cannot be played; null: it can. */
  readonly missingOf: (item: Item) => string | null;
  /** The current one stays in the list. */
  readonly keepsCurrent?: boolean;
  /** So many at the begin are shown as past. */
  readonly pastCount?: number;
  /** By hand; else rows are taken out by their hearts, or by the Delete key. */
  readonly isOrdered?: boolean;
  readonly hasHearts?: boolean;
  readonly scroller: RefObject<HTMLElement | null>;
  /** The rows are all that scrolls there. */
  readonly isAlone: boolean;
  /** Rows in sight. */
  readonly onSeen?: (range: RowRange) => void;
  /** To be read out. */
  readonly say: (words: string) => void;
};

/** The rows in sight, and those that must not go: the one with the focus, the one dragged. */
const renderedIndexes = (
  items: readonly RowItem[],
  seen: RowRange,
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

type Edited = Pick<Props<RowItem>, 'source' | 'rows' | 'say' | 'scroller' | 'isAlone'>;

const useMovableRows = (
  { source, rows, say, scroller, isAlone }: Edited,
  list: RefObject<HTMLElement | null>,
) => {
  const focus = useRowFocus(list);
  const { moveTo, removeItem, onKeyDown } = useRowEdits(source, say, focus.wantFocus);
  const first = isAlone ? scroller : list;
  const seen = useRowWindow(scroller, MOVABLE_ROW_PX, first);
  const [drag, handlers] = useRowDrag({
    scroller,
    list: first,
    rowPx: MOVABLE_ROW_PX,
    count: rows.items.length,
    firstIndex: rows.firstIndex,
    onDrop: moveTo,
  });
  const latestHandlers = useRef(handlers);
  useLayoutEffect(() => {
    latestHandlers.current = handlers;
  });
  const actions = useMemo<RowActions>(
    () => ({
      onKeyDown,
      onPlay: source.play,
      onRemove: removeItem,
      onPointerDown: (event, key) => {
        const index = source.look().items.findIndex((item) => item.key === key);
        latestHandlers.current.onPointerDown(event, key, index);
      },
      onPointerMove: (event) => latestHandlers.current.onPointerMove(event),
      onPointerUp: (event) => latestHandlers.current.onPointerUp(event),
      onPointerCancel: () => latestHandlers.current.onPointerCancel(),
    }),
    [source, onKeyDown, removeItem],
  );
  return { ...focus, seen, drag, actions };
};

export const MovableRows = <Item extends RowItem>(props: Props<Item>): ReactElement => {
  const { rows, label, from, isCurrent, isPlaying, missingOf, onSeen } = props;
  const { keepsCurrent = false, pastCount = 0, isOrdered = true, hasHearts = false } = props;
  const { items, firstIndex } = rows;
  const list = useRef<HTMLUListElement>(null);
  const hintId = useId();
  const { focusedKey, onFocus, onBlur, seen, drag, actions } = useMovableRows(props, list);
  const { begin, end } = seen;
  useLayoutEffect(() => onSeen?.({ begin, end }), [onSeen, begin, end]);
  return (
    <>
      <p id={hintId} hidden>
        Arrow keys move the track in {from}.
      </p>
      <ul
        className={`queue-rows${drag ? ' dragging' : ''}`}
        aria-label={label}
        ref={list}
        style={{ height: items.length * MOVABLE_ROW_PX }}
        onFocus={onFocus}
        onBlur={onBlur}
      >
        {renderedIndexes(items, seen, [focusedKey, drag?.key]).map((index) => {
          const item = items[index];
          if (item === undefined) return null;
          const isDragged = drag?.key === item.key;
          const top = isDragged
            ? drag.yPx - MOVABLE_ROW_PX / 2
            : placeOf(index, drag) * MOVABLE_ROW_PX;
          const isNow = isCurrent(item, index);
          const kind = `${index < pastCount ? ' past' : ''}${isDragged ? ' dragged' : ''}`;
          return (
            <li
              key={item.key}
              className={`queue-place${kind}`}
              data-key={item.key}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              aria-current={isNow ? 'true' : undefined}
              style={{ transform: `translateY(${top}px)` }}
            >
              <MovableRow
                item={item}
                missing={missingOf(item)}
                isCurrent={isNow}
                isPlaying={isPlaying && isNow}
                canMove={isOrdered ? index >= firstIndex : null}
                canRemove={isOrdered ? !(keepsCurrent && isNow) : null}
                hasHeart={hasHearts}
                isByHeart={hasHearts && !isOrdered}
                from={from}
                hintId={hintId}
                actions={actions}
              />
            </li>
          );
        })}
      </ul>
    </>
  );
};
