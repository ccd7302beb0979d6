/**
 * What the page's address asks for, besides what it shows: ways of playing that are tried by hand
 * or by tests. What is not understood is as if it were not there. Pure. `?sw=off` stands in
 * shared/offline-protocol.ts, as the service worker reads it, too.
 */
import type { JoinMode } from '../player/join-mode';

/** The rungs of the ladder: MediaSource, ManagedMediaSource, the original file untouched. */
export const SINKS = ['mse', 'mms', 'original'] as const;
export type SinkName = (typeof SINKS)[number];

/** What the shortcuts of the installed app ask for (manifest.webmanifest). */
export const START_WISHES = ['resume', 'shuffle'] as const;
export type StartWish = (typeof START_WISHES)[number];

export type AddressWishes = {
  /** `?sink=`: this rung or, where the browser lacks it, the original; null: the first there is. */
  readonly sink: SinkName | null;
  /** `?join=carry`: how tracks follow each other where only whole packets are cut. */
  readonly wholePacketJoins: JoinMode;
  /** `?plan=final`: what is heard is what the command line makes, from the first sample on. */
  readonly firstPlan: 'quick' | 'final';
  /** `?store=off`: nothing is kept. Nor where tracks carry each other's ends: those of kept ones
   *  are not known. */
  readonly isKeeping: boolean;
  /** `?start=`: goes on where it stopped, or plays all of the library shuffled; null: waits. */
  readonly start: StartWish | null;
  /** `?open=shared`: what another app has shared (shared/shared-files.ts) is to be played. */
  readonly opensShared: boolean;
  /** `?debug`: the player is to be reached from the console. */
  readonly debug: boolean;
};

/** `search` as in `location.search`. */
export const readAddress = (search: string): AddressWishes => {
  const address = new URLSearchParams(search);
  const isCarrying = address.get('join') === 'carry';
  return {
    sink: SINKS.find((name) => name === address.get('sink')) ?? null,
    wholePacketJoins: isCarrying ? 'carry' : 'none',
    firstPlan: address.get('plan') === 'final' ? 'final' : 'quick',
    isKeeping: address.get('store') !== 'off' && !isCarrying,
    start: START_WISHES.find((name) => name === address.get('start')) ?? null,
    opensShared: address.get('open') === 'shared',
    debug: address.has('debug'),
  };
};

/** `sw`: see shared/offline-protocol.ts. What `start` and `open` ask for is done once. */
const KEPT = ['sink', 'join', 'plan', 'store', 'sw', 'debug'];

/**
 * `to` with the wishes of the address that is left, `search` as in `location.search`: another view
 * of the page is no other way of playing.
 */
export const withWishes = (to: string, search: string): string => {
  const [path = '', query = ''] = to.split('?');
  const address = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(search)) {
    if (KEPT.includes(name) && !address.has(name)) address.set(name, value);
  }
  return address.size === 0 ? path : `${path}?${address.toString()}`;
};
