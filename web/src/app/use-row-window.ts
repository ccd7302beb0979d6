/** Which rows of a long list can be seen: the page renders only these. */
import { useEffect, useState, type RefObject } from 'react';

/** Half-open range of rows. */
export type RowWindow = { readonly begin: number; readonly end: number };

/** So many more on both sides, so that nothing is missing while somebody scrolls. */
const SPARE_COUNT = 6;
/** Before the list was measured. */
const FIRST_HEIGHT_PX = 600;

const windowOf = (scrollTop: number, heightPx: number, rowPx: number): RowWindow => ({
  begin: Math.max(0, Math.floor(scrollTop / rowPx) - SPARE_COUNT),
  end: Math.ceil((scrollTop + heightPx) / rowPx) + SPARE_COUNT,
});

/** The rows of `rowPx` that are in sight of the element that scrolls, or nearly so. */
export const useRowWindow = (scroller: RefObject<HTMLElement | null>, rowPx: number): RowWindow => {
  const [seen, setSeen] = useState<RowWindow>(() => windowOf(0, FIRST_HEIGHT_PX, rowPx));
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const look = (): void => {
      const next = windowOf(element.scrollTop, element.clientHeight || FIRST_HEIGHT_PX, rowPx);
      setSeen((last) => (last.begin === next.begin && last.end === next.end ? last : next));
    };
    element.addEventListener('scroll', look, { passive: true });
    // Tells of the first size as well.
    const observer = 'ResizeObserver' in window ? new ResizeObserver(look) : null;
    observer?.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer?.disconnect();
    };
  }, [scroller, rowPx]);
  return seen;
};
