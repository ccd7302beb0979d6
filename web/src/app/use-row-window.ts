/** Which rows of a long list can be seen: the page renders only these. */
import { useEffect, useState, type RefObject } from 'react';

/** Half-open range of rows. */
export type RowRange = { readonly begin: number; readonly end: number };

export type RowWindow = RowRange & {
  /** Those of which nothing is cut off. */
  readonly whole: RowRange;
};

/** So many more on both sides, so that nothing is missing while somebody scrolls. */
const SPARE_COUNT = 6;
/** Before the list was measured. */
const FIRST_HEIGHT_PX = 600;

const windowOf = (top: number, heightPx: number, rowPx: number): RowWindow => ({
  begin: Math.max(0, Math.floor(top / rowPx) - SPARE_COUNT),
  end: Math.max(0, Math.ceil((top + heightPx) / rowPx)) + SPARE_COUNT,
  whole: {
    begin: Math.max(0, Math.ceil(top / rowPx)),
    end: Math.max(0, Math.floor((top + heightPx) / rowPx)),
  },
});

const isSameRange = (a: RowRange, b: RowRange): boolean => a.begin === b.begin && a.end === b.end;

/**
 * The rows of `rowPx` that are in sight of the element that scrolls, or nearly so. `list`: where
 * the first row begins; without one it is where the scroller does.
 */
export const useRowWindow = (
  scroller: RefObject<HTMLElement | null>,
  rowPx: number,
  list: RefObject<HTMLElement | null> = scroller,
): RowWindow => {
  const [seen, setSeen] = useState<RowWindow>(() => windowOf(0, FIRST_HEIGHT_PX, rowPx));
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const look = (): void => {
      const first = list.current;
      const top =
        first === null || first === element
          ? element.scrollTop
          : element.getBoundingClientRect().top - first.getBoundingClientRect().top;
      const next = windowOf(top, element.clientHeight || FIRST_HEIGHT_PX, rowPx);
      setSeen((last) =>
        isSameRange(last, next) && isSameRange(last.whole, next.whole) ? last : next,
      );
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    // Tells of the first size as well, and of what moves the list.
    const observer = 'ResizeObserver' in window ? new ResizeObserver(look) : null;
    observer?.observe(element);
    if (element.firstElementChild) observer?.observe(element.firstElementChild);
    return () => {
      element.removeEventListener('scroll', look);
      observer?.disconnect();
    };
  }, [scroller, rowPx, list]);
  return seen;
};
