/** Entry of the engine's worker: connects the host to the real network, clock and message port. */
import createEngine from 'auralis-engine';
import engineBuild from 'auralis-engine/build';
import wasmUrl from 'auralis-engine/wasm?url';
import { BlobSource } from '../net/blob-source';
import { LinkMeter } from '../net/link-meter';
import { RangeSource, type ListSupport } from '../net/range-source';
import type { KeptFetch } from '../originals/kept-fetch';
import { readKept } from '../originals/read-kept';
import { isLocalAddress } from '../shared/local-address';
import { fetchPastServiceWorker } from '../shared/past-service-worker';
import { savesData } from '../shared/save-data';
import { probeSize } from '../net/size-probe';
import { IndexedDbKeeper } from '../store/indexed-db-keeper';
import { storageLimitBytes } from '../store/storage-limit';
import { TrackStore } from '../store/track-store';
import { EngineHost, type Keeping } from './engine-host';
import { EngineModuleLoader } from './engine-module';
import type { Request, Setup } from './engine-protocol';
import { StoreDesk } from './store-desk';
import type { StoreRequest } from './store-questions';
import { MessageYield } from './yield-to-messages';

declare const self: DedicatedWorkerGlobalScope;

const loader = new EngineModuleLoader(createEngine, wasmUrl);
const messages = new MessageYield();

/**
 * Of the server that the page came from. To others a list of ranges would cost a preflight
 * (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
 */
const ownServer: ListSupport = { answered: true };
const listsOf = (url: string): ListSupport | null =>
  new URL(url, self.location.href).origin === self.location.origin ? ownServer : null;

const clock = {
  nowMs: () => performance.now(),
  after: (delayMs: number, action: () => void) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

/** One for each server; a visit meets few. */
const links = new Map<string, LinkMeter>();
/** null: it lies on this device, which is fast enough for everything. */
const linkTo = (url: string): LinkMeter | null => {
  if (isLocalAddress(url) || keptFetch?.isKept(url) === true) return null;
  const { origin } = new URL(url, self.location.href);
  const known = links.get(origin) ?? new LinkMeter(clock);
  links.set(origin, known);
  return known;
};

/** What is kept is looked for here. */
const networkFetch = fetchPastServiceWorker(self.location.origin);

const startKeeping = (): Keeping => {
  const keeper = new IndexedDbKeeper({
    limitBytes: () => storageLimitBytes(navigator.storage),
    nowMs: () => Date.now(),
  });
  const store = new TrackStore({ keeper, clock });
  void store.warmUp();
  return {
    store,
    engineBuild,
    baseUrl: self.location.href,
    clock,
    savesData,
    checkSource: (url, signal) => probeSize(url, networkFetch, signal),
  };
};

let keeping: Keeping | null = null;

/** Files that are kept on the device; null: not to be looked for. */
let keptFetch: KeptFetch | null = null;

const startReadingKept = (): KeptFetch =>
  readKept({
    baseUrl: self.location.href,
    fetch: networkFetch,
    wait: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  });

const host = new EngineHost({
  loadModule: () => loader.load(),
  openSource: (url, onNetwork, expected, file) => {
    if (isLocalAddress(url)) return new BlobSource(file);
    const link = linkTo(url);
    return new RangeSource({
      url,
      fetch: keptFetch?.fetch ?? networkFetch,
      clock,
      random: Math.random,
      lists: listsOf(url),
      ...(link === null ? {} : { link }),
      onNetwork,
      ...(expected === null ? {} : { expected }),
    });
  },
  keeping: () => keeping,
  linkTo,
  post: (message, transfer) => self.postMessage(message, transfer),
  yieldToMessages: () => messages.wait(),
  nowMs: clock.nowMs,
});

const desk = new StoreDesk({
  keeping: () => keeping,
  post: (message) => self.postMessage(message),
});

/** The page is the only sender: browser-platform.ts of Setup, engine-client.ts of the rest. */
self.onmessage = ({ data }: MessageEvent<Setup | Request | StoreRequest>) => {
  if ('command' in data) host.handle(data);
  else if ('question' in data) void desk.handle(data);
  else if (data.isKeeping) {
    keeping = startKeeping();
    keptFetch = startReadingKept();
  }
};

void host.start();
