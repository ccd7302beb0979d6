/**
 * What the app's shortcuts ask for (`?start=` in the address): to go on where it stopped, or to
 * play the library shuffled. Done once, when the library is there; and again when the app is there
 * already and a shortcut brings it to the front (`launch_handler` in the manifest).
 */
import { useEffect, useRef } from 'react';
import type { Player } from '../player/player';
import { SIGN_IN_PARAMETER } from '../shared/offline-protocol';
import { readAddress, type StartWish } from './address-wishes';

/** Launch Handler API, which no library of types has. */
type LaunchScope = {
  readonly launchQueue?: {
    setConsumer(consumer: (launch: { readonly targetURL?: string }) => void): void;
  };
};

const fulfil = (player: Player, wish: StartWish, shuffleAll: () => void): void => {
  if (wish === 'resume') player.play();
  else shuffleAll();
};

/** A reload is no new wish, and once signed in the app opens without a server again. */
const takeFromAddress = (): void => {
  const address = new URL(location.href);
  address.searchParams.delete('start');
  address.searchParams.delete(SIGN_IN_PARAMETER);
  history.replaceState(history.state, '', address);
};

/** `isReady`: the library is whole, and what was kept of the queue is restored. */
export const useStartWish = (player: Player, shuffleAll: () => void, isReady: boolean): void => {
  const latest = useRef({ shuffleAll, isReady });
  const open = useRef<StartWish | null>(null);
  useEffect(() => {
    latest.current = { shuffleAll, isReady };
    if (!isReady || open.current === null) return;
    fulfil(player, open.current, shuffleAll);
    open.current = null;
  }, [player, shuffleAll, isReady]);
  useEffect(() => {
    const wish = (address: string): void => {
      const { start } = readAddress(new URL(address, location.href).search);
      if (start === null) return;
      if (latest.current.isReady) fulfil(player, start, latest.current.shuffleAll);
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
