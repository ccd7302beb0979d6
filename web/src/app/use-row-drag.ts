/** Dragging a row of a list to another place by its handle: mouse, pen or finger. */
import { useCallback, useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react';

export type RowDrag = {
  readonly key: number;
  readonly from: number;
  /** The place it would have if it were let go of now. */
  readonly to: number;
  /** Of the middle of the row, in the list. */
  readonly yPx: number;
};

export type RowDragHandlers = {
  readonly onPointerDown: (event: PointerEvent, key: number, index: number) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: () => void;
};

/** So near to its end the list scrolls, and so fast. */
const EDGE_PX = 40;
const SCROLL_PX_PER_FRAME = 9;

type Options = {
  readonly scroller: RefObject<HTMLElement | null>;
  /** Where the first row begins; without one it is where the scroller does. */
  readonly list?: RefObject<HTMLElement | null>;
  readonly rowPx: number;
  readonly count: number;
  /** A row gets no farther up. */
  readonly firstIndex: number;
  readonly onDrop: (key: number, to: number) => void;
};

const edgeStep = (box: DOMRect, clientY: number): number => {
  if (clientY < box.top + EDGE_PX) return -SCROLL_PX_PER_FRAME;
  return clientY > box.bottom - EDGE_PX ? SCROLL_PX_PER_FRAME : 0;
};

/** As the pointer is now, `yPx` down the list. */
const draggedTo = (
  drag: RowDrag,
  yPx: number,
  { rowPx, count, firstIndex }: Pick<Options, 'rowPx' | 'count' | 'firstIndex'>,
): RowDrag => {
  const to = Math.min(count - 1, Math.max(firstIndex, Math.floor(yPx / rowPx)));
  return to === drag.to && yPx === drag.yPx ? drag : { ...drag, to, yPx };
};

/** null while nothing is dragged. */
export const useRowDrag = (options: Options): [RowDrag | null, RowDragHandlers] => {
  const { scroller, list = scroller, rowPx, count, firstIndex, onDrop } = options;
  const [drag, setDrag] = useState<RowDrag | null>(null);
  /** What is rendered may be older: the pointer can be let go of before the page has caught up. */
  const latest = useRef<RowDrag | null>(null);
  const pointerY = useRef(0);
  const isDragging = drag !== null;

  const follow = useCallback(() => {
    const first = list.current;
    if (!first || !latest.current) return;
    const topPx = first.getBoundingClientRect().top;
    const yPx = pointerY.current - topPx + (list === scroller ? first.scrollTop : 0);
    latest.current = draggedTo(latest.current, yPx, { rowPx, count, firstIndex });
    setDrag(latest.current);
  }, [scroller, list, rowPx, count, firstIndex]);
  const end = useCallback(() => {
    latest.current = null;
    setDrag(null);
  }, []);

  useEffect(() => {
    if (!isDragging) return undefined;
    let frame = 0;
    const scroll = (): void => {
      const element = scroller.current;
      if (element) {
        element.scrollTop += edgeStep(element.getBoundingClientRect(), pointerY.current);
        follow(); // The row stays under the pointer, which does not move.
      }
      frame = window.requestAnimationFrame(scroll);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      end();
    };
    frame = window.requestAnimationFrame(scroll);
    window.addEventListener('keydown', onKeyDown, true);
    return () => {
      window.cancelAnimationFrame(frame);
      window.removeEventListener('keydown', onKeyDown, true);
    };
  }, [isDragging, scroller, follow, end]);

  const onPointerDown = (event: PointerEvent, key: number, index: number): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pointerY.current = event.clientY;
    latest.current = { key, from: index, to: index, yPx: (index + 0.5) * rowPx };
    setDrag(latest.current);
  };
  const onPointerMove = (event: PointerEvent): void => {
    pointerY.current = event.clientY;
    follow();
  };
  const onPointerUp = (event: PointerEvent): void => {
    onPointerMove(event);
    const { current: dropped } = latest;
    end();
    if (dropped && dropped.to !== dropped.from) onDrop(dropped.key, dropped.to);
  };
  return [drag, { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: end }];
};
