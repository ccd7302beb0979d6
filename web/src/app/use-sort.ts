/** In what order a list is shown: a part of its address, so that back and forward know it. */
import { useCallback } from 'react';
import { useLocation, useSearch } from 'wouter';

/** As the API calls them; what begins with the newest or the like is turned round at first. */
export const SORTS = {
  shelf: { words: 'As on the shelf', isTurned: false },
  title: { words: 'Title', isTurned: false },
  artist: { words: 'Artist', isTurned: false },
  album: { words: 'Album', isTurned: false },
  year: { words: 'Year', isTurned: true },
  added: { words: 'Recently added', isTurned: true },
  duration: { words: 'Duration', isTurned: false },
} as const;
export type SortName = keyof typeof SORTS;

/** The first one is the order that nobody has to ask for. */
export const TRACK_SORTS = [
  'shelf',
  'title',
  'artist',
  'album',
  'year',
  'added',
  'duration',
] as const satisfies readonly SortName[];
export const ALBUM_SORTS = ['artist', 'title', 'year', 'added'] as const satisfies SortName[];

export type Sort = { readonly name: SortName; readonly isDescending: boolean };

const questionOf = ({ name, isDescending }: Sort, names: readonly SortName[]): string => {
  const question = new URLSearchParams();
  if (name !== names[0]) question.set('sort', name);
  if (isDescending) question.set('order', 'desc');
  return question.size === 0 ? '' : `?${question.toString()}`;
};

export type ShownSort = {
  readonly sort: Sort;
  /** For the API, behind the address of the list; empty: the order that it has by itself. */
  readonly question: string;
  readonly show: (sort: Sort) => void;
};

/** Of the view that the address shows. What is not one of `names` is as if it were not there. */
export const useSort = (names: readonly [SortName, ...SortName[]]): ShownSort => {
  const [path, go] = useLocation();
  const asked = new URLSearchParams(useSearch());
  const name = names.find((known) => known === asked.get('sort')) ?? names[0];
  const sort = { name, isDescending: asked.get('order') === 'desc' };
  const show = useCallback(
    (wanted: Sort) => go(`${path}${questionOf(wanted, names)}`),
    [go, path, names],
  );
  return { sort, question: questionOf(sort, names), show };
};
