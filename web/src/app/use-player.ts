/** React's view of the player. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Player } from '../player/player';
import type { PlayerSnapshot } from '../player/player-types';
import type { TimeRange } from '../player/source-buffer-queue';

export const usePlayerSnapshot = (player: Player): PlayerSnapshot =>
  useSyncExternalStore(player.subscribe, player.getSnapshot);

export type Progress = {
  readonly positionSeconds: number;
  readonly buffered: readonly TimeRange[];
};

const REFRESH_MS = 200;

const readProgress = (player: Player): Progress => ({
  positionSeconds: player.positionSeconds,
  buffered: player.bufferedRanges,
});

/** Position and buffer, five times a second and at once when the state or the place changes. */
export const useProgress = (player: Player): Progress => {
  const [progress, setProgress] = useState(() => readProgress(player));
  useEffect(() => {
    const refresh = (): void => setProgress(readProgress(player));
    const timer = window.setInterval(refresh, REFRESH_MS);
    const stops = [player.subscribe(refresh), player.on('seek', refresh)];
    return () => {
      window.clearInterval(timer);
      for (const stop of stops) stop();
    };
  }, [player]);
  return progress;
};
