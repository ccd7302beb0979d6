/** What went wrong or is different, in words, with what can be done about it. */
import { useContext, useState, type ReactElement } from 'react';
import type { Player } from '../player/player';
import type {
  PlayerFailure,
  PlayerSnapshot,
  PlayerTrack,
  SkippedTrack,
} from '../player/player-types';
import { FAILURES_IN_A_ROW_MAX } from '../player/skip-run';
import { isLocalAddress } from '../shared/local-address';
import type { TrackWarning } from '../shared/vocabulary';
import { failureHeadline, NOT_KEPT } from './failure-words';
import { sentence } from './format';
import { LocalDoorContext } from './local-door';
import { useConnection } from './use-connection';
import { ORIGINAL_MEANWHILE } from './wait-words';
import { WaitNotice } from './WaitNotice';
import { warningSentences } from './warning-words';

type Props = { readonly player: Player; readonly snapshot: PlayerSnapshot };

type ErrorProps = {
  readonly player: Player;
  readonly failure: PlayerFailure;
  /** It is a file of this device, and to be opened again. */
  readonly isLocal: boolean;
  /** There is something left to try that has not failed yet. */
  readonly offersOriginal: boolean;
  /** The tracks before it failed as well, so that the player has stopped. */
  readonly gaveUp: boolean;
  readonly isAway: boolean;
};

/** A file of this device that is not open, or was changed since it was. */
const isToOpenAgain = (track: PlayerTrack | null, { code }: PlayerFailure): boolean =>
  code === 'closed' || (code === 'gone' && track !== null && isLocalAddress(track.url));

/** Of a file on this device: the browser asks for leave, or the listener chooses it once more. */
const OpenAgainButton = (): ReactElement | null => {
  const door = useContext(LocalDoorContext);
  const [words, setWords] = useState('');
  if (!door) return null;
  return (
    <>
      <span role="status">{words}</span>
      <button type="button" onClick={() => void door.reopen().then(setWords)}>
        Open it again
      </button>
    </>
  );
};

const BACK_WORDS = 'It can be played when the server is reached again.';

const ErrorNotice = ({
  player,
  failure,
  isLocal,
  offersOriginal,
  gaveUp,
  isAway,
}: ErrorProps): ReactElement => (
  <div className="notice notice-error" role="alert">
    <p>
      <strong>{failureHeadline(failure, isAway)}.</strong>{' '}
      {isAway && failure.code === 'network' ? BACK_WORDS : sentence(failure.message)}
      {gaveUp && (
        <>
          {' '}
          {FAILURES_IN_A_ROW_MAX} tracks in a row could not be played, so the player has stopped.
        </>
      )}
    </p>
    <div className="notice-actions">
      {isLocal ? (
        <OpenAgainButton />
      ) : (
        <button type="button" onClick={() => player.retry()}>
          Try again
        </button>
      )}
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

type SkippedProps = {
  readonly player: Player;
  readonly skipped: readonly SkippedTrack[];
  /** A file of this device is among them, and no other words offer to open it again. */
  readonly offersOpening: boolean;
};

const SkippedNotice = ({ player, skipped, offersOpening }: SkippedProps): ReactElement => (
  <div className="notice" role="status" data-testid="skipped-notice">
    <div>
      {skipped.map(({ track, failure }) => (
        <p key={track.id}>
          <strong>“{track.title}” was skipped.</strong> {failureHeadline(failure)}.{' '}
          <span className="notice-detail">{sentence(failure.message)}</span>
        </p>
      ))}
    </div>
    <div className="notice-actions">
      {offersOpening && <OpenAgainButton />}
      <button type="button" onClick={() => player.dismissSkipped()}>
        Dismiss
      </button>
    </div>
  </div>
);

/** The track plays all the same: nothing here stops or changes the sound. */
const WarningNotice = ({
  warnings,
}: {
  readonly warnings: readonly TrackWarning[];
}): ReactElement | null => {
  const [dismissed, setDismissed] = useState<readonly TrackWarning[] | null>(null);
  if (dismissed === warnings) return null;
  return (
    <div className="notice" role="status" data-testid="warning-notice">
      <div>
        <p>
          <strong>This file is not quite in order.</strong>
        </p>
        <ul>
          {warningSentences(warnings).map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </div>
      <div className="notice-actions">
        <button type="button" onClick={() => setDismissed(warnings)}>
          Dismiss
        </button>
      </div>
    </div>
  );
};

/** The browser would not get the file either. */
const HOPELESS: readonly PlayerFailure['code'][] = ['network', 'gone', 'closed'];

/** How the player itself is; one thing at a time. */
const StateNotice = ({ player, snapshot }: Props): ReactElement | null => {
  const { error, gaveUp, reconnecting, wait, mode, modeReason, state, track } = snapshot;
  const { isAway } = useConnection();
  if (error) {
    return (
      <ErrorNotice
        player={player}
        failure={error}
        isLocal={isToOpenAgain(track, error)}
        offersOriginal={!HOPELESS.includes(error.code) && mode !== 'original'}
        gaveUp={gaveUp}
        isAway={isAway}
      />
    );
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
  // One connection that was lost is no news while the music plays.
  if (reconnecting && (reconnecting.attempt > 1 || state !== 'playing')) {
    return (
      <div className="notice" role="status">
        {isAway ? (
          <p>
            <strong>{NOT_KEPT}.</strong> {BACK_WORDS}
          </p>
        ) : (
          <p>
            <strong>Reconnecting</strong> (attempt {reconnecting.attempt}).{' '}
            {sentence(reconnecting.message)}
          </p>
        )}
      </div>
    );
  }
  if (wait && (state === 'loading' || state === 'buffering')) {
    return <WaitNotice player={player} wait={wait} mode={mode} />;
  }
  if (mode === 'original') {
    return (
      <div className="notice notice-warning" role="status" data-testid="original-notice">
        <p>
          <strong>You hear the original, not enhanced.</strong> {sentence(modeReason ?? '')}
        </p>
        {modeReason === ORIGINAL_MEANWHILE && (
          <div className="notice-actions">
            <button type="button" onClick={() => player.retry()}>
              Enhance it now
            </button>
          </div>
        )}
      </div>
    );
  }
  return null;
};

export const Notice = ({ player, snapshot }: Props): ReactElement => {
  const { skipped, warnings, error } = snapshot;
  const offersOpening =
    !error && skipped.some(({ track, failure }) => isToOpenAgain(track, failure));
  return (
    <>
      {skipped.length > 0 && (
        <SkippedNotice player={player} skipped={skipped} offersOpening={offersOpening} />
      )}
      <StateNotice player={player} snapshot={snapshot} />
      {warnings.length > 0 && !error && <WarningNotice warnings={warnings} />}
    </>
  );
};
