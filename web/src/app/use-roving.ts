/**
 * One item of a list takes part in the order of the Tab key; arrow keys, Home, End and the page
 * keys go to others. Items have `data-index`, and in them `data-rove` what gets the focus.
 */
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';

const PAGE_ROWS = 8;

export type Roving = {
  /** Of the item with the Tab stop. */
  readonly activeIndex: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocus: (event: { readonly target: EventTarget }) => void;
};

const indexOf = (target: EventTarget): number | null => {
  const item = target instanceof Element ? target.closest('[data-index]') : null;
  const index = item?.getAttribute('data-index');
  return index == null ? null : Number(index);
};

/** Where the key leads to from `index`; null: it is not for lists. */
export const roveTarget = (
  key: string,
  index: number,
  { count, columns }: { readonly count: number; readonly columns: number },
): number | null => {
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * PAGE_ROWS,
    PageDown: columns * PAGE_ROWS,
    Home: -count,
    End: count,
    ...(columns > 1 ? { ArrowLeft: -1, ArrowRight: 1 } : {}),
  };
  const step = steps[key];
  return step === undefined ? null : Math.max(0, Math.min(count - 1, index + step));
};

export const useRoving = (
  list: RefObject<HTMLElement | null>,
  shape: { readonly count: number; readonly columns: number },
): Roving => {
  const [active, setActive] = useState(0);
  const isWanted = useRef(false);
  useLayoutEffect(() => {
    if (!isWanted.current) return;
    const item = list.current?.querySelector(`[data-index="${active}"]`);
    const target = item?.querySelector<HTMLElement>('[data-rove]');
    if (!target) return; // It has to be fetched first.
    isWanted.current = false;
    target.focus();
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = indexOf(event.target);
    const target = index === null ? null : roveTarget(event.key, index, shape);
    if (target === null) return;
    event.preventDefault();
    isWanted.current = true;
    setActive(target);
  };
  const onFocus = ({ target }: { readonly target: EventTarget }): void => {
    const index = indexOf(target);
    if (index !== null) setActive(index);
  };
  const activeIndex = Math.max(0, Math.min(active, shape.count - 1));
  return { activeIndex, onKeyDown, onFocus };
};
