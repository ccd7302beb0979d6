/**
 * The service worker: the app opens without a server, and shows what was known of the library.
 * Of audio it has only files that are kept on the device, and those that another app shares, which
 * it hands to the page. Enhanced sound has addresses that it answers with the engine, which is in a
 * script of its own: until somebody asks, it is not even read. A new version waits until a page
 * asks for it or no page is left; pages that are there before the first version stay without it
 * until they are loaded again, so that it costs the first visit nothing.
 */
import chunkScript from 'auralis-chunk-script';
import { readKept } from '../originals/read-kept';
import type { AnswerChunks, ChunkScope } from '../shared/chunk-script';
import { assertNever } from '../shared/errors';
import { CACHE_PREFIX, readMessage } from '../shared/offline-protocol';
import { KeptAnswers, type KeptLimits } from './kept-answers';
import { routeOf } from './request-route';
import { serverFirst } from './server-first';
import { clearLeft, receiveShared } from './shared-files';
import { Shell, type ShellFile } from './shell';

declare const self: ServiceWorkerGlobalScope &
  ChunkScope & {
    /** Put in by the build. */
    readonly __WB_MANIFEST: readonly ShellFile[];
  };

/** Raised with the form of what is kept. */
const LIBRARY_CACHE = `${CACHE_PREFIX}library-1`;
const ARTWORK_CACHE = `${CACHE_PREFIX}artwork-1`;
const CURRENT_CACHES: readonly string[] = [LIBRARY_CACHE, ARTWORK_CACHE];
const OTHER_KEPT = new RegExp(`^${CACHE_PREFIX}(library|artwork)-`);

const MB = 1_000_000;
/** 200,000 tracks in pages of 500, and as many other questions. */
const LIBRARY_LIMITS: KeptLimits = { countMax: 800, bytesMax: 96 * MB, answerBytesMax: 8 * MB };
const ARTWORK_LIMITS: KeptLimits = { countMax: 500, bytesMax: 64 * MB, answerBytesMax: 4 * MB };

const LIBRARY_TYPE = /^application\/json\b/i;
const ARTWORK_TYPE = /^image\//i;

const fetchIt = (request: Request): Promise<Response> => fetch(request);
const keptIn = (name: string, limits: KeptLimits): KeptAnswers =>
  new KeptAnswers({ limits, openCache: () => caches.open(name), nowMs: () => Date.now() });

/** Put in by the build, which looks for the name once. */
const shellFiles = self.__WB_MANIFEST;
const shell = new Shell(shellFiles, new URL('./', self.location.href).href, {
  caches,
  fetch: fetchIt,
  digest: (bytes) => crypto.subtle.digest('SHA-256', bytes),
});
const library = keptIn(LIBRARY_CACHE, LIBRARY_LIMITS);
const artwork = keptIn(ARTWORK_CACHE, ARTWORK_LIMITS);

const wait = (delayMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, delayMs));
const audio = readKept({
  baseUrl: self.location.href,
  fetch: (url, init) => fetch(url, init),
  wait,
});

const ENGINE_FILE = /(^|\/)engine-[^/]*\.wasm$/;
const engineUrl = (): string => {
  const file = shellFiles.find(({ url }) => ENGINE_FILE.test(url));
  if (file === undefined) throw new Error('the engine is not among the files of the app');
  return file.url;
};
let answerChunks: AnswerChunks | null = null;

/**
 * Only what was imported by the end of the installation can be imported later on, then also without
 * a network (Service Workers, section 6.3.2).
 */
const importChunks = (): void => importScripts(chunkScript);

/** The engine of this version's own build: the page makes the same sound. */
const fetchWasm = (): Promise<Response> => {
  const request = new Request(new URL(engineUrl(), self.location.href));
  return orNetwork(shell.file(request.url), request);
};

const startChunks = (): AnswerChunks => {
  importChunks();
  if (self.auralisChunks === undefined) throw new Error('the script of the engine does not start');
  return self.auralisChunks({ fetchWasm, fetchOriginal: audio.fetch });
};

/** What the script itself says has the same form. */
const chunkFault = (error: unknown): Response => {
  const message = `The audio engine cannot be loaded: ${String(error)}`;
  return Response.json({ error: { code: 'internal', message } }, { status: 500 });
};

const askChunks = async (event: FetchEvent): Promise<Response> => {
  try {
    answerChunks ??= startChunks();
  } catch (error) {
    return chunkFault(error);
  }
  return answerChunks(event.request, (work) => event.waitUntil(work));
};

const countPages = async (): Promise<number> =>
  (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).length;

/** `pagesMax`: pages of this version that are there. */
const clearOlder = async (pagesMax: number): Promise<void> => {
  const { waiting, installing } = self.registration;
  // What is newer is no older version.
  if (waiting ?? installing) return;
  if ((await countPages()) <= pagesMax) await shell.clearOthers();
};

const activate = async (): Promise<void> => {
  for (const name of await caches.keys()) {
    if (OTHER_KEPT.test(name) && !CURRENT_CACHES.includes(name)) await caches.delete(name);
  }
  await clearOlder(0);
};

const askServerFirst = (
  request: Request,
  kept: KeptAnswers,
  event: ExtendableEvent,
): Promise<Response> =>
  serverFirst(request, {
    kept,
    mediaType: kept === library ? LIBRARY_TYPE : ARTWORK_TYPE,
    fetch: fetchIt,
    wait,
    waitUntil: (work) => event.waitUntil(work),
  });

/** What is not kept any more, or cannot be read, comes from the server as without us. */
const orNetwork = async (
  kept: Promise<Response | undefined>,
  request: Request,
): Promise<Response> => {
  const found = await kept.catch(() => undefined);
  return found ?? fetch(request);
};

const sharing = { caches, origin: self.location.origin, nowMs: () => Date.now() };

const remember = async (urls: readonly string[], event: ExtendableEvent): Promise<void> => {
  for (const url of urls) {
    const request = new Request(url);
    const route = routeOf(request, self.location.origin);
    if (route !== 'library' && route !== 'artwork') continue;
    await askServerFirst(request, route === 'library' ? library : artwork, event).catch(
      () => undefined,
    );
  }
};

const install = async (): Promise<void> => {
  // What cannot be had makes the installation fail.
  engineUrl();
  importChunks();
  await shell.install();
};

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => event.waitUntil(activate()));

self.addEventListener('message', (event) => {
  const message = readMessage(event.data);
  if (message?.type === 'use-now') event.waitUntil(self.skipWaiting());
  if (message?.type === 'started') {
    event.waitUntil(clearOlder(1));
    event.waitUntil(clearLeft(sharing));
  }
  if (message?.type === 'remember') event.waitUntil(remember(message.urls, event));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const route = routeOf(request, self.location.origin);
  switch (route) {
    case 'page':
      event.respondWith(orNetwork(shell.page(), request));
      return;
    case 'file':
      if (!shell.mayHave(new URL(request.url).pathname)) return;
      event.respondWith(orNetwork(shell.file(request.url), request));
      return;
    case 'library':
      event.respondWith(askServerFirst(request, library, event));
      return;
    case 'artwork':
      event.respondWith(askServerFirst(request, artwork, event));
      return;
    case 'audio':
      // Known not to be kept: as if there were no service worker.
      if (audio.isKept(request.url) === false) return;
      event.respondWith(
        audio.answer(
          request,
          () => fetch(request),
          (work) => event.waitUntil(work),
        ),
      );
      return;
    case 'share':
      event.respondWith(receiveShared(request, sharing));
      return;
    case 'chunks':
      event.respondWith(askChunks(event));
      return;
    case 'network':
      return;
    default:
      assertNever(route);
  }
});
