/** What the buttons on a row of the library do: functions that stay the same for all rows. */
import { useLayoutEffect, useMemo, useRef } from 'react';
import type { Player } from '../player/player';
import type { LibraryTrack } from './library-client';
import type { TrackActions } from './TrackList';

/** `shown`: the list on the page; what follows a track that is played is that list. */
export const useTrackActions = (
  player: Player,
  shown: readonly LibraryTrack[],
  say: (words: string) => void,
): TrackActions => {
  const latest = useRef(shown);
  useLayoutEffect(() => {
    latest.current = shown;
  }, [shown]);
  return useMemo(
    () => ({
      onPlay: (track) => {
        const { current: tracks } = latest;
        if (player.getSnapshot().track?.id === track.id) player.toggle();
        else player.playNow(tracks, tracks.indexOf(track));
      },
      onPlayNext: (track) => {
        player.playNext([track]);
        say(`“${track.title}” plays next.`);
      },
      onEnqueue: (track) => {
        player.enqueue([track]);
        say(`“${track.title}” was added to the queue.`);
      },
    }),
    [player, say],
  );
};
