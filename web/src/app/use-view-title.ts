/** A view's part in the name of the window, for as long as it is shown. */
import { useEffect } from 'react';
import { usePage } from './page-context';

export const useViewTitle = (words: string): void => {
  const { title } = usePage();
  useEffect(() => {
    title.setView(words);
    return () => title.setView('');
  }, [title, words]);
};
