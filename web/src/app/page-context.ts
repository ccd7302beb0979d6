/** What all views use. */
import { createContext, use, type RefObject } from 'react';
import type { Player } from '../player/player';
import type { LibraryData } from './library-data';
import type { ListPlayer } from './list-player';
import type { PageTitle } from './page-title';

export type PageContext = {
  /** The server still reads its music for the first time, or has not told. */
  readonly mayGrow: boolean;
  /** All else is the same for as long as the page lives. */
  readonly player: Player;
  readonly data: LibraryData;
  readonly listPlayer: ListPlayer;
  /** What of the page scrolls. */
  readonly scroller: RefObject<HTMLElement | null>;
  readonly title: PageTitle;
  /** A few words on what was done. */
  readonly say: (words: string) => void;
};

export const Page = createContext<PageContext | null>(null);

export const usePage = (): PageContext => {
  const page = use(Page);
  if (!page) throw new Error('a view stands outside of the page');
  return page;
};
