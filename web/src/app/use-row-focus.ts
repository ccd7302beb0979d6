/** Which row of a list has the focus, and how another gets it. */
import {
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
  type FocusEvent,
  type RefObject,
} from 'react';
import type { RowPart } from './MovableRow';

export type RowPlace = { readonly key: number; readonly part: RowPart };

export type RowFocus = {
  /** It has to stay rendered; undefined: none. */
  readonly focusedKey: number | undefined;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: () => void;
  /** Gives that row the focus as soon as it is rendered. Always the same function. */
  readonly wantFocus: (place: RowPlace) => void;
};

/** The rows have `data-key`, and what in them can have the focus `data-part`. */
export const useRowFocus = (list: RefObject<HTMLElement | null>): RowFocus => {
  const [focusedKey, setFocusedKey] = useState<number>();
  const wanted = useRef<RowPlace | null>(null);
  const wantFocus = useCallback((place: RowPlace) => {
    wanted.current = place;
    setFocusedKey(place.key);
  }, []);
  // A row that moves in the document loses the focus; one that comes into it has to be there first.
  useLayoutEffect(() => {
    if (!wanted.current) return;
    const { key, part } = wanted.current;
    wanted.current = null;
    const row = list.current?.querySelector(`[data-key="${key}"]`);
    const button = row?.querySelector<HTMLElement>(`[data-part=${part}]:not(:disabled)`);
    (button ?? row?.querySelector<HTMLElement>('[data-part=play]'))?.focus();
  });

  const onFocus = ({ target }: FocusEvent): void => {
    const key = target.closest('[data-key]')?.getAttribute('data-key');
    setFocusedKey(key == null ? undefined : Number(key));
  };
  const onBlur = (): void => setFocusedKey(undefined);
  return { focusedKey, onFocus, onBlur, wantFocus };
};
