/**
 * What is fetched as one as soon as the first view is there: the queue and the listener's own
 * lists, which have much in common.
 */
export { openLists } from './my-lists/open-lists';
export { PlaylistDialog } from './my-lists/PlaylistDialog';
export { QueuePanel } from './QueuePanel';
export { FavouritesView } from './views/FavouritesView';
export { PlaylistsView } from './views/PlaylistsView';
export { PlaylistView } from './views/PlaylistView';
