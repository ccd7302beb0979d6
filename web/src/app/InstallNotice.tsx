/** Offers to install the app, when the time has come (install-offer.ts). */
import { useEffect, useSyncExternalStore, type ReactElement } from 'react';
import type { Player } from '../player/player';
import type { InstallOffer } from './install-offer';

type Props = { readonly offer: InstallOffer; readonly player: Player };

const LOOK_MS = 5000;

export const InstallNotice = ({ offer, player }: Props): ReactElement | null => {
  const way = useSyncExternalStore(offer.subscribe, offer.getWay);
  useEffect(() => {
    const timer = window.setInterval(() => {
      if (player.getSnapshot().state === 'playing') offer.heard(LOOK_MS / 1000);
    }, LOOK_MS);
    return () => window.clearInterval(timer);
  }, [offer, player]);
  if (way === 'none') return null;
  return (
    <div className="notice" role="status" data-testid="install-notice">
      <p>
        <strong>Install Auralis?</strong>{' '}
        {way === 'prompt'
          ? 'It opens like an app, also without a network.'
          : 'Choose Share, then Add to Home Screen: it opens like an app, also without a network.'}
      </p>
      <div className="notice-actions">
        {way === 'prompt' && (
          <button type="button" onClick={() => offer.accept()}>
            Install
          </button>
        )}
        <button type="button" className="quiet" onClick={() => offer.turnDown()}>
          No, thanks
        </button>
      </div>
    </div>
  );
};
