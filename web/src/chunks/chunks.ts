/**
 * Entry of the service worker's second script: the engine, driven in the service worker itself, as
 * that can start no other worker. Nothing is loaded before the first request.
 */
import createEngine from 'auralis-engine';
import engineBuild from 'auralis-engine/build';
import { EngineClient } from '../engine/engine-client';
import { EngineHost } from '../engine/engine-host';
import { EngineModuleLoader, type CreateEngine } from '../engine/engine-module';
import { sourceOpener, startKeeping, workerClock } from '../engine/worker-platform';
import { MessageYield } from '../engine/yield-to-messages';
import type { ChunkScope, ChunkSetup } from '../shared/chunk-script';
import { ChunkAnswers } from './chunk-answers';
import { hostPort } from './host-port';

declare const self: ServiceWorkerGlobalScope & ChunkScope;

/** A classic script has no import.meta, from which the glue would make an address. */
const createHere: CreateEngine = (options) =>
  createEngine({ ...options, locateFile: (name) => name });

/** Measured in Chromium 156, and the contrary in Firefox 153. Nothing else tells. */
const outlivesEvents = (userAgent: string): boolean => userAgent.includes('Chrome/');

const start = ({ fetchWasm, fetchOriginal }: ChunkSetup): ChunkAnswers => {
  const loader = new EngineModuleLoader(createHere, fetchWasm);
  const messages = new MessageYield();
  const keeping = startKeeping(engineBuild, (url, init) => fetch(url, init));
  const client = new EngineClient(
    hostPort(
      (post) =>
        new EngineHost({
          loadModule: () => loader.load(),
          openSource: sourceOpener(
            () => fetchOriginal,
            () => null,
          ),
          keeping: () => keeping,
          linkTo: () => null,
          post,
          yieldToMessages: () => messages.wait(),
          nowMs: workerClock.nowMs,
        }),
    ),
  );
  const digest = (bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> =>
    crypto.subtle.digest('SHA-256', bytes);
  return new ChunkAnswers({
    client,
    clock: workerClock,
    outlivesEvents: outlivesEvents(navigator.userAgent),
    digest,
  });
};

self.auralisChunks = (setup) => start(setup).answer;
