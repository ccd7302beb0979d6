/**
 * One item of a list takes part in the order of the Tab key; arrow keys, Home, End and the page
 * keys go to others, also to those that have to be fetched first. Items, and what keeps the room of
 * those that are not here, have `data-index`; in an item `data-rove` is what gets the focus.
 */
import {
  useCallback,
  useLayoutEffect,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type RefObject,
} from 'react';

const PAGE_ROWS = 8;
/** How far away an item is looked for that is no longer where it was. */
const FOLLOW_COUNT_MAX = 500;

export type RovingList = {
  readonly count: number;
  readonly columns: number;
  /** What an item is known by wherever it stands; undefined: it is not here. */
  readonly keyAt: (index: number) => string | undefined;
  /** Half-open range of items that are seen. */
  readonly seen: { readonly begin: number; readonly end: number };
};

export type Roving = {
  /** Of the item with the Tab stop; null: none of those in sight is here. */
  readonly stopIndex: number | null;
  /** Items that have to be in the document, seen or not: with the focus, or about to have it. */
  readonly keptIndexes: readonly number[];
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

/** `key` undefined: it was not here when it was reached. */
type Active = { readonly index: number; readonly key: string | undefined };

/** Where the item stands now: a change of the library shifts the places. */
const followed = ({ index, key }: Active, keyAt: RovingList['keyAt']): number => {
  if (key === undefined || keyAt(index) === key) return index;
  for (let step = 1; step <= FOLLOW_COUNT_MAX; step += 1) {
    for (const at of [index - step, index + step]) if (keyAt(at) === key) return at;
  }
  return index;
};

/** `nowhere`: no element has the focus, as after the one that had it has gone. */
type FocusPlace = 'inside' | 'elsewhere' | 'nowhere';

const subscribeToFocus = (listener: () => void): (() => void) => {
  const types = ['focusin', 'focusout'];
  for (const type of types) document.addEventListener(type, listener);
  return () => types.forEach((type) => document.removeEventListener(type, listener));
};

const useFocusPlace = (list: RefObject<HTMLElement | null>): FocusPlace =>
  useSyncExternalStore(
    subscribeToFocus,
    // Asked at every rendering as well: what is removed loses the focus without an event.
    useCallback(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return 'nowhere';
      return list.current?.contains(focused) === true ? 'inside' : 'elsewhere';
    }, [list]),
  );

const itemAt = (list: RefObject<HTMLElement | null>, index: number): Element | null =>
  list.current?.querySelector(`[data-index="${index}"]`) ?? null;

const focusable = (item: Element | null): HTMLElement | null =>
  item?.querySelector<HTMLElement>('[data-rove]') ?? null;

/** Gives the focus to an item as soon as it is here. */
const useWish = (list: RefObject<HTMLElement | null>, wanted: number | null): void => {
  useLayoutEffect(() => {
    const item = wanted === null ? null : itemAt(list, wanted);
    // What is in sight is fetched.
    if (item !== null && focusable(item) === null) item.scrollIntoView({ block: 'nearest' });
  }, [list, wanted]);
  useLayoutEffect(() => {
    if (wanted !== null) focusable(itemAt(list, wanted))?.focus();
  });
};

export const useRoving = (list: RefObject<HTMLElement | null>, about: RovingList): Roving => {
  const { count, keyAt, seen } = about;
  const [active, setActive] = useState<Active>({ index: 0, key: undefined });
  /** Where a key has led to that does not have the focus yet. */
  const [wanted, setWanted] = useState<number | null>(null);
  const place = useFocusPlace(list);
  const activeIndex = followed(active, keyAt);
  if (activeIndex !== active.index) setActive({ index: activeIndex, key: active.key });
  // Whoever has gone on elsewhere is not called back.
  if (wanted !== null && place === 'elsewhere') setWanted(null);
  useWish(list, wanted);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = wanted ?? indexOf(event.target);
    const target = index === null ? null : roveTarget(event.key, index, about);
    if (target === null) return;
    event.preventDefault();
    setWanted(target === activeIndex ? null : target);
  };
  const onFocus = ({ target }: { readonly target: EventTarget }): void => {
    const index = indexOf(target);
    if (index === null) return;
    setActive({ index, key: keyAt(index) });
    setWanted(null);
  };

  const isHere = (index: number): boolean => index < count && keyAt(index) !== undefined;
  const stopIndex = (): number | null => {
    const isSeen = activeIndex >= seen.begin && activeIndex < seen.end;
    if ((place === 'inside' || isSeen) && isHere(activeIndex)) return activeIndex;
    for (let at = seen.begin; at < Math.min(seen.end, count); at += 1) if (isHere(at)) return at;
    return null;
  };
  const kept = [...(place === 'inside' ? [activeIndex] : []), ...(wanted === null ? [] : [wanted])];
  return {
    stopIndex: stopIndex(),
    keptIndexes: kept.filter((index) => index < count),
    onKeyDown,
    onFocus,
  };
};
