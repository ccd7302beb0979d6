/** Entry of the engine's worker: connects the host to the real network, clock and message port. */
import createEngine from 'auralis-engine';
import engineBuild from 'auralis-engine/build';
import wasmUrl from 'auralis-engine/wasm?url';
import { LinkMeter } from '../net/link-meter';
import type { KeptFetch } from '../originals/kept-fetch';
import { readKept } from '../originals/read-kept';
import { isLocalAddress } from '../shared/local-address';
import { fetchPastServiceWorker } from '../shared/past-service-worker';
import { EngineHost, type Keeping } from './engine-host';
import { EngineModuleLoader } from './engine-module';
import type { Request, Setup } from './engine-protocol';
import { StoreDesk } from './store-desk';
import type { StoreRequest } from './store-questions';
import { sourceOpener, startKeeping, workerClock } from './worker-platform';
import { MessageYield } from './yield-to-messages';

declare const self: DedicatedWorkerGlobalScope;

const loader = new EngineModuleLoader(createEngine, () => fetch(wasmUrl));
const messages = new MessageYield();

/** One for each server; a visit meets few. */
const links = new Map<string, LinkMeter>();
/** null: it lies on this device, which is fast enough for everything. */
const linkTo = (url: string): LinkMeter | null => {
  if (isLocalAddress(url) || keptFetch?.isKept(url) === true) return null;
  const { origin } = new URL(url, self.location.href);
  const known = links.get(origin) ?? new LinkMeter(workerClock);
  links.set(origin, known);
  return known;
};

/** What is kept is looked for here. */
const networkFetch = fetchPastServiceWorker(self.location.origin);

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
  openSource: sourceOpener(() => keptFetch?.fetch ?? networkFetch, linkTo),
  keeping: () => keeping,
  linkTo,
  post: (message, transfer) => self.postMessage(message, transfer),
  yieldToMessages: () => messages.wait(),
  nowMs: workerClock.nowMs,
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
    keeping = startKeeping(engineBuild, networkFetch);
    keptFetch = startReadingKept();
  }
};

void host.start();
