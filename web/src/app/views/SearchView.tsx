/** What is found for the words in the address: albums, artists, genres, and every song. */
import { useCallback, type ReactElement } from 'react';
import { Link } from 'wouter';
import { AlbumShelf } from '../AlbumGrid';
import type { Grouping } from '../library-client';
import type { Found, LibraryData } from '../library-data';
import { useQuery } from '../navigation';
import { usePage } from '../page-context';
import { TrackList } from '../TrackList';
import { useAnswer } from '../use-library';
import { useViewTitle } from '../use-view-title';

const KIND_COUNT = 6;

type NamesProps = {
  readonly label: string;
  readonly kind: 'artists' | 'genres';
  readonly names: readonly Grouping[];
};

const Names = ({ label, kind, names }: NamesProps): ReactElement | null =>
  names.length === 0 ? null : (
    <section aria-label={label}>
      <h3>{label}</h3>
      <ul className="found-names">
        {names.map(({ id, name }) => (
          <li key={id}>
            <Link href={`/${kind}/${id}`} className="button">
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );

const Results = ({ query }: { readonly query: string }): ReactElement => {
  const { data } = usePage();
  const ask = useCallback(
    (from: LibraryData, signal: AbortSignal) => from.search(query, KIND_COUNT, signal),
    [query],
  );
  // What was found for other words stays until there is something newer: nothing flickers.
  const found = useAnswer<Found>(ask);
  return (
    <>
      {found && (
        <>
          <Names label="Artists" kind="artists" names={found.artists} />
          <Names label="Genres" kind="genres" names={found.genres} />
          {found.albums.length > 0 && (
            <section aria-label="Albums">
              <h3>Albums</h3>
              <AlbumShelf label="Albums" albums={found.albums} />
            </section>
          )}
        </>
      )}
      <section aria-label="Songs">
        <h3>Songs</h3>
        <TrackList
          list={data.tracks(`tracks?search=${encodeURIComponent(query)}`)}
          emptyText={`No song matches “${query}”.`}
        />
      </section>
    </>
  );
};

export const SearchView = (): ReactElement => {
  const query = useQuery().trim();
  useViewTitle(query === '' ? 'Search' : `Search for “${query}”`);
  return (
    <>
      <h2 className={query === '' ? '' : 'visually-hidden'}>Search</h2>
      {query === '' ? (
        <p className="empty-text">Search for songs, albums, artists and genres.</p>
      ) : (
        <Results query={query} />
      )}
    </>
  );
};
