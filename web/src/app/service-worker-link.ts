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
  readonly #listeners = new Set<() => void>();
  #registration: ServiceWorkerRegistration | null = null;
  #hasUpdate = false;
  #isChanging = false;
  #lookedAtMs = 0;

  constructor(options: ServiceWorkerLinkOptions) {
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Whether a newer version than the page's can be used. */
  readonly hasUpdate = (): boolean => this.#hasUpdate;

  /** Once. What cannot be registered (no secure context, forbidden) leaves the page as it is. */
  async register(): Promise<void> {
    const { container, clock } = this.#options;
    const { controller } = container;
    // From the page's version to another one: another tab has agreed. Not the first one there is.
    if (controller) {
      container.addEventListener('controllerchange', () => {
        if (this.#isChanging) this.#options.reload();
        else this.#setUpdate();
      });
    }
    try {
      const registration = await container.register(SERVICE_WORKER_PATH, {
        updateViaCache: 'none',
      });
      this.#registration = registration;
      this.#lookedAtMs = clock.nowMs();
      this.#watch(registration);
      const { active } = await container.ready;
      say(active, { type: 'started' });
      if (!controller) this.#remember(active);
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
    say(waiting, { type: 'use-now' });
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
    for (const listener of this.#listeners) listener();
  }
}

/** Nothing of a service worker is left, nor what it kept. */
export const removeServiceWorker = async (
  container: ServiceWorkerContainer,
  caches: CacheStorage,
): Promise<void> => {
  const registration = await container.getRegistration();
  await registration?.unregister();
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHE_PREFIX)) await caches.delete(name);
  }
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
