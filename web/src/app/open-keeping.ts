/** Connects DeviceKeeping with this browser's own. */
import { OriginalFiles } from '../originals/original-files';
import { joinOriginalsChannel } from '../originals/originals-channel';
import type { Player } from '../player/player';
import { fetchPastServiceWorker } from '../shared/past-service-worker';
import { savesData } from '../shared/save-data';
import { browserClock } from './browser-platform';
import { DeviceKeeping } from './device-keeping';
import { openTextStore } from './preferences';

const LOCK = 'auralis-keeping';

/** Where browsers cannot tell tabs apart, each brings what it wants: what fits is written once. */
const inOneTab = (work: () => Promise<void>): Promise<void> =>
  'locks' in navigator ? navigator.locks.request(LOCK, work) : work();

export const openKeeping = (player: Player, dateMs: () => number): DeviceKeeping => {
  const keeping: DeviceKeeping = new DeviceKeeping({
    files: new OriginalFiles(),
    fetch: fetchPastServiceWorker(location.origin),
    player,
    clock: browserClock,
    dateMs,
    baseUrl: location.href,
    storage: 'storage' in navigator ? navigator.storage : null,
    memory: openTextStore(window),
    savesData,
    inOneTab,
    channel: joinOriginalsChannel((keys) => void keeping.refresh(keys)),
  });
  return keeping;
};
