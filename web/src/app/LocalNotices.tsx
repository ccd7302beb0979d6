/** Files of this device: what was shared and waits for a word, and a walk that takes its time. */
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import type { Looking } from './local/looker';
import { PLAYER_BAR_ID } from './player-bar-id';
import type { SharedOffer } from './shared-offer';

export type LocalNoticesProps = {
  /** null: nothing waits. */
  readonly offer: SharedOffer | null;
  /** null: nothing is looked through. */
  readonly looking: Looking | null;
  readonly onPlay: () => void;
  readonly onAdd: () => void;
  readonly onDiscard: () => void;
};

const countWords = (count: number): string =>
  count === 1 ? '1 shared file.' : `${count.toLocaleString('en')} shared files.`;

const nameWords = ([first, second, ...others]: readonly string[]): string => {
  if (second === undefined) return `“${first}”`;
  if (others.length === 0) return `“${first}” and “${second}”`;
  return `“${first}” and ${(others.length + 1).toLocaleString('en')} more`;
};

/** Whoever opens a few files sees nothing of it. */
const SLOW_MS = 700;

/** The buttons of a notice that goes with the answer: the focus goes on to the player then. */
const Actions = ({ children }: { readonly children: ReactNode }): ReactElement => {
  const actions = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = actions.current;
    return () => {
      if (element?.contains(document.activeElement) !== true) return;
      document.getElementById(PLAYER_BAR_ID)?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div className="notice-actions" ref={actions}>
      {children}
    </div>
  );
};

/** Mounted when a walk begins: a live region has to be there before its words are. */
const LookingNotice = ({ looking }: { readonly looking: Looking }): ReactElement => {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setSlow(true), SLOW_MS);
    return () => window.clearTimeout(timer);
  }, []);
  const { lookedCount, foundCount } = looking;
  return (
    <div className={isSlow ? 'notice' : undefined} data-testid="looking-notice">
      <p>
        <strong role="status">{isSlow && 'Looking for audio.'}</strong>
        {/* The numbers are not read out, one after another. */}
        {isSlow &&
          ` ${foundCount.toLocaleString('en')} of ${lookedCount.toLocaleString('en')} ` +
            'files and folders so far.'}
      </p>
      {isSlow && (
        <Actions>
          <button type="button" className="quiet" onClick={looking.stop}>
            Stop
          </button>
        </Actions>
      )}
    </div>
  );
};

export const LocalNotices = ({
  offer,
  looking,
  onPlay,
  onAdd,
  onDiscard,
}: LocalNoticesProps): ReactElement => (
  <div className="app-notices">
    {looking && <LookingNotice looking={looking} />}
    <div className={offer ? 'notice' : undefined} data-testid={offer ? 'shared-notice' : undefined}>
      <div role="status">
        {offer && (
          <p>
            <strong>{countWords(offer.names.length)}</strong> {nameWords(offer.names)}.{' '}
            {offer.leftOut}
          </p>
        )}
      </div>
      {offer && (
        <Actions>
          <button type="button" onClick={onPlay}>
            Play
          </button>
          <button type="button" className="quiet" onClick={onAdd}>
            Add to queue
          </button>
          <button type="button" className="quiet" onClick={onDiscard}>
            Discard
          </button>
        </Actions>
      )}
    </div>
  </div>
);
