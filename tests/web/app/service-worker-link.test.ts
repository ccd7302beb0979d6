import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  LOOK_PERIOD_MS,
  QUIET_IDLE_MS,
  QUIET_PLAYING_MS,
  removeServiceWorker,
  ServiceWorkerLink,
  untilQuiet,
} from '../../../web/src/app/service-worker-link';
import type { PlayerState } from '../../../web/src/player/player-types';
import { SimClock } from '../../support/sim-clock';

/** The browser's own, as far as the page uses it. */
class FakeWorker extends EventTarget {
  readonly said: unknown[] = [];
  state: ServiceWorkerState = 'installed';

  postMessage(message: unknown): void {
    this.said.push(message);
  }
}

class FakeRegistration extends EventTarget {
  active: FakeWorker | null = null;
  waiting: FakeWorker | null = null;
  installing: FakeWorker | null = null;
  updateCount = 0;

  update(): Promise<void> {
    this.updateCount += 1;
    return Promise.reject(new TypeError('no network'));
  }

  unregister(): Promise<boolean> {
    this.active = null;
    return Promise.resolve(true);
  }

  /** A newer version comes, and has to wait. */
  install(worker: FakeWorker): void {
    this.installing = worker;
    this.dispatchEvent(new Event('updatefound'));
    this.installing = null;
    this.waiting = worker;
    worker.dispatchEvent(new Event('statechange'));
  }
}

class FakeContainer extends EventTarget {
  controller: FakeWorker | null = null;
  readonly registration = new FakeRegistration();
  registered: unknown[] = [];
  isForbidden = false;

  register(...how: unknown[]): Promise<FakeRegistration> {
    this.registered.push(how);
    if (this.isForbidden) return Promise.reject(new DOMException('no', 'SecurityError'));
    this.registration.active ??= new FakeWorker();
    return Promise.resolve(this.registration);
  }

  getRegistration(): Promise<FakeRegistration | undefined> {
    return Promise.resolve(this.registration.active ? this.registration : undefined);
  }

  get ready(): Promise<FakeRegistration> {
    return Promise.resolve(this.registration);
  }
}

let container: FakeContainer;
let clock: SimClock;
let reloadCount: number;
let link: ServiceWorkerLink;

const reload = (): void => void (reloadCount += 1);
const asContainer = (): ServiceWorkerContainer => container as unknown as ServiceWorkerContainer;

/** The page asks when it begins who controls it. */
const makeLink = (): ServiceWorkerLink =>
  new ServiceWorkerLink({
    container: asContainer(),
    clock,
    fetchedUrls: () => ['https://music.example/api/library/tracks'],
    reload,
  });

/** As after an earlier visit. */
const controlled = (): FakeWorker => {
  const worker = new FakeWorker();
  container.controller = worker;
  container.registration.active = worker;
  link = makeLink();
  return worker;
};

beforeEach(() => {
  container = new FakeContainer();
  clock = new SimClock();
  reloadCount = 0;
  link = makeLink();
});

describe('The page and its service worker', () => {
  it('tells the first one what was asked before it, and stays as it is', async () => {
    await link.register();
    expect(container.registered).toEqual([['/sw.js', { updateViaCache: 'none' }]]);
    expect(container.registration.active?.said).toEqual([
      { type: 'started' },
      { type: 'remember', urls: ['https://music.example/api/library/tracks'] },
    ]);
    container.dispatchEvent(new Event('controllerchange'));
    expect([link.hasUpdate(), reloadCount]).toEqual([false, 0]);
  });

  it('changes to a new version when the listener agrees, and not before', async () => {
    const worker = controlled();
    await link.register();
    expect(worker.said).toEqual([{ type: 'started' }]);
    let toldCount = 0;
    link.subscribe(() => (toldCount += 1));
    const next = new FakeWorker();
    container.registration.install(next);
    expect([link.hasUpdate(), toldCount, next.said]).toEqual([true, 1, []]);
    link.useNow();
    expect([next.said, reloadCount]).toEqual([[{ type: 'use-now' }], 0]);
    container.dispatchEvent(new Event('controllerchange'));
    expect(reloadCount).toBe(1);
  });

  it('offers what has waited since an earlier visit', async () => {
    controlled();
    container.registration.waiting = new FakeWorker();
    await link.register();
    expect(link.hasUpdate()).toBe(true);
  });

  it('plays on when another tab has changed the version, and offers to follow', async () => {
    controlled();
    await link.register();
    container.controller = new FakeWorker();
    container.dispatchEvent(new Event('controllerchange'));
    expect([link.hasUpdate(), reloadCount]).toEqual([true, 0]);
    link.useNow();
    expect(reloadCount).toBe(1);
  });

  it('says nothing for another version that came before it was registered', async () => {
    controlled();
    const next = new FakeWorker();
    container.controller = next;
    container.registration.active = next;
    container.dispatchEvent(new Event('controllerchange'));
    expect(link.hasUpdate()).toBe(true);
    await link.register();
    expect(next.said).toEqual([]);
  });

  it('changes a page that nobody controls when the new version is active', async () => {
    await link.register();
    const next = new FakeWorker();
    container.registration.install(next);
    link.useNow();
    next.state = 'activating';
    next.dispatchEvent(new Event('statechange'));
    expect(reloadCount).toBe(0);
    next.state = 'activated';
    next.dispatchEvent(new Event('statechange'));
    expect(reloadCount).toBe(1);
  });

  it('looks for a new version when the tab comes back after long', async () => {
    await link.register();
    link.look();
    await clock.advance(LOOK_PERIOD_MS);
    link.look();
    link.look();
    expect(container.registration.updateCount).toBe(1);
  });

  it('leaves the page alone where there can be none', async () => {
    container.isForbidden = true;
    await link.register();
    expect(link.hasUpdate()).toBe(false);
  });

  it('is removed with its caches, and nobody else’s', async () => {
    controlled();
    const names = new Set(['auralis-shell-1', 'auralis-library-1', 'other']);
    const caches = {
      keys: () => Promise.resolve([...names]),
      delete: (name: string) => Promise.resolve(names.delete(name)),
    } as unknown as CacheStorage;
    await removeServiceWorker(asContainer(), caches, reload);
    expect([...names]).toEqual(['other']);
    expect(container.registration.active).toBeNull();
    expect(reloadCount).toBe(1);
    // In the page that was loaded again, what the last one's worker has still kept goes too.
    names.add('auralis-library-1');
    container.controller = null;
    await removeServiceWorker(asContainer(), caches, reload);
    expect([[...names], reloadCount]).toEqual([['other'], 1]);
  });
});

describe('Quiet', () => {
  const watch = (state: { now: PlayerState }): { isQuiet: boolean } => {
    const seen = { isQuiet: false };
    void untilQuiet(() => state.now, clock).then(() => (seen.isQuiet = true));
    return seen;
  };

  it('is when nobody has asked for anything for a while', async () => {
    const seen = watch({ now: 'idle' });
    await clock.advance(QUIET_IDLE_MS - 1000);
    expect(seen.isQuiet).toBe(false);
    await clock.advance(2000);
    expect(seen.isQuiet).toBe(true);
  });

  it('is not before the first sound, however long that takes', async () => {
    const state: { now: PlayerState } = { now: 'idle' };
    const seen = watch(state);
    await clock.advance(QUIET_IDLE_MS - 1000);
    state.now = 'loading';
    await clock.advance(10 * QUIET_IDLE_MS);
    state.now = 'playing';
    await clock.advance(QUIET_PLAYING_MS - 1000);
    state.now = 'buffering';
    await clock.advance(1000);
    state.now = 'playing';
    await clock.advance(QUIET_PLAYING_MS - 1000);
    expect(seen.isQuiet).toBe(false);
    await clock.advance(2000);
    expect(seen.isQuiet).toBe(true);
  });
});
