/** Asks into which playlist something is to be put, once it is wanted. */
import { useEffect, type ReactElement } from 'react';
import { later } from './later';
import { useListsDoor, usePlaylistWish } from './use-lists';

const dialog = later(async () => (await import('./behind-first-view')).PlaylistDialog);

export const AskPlaylist = (): ReactElement | null => {
  const door = useListsDoor();
  const wish = usePlaylistWish();
  useEffect(() => {
    // Behind the first view, which then shows hearts; what fails is told when it is wanted.
    door?.open().catch(() => undefined);
    if (door) dialog.load().catch(() => undefined);
  }, [door]);
  return door && wish && <dialog.View door={door} wish={wish} />;
};
