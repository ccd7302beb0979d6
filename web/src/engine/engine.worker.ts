/** Entry of the engine's worker: connects the host to the real network, clock and message port. */
import createEngine from 'auralis-engine';
import wasmUrl from 'auralis-engine/wasm?url';
import { RangeSource } from '../net/range-source';
import { EngineHost } from './engine-host';
import { EngineModuleLoader } from './engine-module';
import type { Request } from './engine-protocol';
import { MessageYield } from './yield-to-messages';

declare const self: DedicatedWorkerGlobalScope;

const loader = new EngineModuleLoader(createEngine, wasmUrl);
const messages = new MessageYield();

const clock = {
  nowMs: () => performance.now(),
  after: (delayMs: number, action: () => void) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

const host = new EngineHost({
  loadModule: () => loader.load(),
  openSource: (url, onNetwork) =>
    new RangeSource({
      url,
      fetch: (input, init) => fetch(input, init),
      clock,
      random: Math.random,
      onNetwork,
    }),
  post: (message, transfer) => self.postMessage(message, transfer),
  yieldToMessages: () => messages.wait(),
});

/** The page's engine-client.ts is the only sender. */
self.onmessage = (event: MessageEvent) => host.handle(event.data as Request);

void host.start();
