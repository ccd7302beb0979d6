/** Watches a list for the row that is about to be clicked. */
import { useEffect, useRef, type RefObject } from 'react';
import { watchIntent } from './intent';

/** Network Information API; browsers without it say nothing, and pay for nothing. */
const wantsToSaveData = (): boolean => {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
};

/** Of the list with the rows. */
export const useIntent = (
  onIntent: (trackId: string | null, isPressed: boolean) => void,
): RefObject<HTMLUListElement | null> => {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    return watchIntent({ list: element, onIntent, saveData: wantsToSaveData() });
  }, [onIntent]);
  return list;
};
