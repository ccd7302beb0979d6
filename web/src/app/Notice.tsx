/** What went wrong or is different, in words, with what can be done about it. */
import type { ReactElement } from 'react';
import type { Player } from '../player/player';
import type { PlayerFailure, PlayerSnapshot } from '../player/player-types';
import { sentence } from './format';

const HEADLINES: Readonly<Record<PlayerFailure['code'], string>> = {
  network: 'The connection failed',
  unsupported: 'This format cannot be played',
  corrupt: 'This file is damaged',
  quota: 'The browser has no room for more audio',
  aborted: 'Playing was interrupted',
  internal: 'Something went wrong in the player',
};

type Props = { readonly player: Player; readonly snapshot: PlayerSnapshot };

type ErrorProps = {
  readonly player: Player;
  readonly failure: PlayerFailure;
  /** There is something left to try that has not failed yet. */
  readonly offersOriginal: boolean;
};

const ErrorNotice = ({ player, failure, offersOriginal }: ErrorProps): ReactElement => (
  <div className="notice notice-error" role="alert">
    <p>
      <strong>{HEADLINES[failure.code]}.</strong> {sentence(failure.message)}
    </p>
    <div className="notice-actions">
      <button type="button" onClick={() => player.retry()}>
        Try again
      </button>
      {offersOriginal && (
        <button
          type="button"
          onClick={() => player.playOriginal('You chose the original after an error.')}
        >
          Play the original
        </button>
      )}
    </div>
  </div>
);

export const Notice = ({ player, snapshot }: Props): ReactElement | null => {
  const { error, reconnecting, mode, modeReason, state } = snapshot;
  if (error) {
    const offersOriginal = error.code !== 'network' && mode !== 'original';
    return <ErrorNotice player={player} failure={error} offersOriginal={offersOriginal} />;
  }
  if (state === 'blocked') {
    return (
      <div className="notice" role="status">
        <p>
          <strong>The browser waits for you.</strong> It plays sound only after a click.
        </p>
        <div className="notice-actions">
          <button type="button" onClick={() => player.play()}>
            Play
          </button>
        </div>
      </div>
    );
  }
  if (reconnecting) {
    return (
      <div className="notice" role="status">
        <p>
          <strong>Reconnecting</strong> (attempt {reconnecting.attempt}).{' '}
          {sentence(reconnecting.message)}
        </p>
      </div>
    );
  }
  if (mode === 'original') {
    return (
      <div className="notice notice-warning" role="status" data-testid="original-notice">
        <p>
          <strong>You hear the original, not enhanced.</strong> {sentence(modeReason ?? '')}
        </p>
      </div>
    );
  }
  return null;
};
