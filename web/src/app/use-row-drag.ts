/** Dragging a row of a list to another place by its handle: mouse, pen or finger. */
import { useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react';

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
  readonly onPointerUp: () => void;
  readonly onPointerCancel: () => void;
};

/** So near to its end the list scrolls, and so fast. */
const EDGE_PX = 40;
const SCROLL_PX_PER_FRAME = 9;

type Options = {
  readonly scroller: RefObject<HTMLElement | null>;
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

/** null while nothing is dragged. */
export const useRowDrag = (options: Options): [RowDrag | null, RowDragHandlers] => {
  const { scroller, rowPx, count, firstIndex, onDrop } = options;
  const [drag, setDrag] = useState<RowDrag | null>(null);
  const pointerY = useRef(0);
  const isDragging = drag !== null;

  const follow = (clientY: number): void => {
    const element = scroller.current;
    pointerY.current = clientY;
    if (!element) return;
    const yPx = clientY - element.getBoundingClientRect().top + element.scrollTop;
    const to = Math.min(count - 1, Math.max(firstIndex, Math.floor(yPx / rowPx)));
    setDrag((last) => (last && (last.yPx !== yPx || last.to !== to) ? { ...last, to, yPx } : last));
  };

  useEffect(() => {
    if (!isDragging) return undefined;
    let frame = 0;
    const scroll = (): void => {
      const element = scroller.current;
      const step = element ? edgeStep(element.getBoundingClientRect(), pointerY.current) : 0;
      if (element && step !== 0) {
        const before = element.scrollTop;
        element.scrollTop += step;
        const moved = element.scrollTop - before;
        // The row stays under the pointer, which does not move.
        if (moved !== 0) setDrag((last) => last && scrolled(last, moved, rowPx, count, firstIndex));
      }
      frame = window.requestAnimationFrame(scroll);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setDrag(null);
    };
    frame = window.requestAnimationFrame(scroll);
    window.addEventListener('keydown', onKeyDown, true);
    return () => {
      window.cancelAnimationFrame(frame);
      window.removeEventListener('keydown', onKeyDown, true);
    };
  }, [isDragging, scroller, rowPx, count, firstIndex]);

  const onPointerDown = (event: PointerEvent, key: number, index: number): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pointerY.current = event.clientY;
    setDrag({ key, from: index, to: index, yPx: (index + 0.5) * rowPx });
  };
  const onPointerUp = (): void => {
    setDrag(null);
    if (drag && drag.to !== drag.from) onDrop(drag.key, drag.to);
  };
  return [
    drag,
    {
      onPointerDown,
      onPointerMove: (event) => {
        if (isDragging) follow(event.clientY);
      },
      onPointerUp,
      onPointerCancel: () => setDrag(null),
    },
  ];
};

const scrolled = (
  drag: RowDrag,
  byPx: number,
  rowPx: number,
  count: number,
  firstIndex: number,
): RowDrag => {
  const yPx = drag.yPx + byPx;
  const to = Math.min(count - 1, Math.max(firstIndex, Math.floor(yPx / rowPx)));
  return { ...drag, yPx, to };
};
