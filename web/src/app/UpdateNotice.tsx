/** Offers a new version of the app; it comes by itself when the app is started the next time. */
import { useState, useSyncExternalStore, type ReactElement } from 'react';
import type { ServiceWorkerLink } from './service-worker-link';

type Props = { readonly link: Pick<ServiceWorkerLink, 'subscribe' | 'hasUpdate' | 'useNow'> };

export const UpdateNotice = ({ link }: Props): ReactElement | null => {
  const hasUpdate = useSyncExternalStore(link.subscribe, link.hasUpdate);
  const [isDismissed, setDismissed] = useState(false);
  const [isChanging, setChanging] = useState(false);
  if (!hasUpdate || isDismissed) return null;
  return (
    <div className="notice" role="status" data-testid="update-notice">
      <p>
        <strong>A new version is ready.</strong> It comes with the next start.
      </p>
      <div className="notice-actions">
        <button
          type="button"
          disabled={isChanging}
          onClick={() => {
            setChanging(true);
            link.useNow();
          }}
        >
          Use it now
        </button>
        <button type="button" className="quiet" onClick={() => setDismissed(true)}>
          Later
        </button>
      </div>
    </div>
  );
};
