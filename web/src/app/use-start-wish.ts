/**
 * What the app's shortcuts ask for (`?start=` in the address): to go on where it stopped, or to
 * play the library shuffled. Done once, when the library is there; and again when the app is there
 * already and a shortcut brings it to the front (`launch_handler` in the manifest).
 */
import { useEffect, useRef } from 'react';
import type { Player } from '../player/player';
import { readAddress, type StartWish } from './address-wishes';
import type { LibraryTrack } from './library-client';

/** Launch Handler API, which no library of types has. */
type LaunchScope = {
  readonly launchQueue?: {
    setConsumer(consumer: (launch: { readonly targetURL?: string }) => void): void;
  };
};

const fulfil = (player: Player, wish: StartWish, tracks: readonly LibraryTrack[]): void => {
  if (wish === 'resume') {
    player.play();
    return;
  }
  if (tracks.length === 0) return;
  const [chance = 0] = crypto.getRandomValues(new Uint32Array(1));
  player.setShuffle(true);
  player.playNow(tracks, chance % tracks.length);
};

/** A reload is no new wish. */
const takeFromAddress = (): void => {
  const address = new URL(location.href);
  address.searchParams.delete('start');
  history.replaceState(history.state, '', address);
};

/** `isReady`: the tracks are all there, and what was kept of the queue is restored. */
export const useStartWish = (
  player: Player,
  tracks: readonly LibraryTrack[],
  isReady: boolean,
): void => {
  const latest = useRef({ tracks, isReady });
  const open = useRef<StartWish | null>(null);
  useEffect(() => {
    latest.current = { tracks, isReady };
    if (!isReady || open.current === null) return;
    fulfil(player, open.current, tracks);
    open.current = null;
  }, [player, tracks, isReady]);
  useEffect(() => {
    const wish = (address: string): void => {
      const { start } = readAddress(new URL(address, location.href).search);
      if (start === null) return;
      if (latest.current.isReady) fulfil(player, start, latest.current.tracks);
      else open.current = start;
    };
    let opened: string | null = location.href;
    wish(opened);
    takeFromAddress();
    (window as LaunchScope).launchQueue?.setConsumer(({ targetURL = '' }) => {
      // The launch that has opened this page is told as well.
      const isKnown = targetURL === opened;
      opened = null;
      if (!isKnown) wish(targetURL);
    });
  }, [player]);
};
