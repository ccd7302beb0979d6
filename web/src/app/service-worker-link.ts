/**
 * The page's side of the service worker: registers it when that disturbs nobody, knows when a new
 * version waits, and changes to it when the listener agrees. Knows no UI.
 */
import type { PlayerState } from '../player/player-types';
import type { Clock } from '../player/playback-monitor';
import {
  CACHE_PREFIX,
  REMEMBERED_COUNT_MAX,
  SERVICE_WORKER_PATH,
  type ToServiceWorker,
} from '../shared/offline-protocol';
import { Watchers } from './watchers';

export type ServiceWorkerLinkOptions = {
  readonly container: ServiceWorkerContainer;
  readonly clock: Pick<Clock, 'nowMs' | 'setTimeout'>;
  /** Addresses of this origin that the page has asked for so far. */
  readonly fetchedUrls: () => readonly string[];
  readonly reload: () => void;
};

/** A tab that stays open looks for a new version so often, when it comes to the front. */
export const LOOK_PERIOD_MS = 3_600_000;
const QUIET_LOOK_MS = 500;
/** Whoever comes to listen has clicked by then, or takes the time to look. */
export const QUIET_IDLE_MS = 10_000;
/** By then the buffer is full. */
export const QUIET_PLAYING_MS = 5000;

const say = (worker: ServiceWorker | null, message: ToServiceWorker): void =>
  worker?.postMessage(message);

export class ServiceWorkerLink {
  readonly #options: ServiceWorkerLinkOptions;
  readonly #watchers = new Watchers();
  readonly subscribe = this.#watchers.subscribe;
  /** Of the version that the page is of; null: the page came without one. */
  readonly #firstController: ServiceWorker | null;
  #registration: ServiceWorkerRegistration | null = null;
  #hasUpdate = false;
  #isChanging = false;
  #lookedAtMs = 0;

  constructor(options: ServiceWorkerLinkOptions) {
    this.#options = options;
    const { container } = options;
    this.#firstController = container.controller;
    // From here on, as another tab may change the version before this one has registered.
    container.addEventListener('controllerchange', () => {
      if (this.#isChanging) options.reload();
      // From the page's version to another one: another tab has agreed. Not the first one there is.
      else if (this.#hasOther()) this.#setUpdate();
    });
  }

  /** Whether a newer version than the page's can be used. */
  readonly hasUpdate = (): boolean => this.#hasUpdate;

  /** Once. What cannot be registered (no secure context, forbidden) leaves the page as it is. */
  async register(): Promise<void> {
    const { container, clock } = this.#options;
    try {
      const registration = await container.register(SERVICE_WORKER_PATH, {
        updateViaCache: 'none',
      });
      this.#registration = registration;
      this.#lookedAtMs = clock.nowMs();
      this.#watch(registration);
      const { active } = await container.ready;
      // Files of the page's version must not be given up while it is another one.
      if (this.#hasOther()) this.#setUpdate();
      else say(active, { type: 'started' });
      if (!this.#firstController) this.#remember(active);
    } catch {
      return;
    }
  }

  /** The page has come to the front. */
  look(): void {
    const nowMs = this.#options.clock.nowMs();
    if (!this.#registration || nowMs - this.#lookedAtMs < LOOK_PERIOD_MS) return;
    this.#lookedAtMs = nowMs;
    // Without a network there is nothing new.
    this.#registration.update().catch(() => undefined);
  }

  /** The page loads again, in the new version. */
  useNow(): void {
    const waiting = this.#registration?.waiting ?? null;
    if (!waiting) {
      // Another tab was first.
      this.#options.reload();
      return;
    }
    this.#isChanging = true;
    // A page without a controller gets none by that: it is told nothing but this.
    waiting.addEventListener('statechange', () => {
      const isControlled = this.#options.container.controller !== null;
      if (waiting.state === 'activated' && !isControlled) this.#options.reload();
    });
    say(waiting, { type: 'use-now' });
  }

  /** Whether the controller is of another version than the page. */
  #hasOther(): boolean {
    const { controller } = this.#options.container;
    return this.#firstController !== null && controller !== this.#firstController;
  }

  #watch(registration: ServiceWorkerRegistration): void {
    const look = (): void => {
      if (registration.waiting && registration.active) this.#setUpdate();
    };
    const follow = (): void => registration.installing?.addEventListener('statechange', look);
    registration.addEventListener('updatefound', follow);
    follow();
    look();
  }

  #remember(active: ServiceWorker | null): void {
    const urls = this.#options.fetchedUrls().slice(0, REMEMBERED_COUNT_MAX);
    say(active, { type: 'remember', urls });
  }

  #setUpdate(): void {
    this.#hasUpdate = true;
    this.#watchers.tell();
  }
}

/**
 * Nothing of a service worker is left, nor what it kept. One that controls the page lives, and can
 * keep answers, as long as the page does: then `reload` is called, and what has come back goes with
 * the next call, in a page without it.
 */
export const removeServiceWorker = async (
  container: ServiceWorkerContainer,
  caches: CacheStorage,
  reload: () => void,
): Promise<void> => {
  const { controller } = container;
  const registration = await container.getRegistration();
  const isRemoved = (await registration?.unregister()) === true;
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHE_PREFIX)) await caches.delete(name);
  }
  // Never twice: what is not registered controls no page that is loaded from now on.
  if (controller && isRemoved) reload();
};

/**
 * Resolves when the player needs neither network nor processor at once: it plays for a while, or
 * nobody has asked it for anything for a while.
 */
export const untilQuiet = (
  stateOf: () => PlayerState,
  clock: Pick<Clock, 'nowMs' | 'setTimeout'>,
): Promise<void> =>
  new Promise((resolve) => {
    let state = stateOf();
    let sinceMs = clock.nowMs();
    const look = (): void => {
      const now = stateOf();
      if (now !== state) {
        state = now;
        sinceMs = clock.nowMs();
      }
      const isBusy = state === 'loading' || state === 'buffering';
      const quietMs = state === 'playing' ? QUIET_PLAYING_MS : QUIET_IDLE_MS;
      if (!isBusy && clock.nowMs() - sinceMs >= quietMs) resolve();
      else clock.setTimeout(look, QUIET_LOOK_MS);
    };
    look();
  });
