/** Why nothing sounds yet, how much has come of what is needed, and the original meanwhile. */
import type { ReactElement } from 'react';
import type { Progress } from '../engine/engine-protocol';
import type { Player } from '../player/player';
import type { PlayerMode } from '../player/player-types';
import { ORIGINAL_MEANWHILE, waitWords } from './wait-words';

type Props = {
  readonly player: Player;
  readonly wait: Progress;
  /** What plays the track when it comes. */
  readonly mode: PlayerMode;
};

export const WaitNotice = ({ player, wait, mode }: Props): ReactElement => {
  const { headline, detail } = waitWords(wait, mode);
  return (
    <div className="notice" role="status" data-testid="wait-notice">
      <p>
        <strong>{headline}</strong> {detail}
      </p>
      {mode === 'enhanced' && (
        <div className="notice-actions">
          <button type="button" onClick={() => player.playOriginal(ORIGINAL_MEANWHILE)}>
            Play the original meanwhile
          </button>
        </div>
      )}
    </div>
  );
};
