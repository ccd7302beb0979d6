/** While the server is away: of when that is what the page shows, and what plays all the same. */
import { useEffect, type ReactElement } from 'react';
import { Link } from 'wouter';
import { SIGN_IN_ADDRESS, type LoginWish } from '../shared/offline-protocol';
import { formatMoment } from './format';
import { useConnection } from './use-connection';

type Props = {
  /** The server is back: what is shown can be asked for again. */
  readonly onBack: () => void;
};

const WISH_WORDS: Readonly<Record<LoginWish, string>> = {
  now: 'The server wants a name and a password.',
  later: 'Too many wrong passwords were tried. You can sign in again in a minute.',
};

export const OfflineNotice = ({ onBack }: Props): ReactElement | null => {
  const { isAway, knownAtMs, wantsLogin, look, renew } = useConnection();
  const isOutdated = !isAway && knownAtMs !== null;
  useEffect(() => {
    if (!isOutdated) return;
    renew();
    onBack();
  }, [isOutdated, onBack, renew]);
  if (!isAway) return null;
  return (
    <div className="notice offline-notice" role="status" data-testid="offline-notice">
      <p>
        <strong>{wantsLogin === null ? 'You are offline.' : WISH_WORDS[wantsLogin]}</strong>{' '}
        {knownAtMs !== null &&
          `This is the library as it was known on ${formatMoment(knownAtMs)}. `}
        What you have heard whole or <Link href="/kept">keep on this device</Link> still plays.
      </p>
      <div className="notice-actions">
        {wantsLogin === null ? (
          <button type="button" onClick={() => void look()}>
            Look again
          </button>
        ) : (
          <a href={SIGN_IN_ADDRESS}>Sign in</a>
        )}
      </div>
    </div>
  );
};
