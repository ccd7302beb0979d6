/** Which view the address asks for. All but the first two come when they are wanted. */
import type { ReactElement } from 'react';
import { Link, Route, Switch } from 'wouter';
import { later } from './later';
import { useViewTitle } from './use-view-title';
import { HomeView } from './views/HomeView';
import { SongsView } from './views/SongsView';

const { View: AlbumsView } = later(async () => (await import('./views/AlbumsView')).AlbumsView);
const { View: AlbumView } = later(async () => (await import('./views/AlbumView')).AlbumView);
const { View: GroupingsView } = later(
  async () => (await import('./views/GroupingsView')).GroupingsView,
);
const { View: GroupingView } = later(
  async () => (await import('./views/GroupingView')).GroupingView,
);
const { View: KeptView } = later(async () => (await import('./views/KeptView')).KeptView);
const { View: FavouritesView } = later(
  async () => (await import('./behind-first-view')).FavouritesView,
);
const { View: PlaylistsView } = later(
  async () => (await import('./behind-first-view')).PlaylistsView,
);
const { View: PlaylistView } = later(
  async () => (await import('./behind-first-view')).PlaylistView,
);
const { View: SearchView } = later(async () => (await import('./views/SearchView')).SearchView);

/** React's key: another album is another view, with nothing left of the one before. */
const keyed = (view: (id: string) => ReactElement) => (params: { readonly id?: string }) =>
  view(params.id ?? '');

const NoView = (): ReactElement => {
  useViewTitle('Nothing here');
  return (
    <p className="empty-text">
      There is nothing at this address. <Link href="/">Go to the library</Link>
    </p>
  );
};

export const Views = (): ReactElement => (
  <Switch>
    <Route path="/">
      <HomeView />
    </Route>
    <Route path="/songs">
      <SongsView />
    </Route>
    <Route path="/albums">
      <AlbumsView />
    </Route>
    <Route path="/albums/:id">
      {keyed((id) => (
        <AlbumView key={id} id={id} />
      ))}
    </Route>
    <Route path="/artists">
      <GroupingsView key="artists" kind="artists" />
    </Route>
    <Route path="/artists/:id">
      {keyed((id) => (
        <GroupingView key={`artist ${id}`} kind="artists" id={id} />
      ))}
    </Route>
    <Route path="/genres">
      <GroupingsView key="genres" kind="genres" />
    </Route>
    <Route path="/genres/:id">
      {keyed((id) => (
        <GroupingView key={`genre ${id}`} kind="genres" id={id} />
      ))}
    </Route>
    <Route path="/favourites">
      <FavouritesView />
    </Route>
    <Route path="/playlists">
      <PlaylistsView />
    </Route>
    <Route path="/playlists/:id">
      {keyed((id) => (
        <PlaylistView key={id} id={id} />
      ))}
    </Route>
    <Route path="/kept">
      <KeptView />
    </Route>
    <Route path="/search">
      <SearchView />
    </Route>
    <Route>
      <NoView />
    </Route>
  </Switch>
);
