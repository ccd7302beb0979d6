/** Why nothing sounds yet, how much has come of what is needed, and the original meanwhile. */
import type { ReactElement } from 'react';
import type { Progress } from '../engine/engine-protocol';
import type { Player } from '../player/player';
import { waitWords } from './wait-words';

type Props = { readonly player: Player; readonly wait: Progress };

/** Shown while the original plays. */
const ORIGINAL_MEANWHILE =
  'You chose it while the enhanced sound was on its way. The next track is enhanced again, and ' +
  'this one when you choose it again.';

export const WaitNotice = ({ player, wait }: Props): ReactElement => {
  const { headline, detail } = waitWords(wait);
  return (
    <div className="notice" role="status" data-testid="wait-notice">
      <p>
        <strong>{headline}</strong> {detail}
      </p>
      <div className="notice-actions">
        <button type="button" onClick={() => player.playOriginal(ORIGINAL_MEANWHILE)}>
          Play the original meanwhile
        </button>
      </div>
    </div>
  );
};
