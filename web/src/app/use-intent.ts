/** Watches a list for the row that is about to be clicked. */
import { useEffect, useRef, type RefObject } from 'react';
import { savesData } from '../shared/save-data';
import { watchIntent } from './intent';

/** Of the element with the rows. */
export const useIntent = <Rows extends HTMLElement>(
  onIntent: (trackId: string | null, isPressed: boolean) => void,
): RefObject<Rows | null> => {
  const list = useRef<Rows>(null);
  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    return watchIntent({ list: element, onIntent, saveData: savesData() });
  }, [onIntent]);
  return list;
};
