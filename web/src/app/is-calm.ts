/** Whether what is heard can do without the network for a while. */
import { CALM_AHEAD_SECONDS } from '../player/limits';
import type { Player } from '../player/player';

/** The last moments of a track are never far ahead of anything. */
const END_SECONDS = 0.5;

export const isCalm = (
  player: Pick<Player, 'getSnapshot' | 'positionSeconds' | 'bufferedRanges'>,
): boolean => {
  const { state, mode, durationSeconds } = player.getSnapshot();
  if (state === 'loading' || state === 'buffering') return false;
  // What the browser has of an original file it does not tell here.
  if (state !== 'playing' || mode === 'original') return true;
  const { positionSeconds, bufferedRanges } = player;
  const here = bufferedRanges.find(
    ({ startSeconds, endSeconds }) =>
      startSeconds <= positionSeconds && positionSeconds < endSeconds,
  );
  const enoughSeconds = Math.min(
    positionSeconds + CALM_AHEAD_SECONDS,
    durationSeconds - END_SECONDS,
  );
  return (here?.endSeconds ?? positionSeconds) >= enoughSeconds;
};
