/** All artists, or all genres. */
import type { ReactElement } from 'react';
import { countWords, GroupingGrid } from '../GroupingGrid';
import { ListNotice } from '../ListNotice';
import { usePage } from '../page-context';
import { useFirstItems } from '../use-library';
import { useViewTitle } from '../use-view-title';
import { ViewHead } from '../ViewHead';

const WORDS = {
  artists: { title: 'Artists', one: 'artist', many: 'artists' },
  genres: { title: 'Genres', one: 'genre', many: 'genres' },
} as const;

export const GroupingsView = ({ kind }: { kind: 'artists' | 'genres' }): ReactElement => {
  const { data } = usePage();
  const list = data.groupings(kind);
  const { total } = useFirstItems(list);
  const { title, one, many } = WORDS[kind];
  useViewTitle(title);
  return (
    <>
      <ViewHead title={title} about={total ? countWords(total, one, many) : ''} />
      <ListNotice list={list} emptyText={`No file of the library names ${many}.`} />
      <GroupingGrid kind={kind} label={title} list={list} />
    </>
  );
};
