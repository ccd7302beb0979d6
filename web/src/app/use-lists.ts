/** The listener's own lists, for React. */
import { createContext, use, useCallback, useSyncExternalStore } from 'react';
import type { ListsState } from '../lists/listener-lists';
import type { ListsDoor, PlaylistWish } from './lists-door';

/** A page without one has no lists. */
export const ListsContext = createContext<ListsDoor | null>(null);

const NEVER = (): (() => void) => () => undefined;
const NOTHING = (): null => null;

export const useListsDoor = (): ListsDoor | null => use(ListsContext);

/** null: nothing is known of them yet. */
export const useListsState = (): ListsState | null => {
  const door = useListsDoor();
  return useSyncExternalStore(door?.subscribe ?? NEVER, door?.getState ?? NOTHING);
};

export const usePlaylistWish = (): PlaylistWish | null => {
  const door = useListsDoor();
  return useSyncExternalStore(door?.subscribe ?? NEVER, door?.getWish ?? NOTHING);
};

export const useIsFavourite = (id: string): boolean => {
  const door = useListsDoor();
  const look = useCallback(() => door?.isFavourite(id) ?? false, [door, id]);
  return useSyncExternalStore(door?.subscribe ?? NEVER, look);
};
