/** What an EngineHost needs of the worker that it lives in: network, clock and storage. */
import { BlobSource } from '../net/blob-source';
import { probeSize } from '../net/size-probe';
import { RangeSource, type ListSupport } from '../net/range-source';
import type { LinkMeter } from '../net/link-meter';
import type { Fetch } from '../net/range-transfer';
import { isLocalAddress } from '../shared/local-address';
import { savesData } from '../shared/save-data';
import { IndexedDbKeeper } from '../store/indexed-db-keeper';
import { storageLimitBytes } from '../store/storage-limit';
import { TrackStore } from '../store/track-store';
import type { EngineHostOptions, Keeping } from './engine-host';

/** Of workers of every kind. */
declare const self: WorkerGlobalScope;

/**
 * Of the server that the page came from. To others a list of ranges would cost a preflight
 * (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
 */
const ownServer: ListSupport = { answered: true };
const listsOf = (url: string): ListSupport | null =>
  new URL(url, self.location.href).origin === self.location.origin ? ownServer : null;

export const workerClock = {
  nowMs: () => performance.now(),
  after: (delayMs: number, action: () => void) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

/** `fetchOfNow`: asked at each opening. `linkTo`: hears of all transfers; null: nobody does. */
export const sourceOpener =
  (
    fetchOfNow: () => Fetch,
    linkTo: (url: string) => LinkMeter | null,
  ): EngineHostOptions['openSource'] =>
  (url, onNetwork, expected, file) => {
    if (isLocalAddress(url)) return new BlobSource(file);
    const link = linkTo(url);
    return new RangeSource({
      url,
      fetch: fetchOfNow(),
      clock: workerClock,
      random: Math.random,
      lists: listsOf(url),
      onNetwork,
      ...(link === null ? {} : { link }),
      ...(expected === null ? {} : { expected }),
    });
  };

/** `fetch`: as the server has it now, whatever is kept of files. */
export const startKeeping = (engineBuild: string, fetch: Fetch): Keeping => {
  const keeper = new IndexedDbKeeper({
    limitBytes: () => storageLimitBytes(navigator.storage),
    nowMs: () => Date.now(),
  });
  const store = new TrackStore({ keeper, clock: workerClock });
  void store.warmUp();
  return {
    store,
    engineBuild,
    baseUrl: self.location.href,
    clock: workerClock,
    savesData,
    checkSource: (url, signal) => probeSize(url, fetch, signal),
  };
};
