/** Of what plays, only what rows show: they do not render for anything else. */
import { useCallback, useSyncExternalStore } from 'react';
import type { Player } from '../player/player';

export type Now = { readonly currentId: string | null; readonly isPlaying: boolean };

export const useNow = (player: Player): Now => {
  const currentId = useSyncExternalStore(
    player.subscribe,
    useCallback(() => player.getSnapshot().track?.id ?? null, [player]),
  );
  const isPlaying = useSyncExternalStore(
    player.subscribe,
    useCallback(() => player.getSnapshot().state === 'playing', [player]),
  );
  return { currentId, isPlaying };
};
