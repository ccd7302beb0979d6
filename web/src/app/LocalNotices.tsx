/** Files of this device: what was shared and waits for a word, and a walk that takes its time. */
import { useEffect, useState, type ReactElement } from 'react';
import type { Looking } from './local/looker';
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

/** Mounted when a walk begins. */
const LookingNotice = ({ looking }: { readonly looking: Looking }): ReactElement | null => {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setSlow(true), SLOW_MS);
    return () => window.clearTimeout(timer);
  }, []);
  if (!isSlow) return null;
  const { lookedCount, foundCount } = looking;
  return (
    <div className="notice" data-testid="looking-notice">
      {/* The numbers are not read out, one after another. */}
      <p>
        <strong role="status">Looking for audio.</strong> {foundCount.toLocaleString('en')} of{' '}
        {lookedCount.toLocaleString('en')} files and folders so far.
      </p>
      <div className="notice-actions">
        <button type="button" className="quiet" onClick={looking.stop}>
          Stop
        </button>
      </div>
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
    {offer && (
      <div className="notice" role="status" data-testid="shared-notice">
        <p>
          <strong>{countWords(offer.names.length)}</strong> {nameWords(offer.names)}.{' '}
          {offer.leftOut}
        </p>
        <div className="notice-actions">
          <button type="button" onClick={onPlay}>
            Play
          </button>
          <button type="button" className="quiet" onClick={onAdd}>
            Add to queue
          </button>
          <button type="button" className="quiet" onClick={onDiscard}>
            Discard
          </button>
        </div>
      </div>
    )}
  </div>
);
