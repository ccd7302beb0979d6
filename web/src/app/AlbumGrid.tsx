/** Albums as a grid of covers of any length, or as a row of a few. */
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { Artwork } from './Artwork';
import { joinFacts } from './format';
import { GridCell, ItemGrid, type Cells, type Place } from './ItemGrid';
import type { Album } from './library-client';
import type { AlbumItems } from './library-data';

/** The two lines below a cover; as in lists.css. */
const WORDS_PX = 56;
const CELLS: Cells = {
  minWidthPx: 150,
  gapPx: 18,
  heightPxOf: (widthPx) => widthPx + WORDS_PX,
};

const aboutOf = ({ artist, year }: Album): string =>
  joinFacts([artist, year === null ? '' : String(year)]);

export const albumTitle = (name: string): string => (name === '' ? 'Without a name' : name);

const Card = ({ album, isActive }: { album: Album; isActive: boolean }): ReactElement => (
  <Link href={`/albums/${album.id}`} className="card" data-rove tabIndex={isActive ? 0 : -1}>
    <Artwork
      track={{ album: album.name, title: album.name, artworkUrl: album.artworkUrl }}
      size="whole"
    />
    <span className="card-name">{albumTitle(album.name)}</span>
    <span className="card-about">{aboutOf(album)}</span>
  </Link>
);

const renderAlbum = (album: Album, place: Place): ReactElement => (
  <GridCell place={place}>
    <Card album={album} isActive={place.isActive} />
  </GridCell>
);

const keyOf = ({ id }: Album): string => id;

export const AlbumGrid = ({ list }: { readonly list: AlbumItems }): ReactElement => (
  <ItemGrid
    list={list}
    label="Albums"
    className="albums"
    cells={CELLS}
    keyOf={keyOf}
    renderItem={renderAlbum}
  />
);

type ShelfProps = { readonly label: string; readonly albums: readonly Album[] };

/** A few albums; as many as fit, in one or two rows. */
export const AlbumShelf = ({ label, albums }: ShelfProps): ReactElement => (
  <ul className="shelf" aria-label={label}>
    {albums.map((album) => (
      <li key={album.id}>
        <Card album={album} isActive />
      </li>
    ))}
  </ul>
);
