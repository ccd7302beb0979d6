/** What the app says of itself, above the player bar: a new version, the offer to install it. */
import type { ReactElement } from 'react';
import type { Player } from '../player/player';
import type { InstallOffer } from './install-offer';
import { InstallNotice } from './InstallNotice';
import type { ServiceWorkerLink } from './service-worker-link';
import { UpdateNotice } from './UpdateNotice';

type Props = {
  /** null: no service worker here. */
  readonly link: ServiceWorkerLink | null;
  readonly offer: InstallOffer;
  readonly player: Player;
};

export const AppNotices = ({ link, offer, player }: Props): ReactElement => (
  <div className="app-notices">
    {link && <UpdateNotice link={link} />}
    <InstallNotice offer={offer} player={player} />
  </div>
);
