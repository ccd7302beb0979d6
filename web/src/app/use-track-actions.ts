/** What the buttons on a row of the library do: functions that stay the same for all rows. */
import { useCallback, useMemo, type RefObject } from 'react';
import type { TrackItems } from './library-data';
import { usePage } from './page-context';
import type { TrackActions } from './TrackRow';
import { useIntent } from './use-intent';

/** `list`: the list on the page; what follows a track that is played is that list. */
export const useTrackActions = (list: TrackItems): TrackActions => {
  const { player, listPlayer, say } = usePage();
  return useMemo(
    () => ({
      onPlay: (track, index) => {
        if (player.getSnapshot().track?.id === track.id) player.toggle();
        else listPlayer.play(list, index);
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
    [player, listPlayer, say, list],
  );
};

/** Of the element with the list's rows: what is about to be clicked is made ready. */
export const useListIntent = <Rows extends HTMLElement>(
  list: TrackItems,
): RefObject<Rows | null> => {
  const { player } = usePage();
  return useIntent<Rows>(
    useCallback(
      (trackId, isPressed) => {
        const track = trackId === null ? null : list.find(({ id }) => id === trackId);
        player.prepare(track, isPressed);
      },
      [player, list],
    ),
  );
};
