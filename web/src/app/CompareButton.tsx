/** Original against enhanced, equally loud: each press goes from one to the other. */
import type { ReactElement } from 'react';
import type { Player } from '../player/player';
import type { PlayerSnapshot } from '../player/player-types';

/** What is not enhanced cannot be compared with the original. */
const canCompare = ({ mode, settings }: PlayerSnapshot): boolean =>
  mode === 'enhanced' && settings.enhanced && settings.intensity > 0;

export const pressCompare = (player: Player): void => {
  const snapshot = player.getSnapshot();
  if (!canCompare(snapshot)) return;
  const isOriginal = snapshot.settings.compare === 'original';
  player.setSettings({ compare: isOriginal ? 'enhanced' : 'original' });
};

/** False: there was no comparison. */
export const leaveCompare = (player: Player): boolean => {
  if (player.getSnapshot().settings.compare === 'off') return false;
  player.setSettings({ compare: 'off' });
  return true;
};

const LABELS = {
  off: 'Compare with the original',
  original: 'You hear the original, equally loud. Hear the enhanced',
  enhanced: 'You hear the enhanced, equally loud. Hear the original',
} as const;

type Props = { readonly player: Player; readonly snapshot: PlayerSnapshot };

export const CompareButton = ({ player, snapshot }: Props): ReactElement => {
  const { compare } = snapshot.settings;
  return (
    <div className="compare">
      <button
        type="button"
        className={`chip compare-${compare}`}
        aria-label={LABELS[compare]}
        title="Original and enhanced, equally loud (C)"
        disabled={!canCompare(snapshot)}
        onClick={() => pressCompare(player)}
      >
        {compare === 'off' ? (
          'Compare'
        ) : (
          <>
            <span className="side-original">Original</span>
            <span className="side-enhanced">Enhanced</span>
          </>
        )}
      </button>
      {compare !== 'off' && (
        <button
          type="button"
          className="chip chip-leave"
          aria-label="Leave the comparison"
          title="Leave (Esc)"
          onClick={() => leaveCompare(player)}
        >
          ×
        </button>
      )}
    </div>
  );
};
