/** Watches a list for the row that is about to be clicked. */
import { useEffect, useRef, type RefObject } from 'react';
import { savesData } from '../shared/save-data';
import { watchIntent } from './intent';

/** Of the list with the rows. */
export const useIntent = (
  onIntent: (trackId: string | null, isPressed: boolean) => void,
): RefObject<HTMLUListElement | null> => {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    return watchIntent({ list: element, onIntent, saveData: savesData() });
  }, [onIntent]);
  return list;
};
