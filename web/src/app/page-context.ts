/** What all views use, the same for as long as the page lives. */
import { createContext, use, type RefObject } from 'react';
import type { Player } from '../player/player';
import type { LibraryData } from './library-data';
import type { ListPlayer } from './list-player';

export type PageContext = {
  readonly player: Player;
  readonly data: LibraryData;
  readonly listPlayer: ListPlayer;
  /** What of the page scrolls. */
  readonly scroller: RefObject<HTMLElement | null>;
  /** A few words on what was done. */
  readonly say: (words: string) => void;
};

export const Page = createContext<PageContext | null>(null);

export const usePage = (): PageContext => {
  const page = use(Page);
  if (!page) throw new Error('a view stands outside of the page');
  return page;
};
