/** Connects what knows of service workers and of installing with this browser's own. */
import type { Player } from '../player/player';
import { isServiceWorkerOff } from '../shared/offline-protocol';
import { browserClock } from './browser-platform';
import { InstallOffer, isInTabOfIos, type InstallPromptEvent } from './install-offer';
import type { TextStore } from './preferences';
import { removeServiceWorker, ServiceWorkerLink, untilQuiet } from './service-worker-link';

const pageLoad = (): Promise<unknown> =>
  document.readyState === 'complete'
    ? Promise.resolve()
    : new Promise((resolve) => window.addEventListener('load', resolve, { once: true }));

const reload = (): void => location.reload();

const fetchedUrls = (): string[] =>
  performance.getEntriesByType('resource').map(({ name }) => name);

/** null: there is none here (no secure context), or none is wanted (`?sw=off`). */
export const connectServiceWorker = (player: Player): ServiceWorkerLink | null => {
  if (!('serviceWorker' in navigator)) return null;
  const { serviceWorker: container } = navigator;
  if (isServiceWorkerOff(location.search)) {
    // Where even looking is forbidden there is nothing to remove.
    removeServiceWorker(container, caches, reload).catch(() => undefined);
    return null;
  }
  const link = new ServiceWorkerLink({
    container,
    clock: browserClock,
    fetchedUrls,
    reload,
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') link.look();
  });
  const register = async (): Promise<void> => {
    await pageLoad();
    await untilQuiet(() => player.getSnapshot().state, browserClock);
    await link.register();
  };
  void register();
  return link;
};

export const listenForInstall = (storage: TextStore | null): InstallOffer => {
  const offer = new InstallOffer({ storage, isByHand: isInTabOfIos(navigator) });
  window.addEventListener('beforeinstallprompt', (event) =>
    offer.canPrompt(event as InstallPromptEvent),
  );
  window.addEventListener('appinstalled', () => offer.installed());
  return offer;
};
