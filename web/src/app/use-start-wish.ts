/**
 * What opens the app with a wish. Its shortcuts (`?start=` in the address): to go on where it
 * stopped, or to play the library shuffled; done once, when the library is there. Files that the
 * system opens with it (`file_handlers` in the manifest), and those shared to it (`?open=shared`);
 * done at once. And again when the app is there already and is brought to the front
 * (`launch_handler`).
 */
import { useEffect, useRef } from 'react';
import type { Player } from '../player/player';
import { SIGN_IN_PARAMETER } from '../shared/offline-protocol';
import { SHARE_PATH } from '../shared/shared-files';
import { readAddress, type StartWish } from './address-wishes';

/** Launch Handler API, which no library of types has. */
type LaunchScope = {
  readonly launchQueue?: {
    setConsumer(consumer: (launch: Launch) => void): void;
  };
};
type Launch = { readonly targetURL?: string; readonly files?: readonly FileSystemHandle[] };

/** Opens files of this device; always the same functions. */
export type FileWishes = {
  readonly launch: (handles: readonly FileSystemHandle[]) => void;
  readonly share: () => void;
};

const fulfil = (player: Player, wish: StartWish, shuffleAll: () => void): void => {
  if (wish === 'resume') player.play();
  else shuffleAll();
};

/** A reload is no new wish, and once signed in the app opens without a server again. */
const takeFromAddress = (): void => {
  const address = new URL(location.href);
  for (const name of ['start', 'open', SIGN_IN_PARAMETER]) address.searchParams.delete(name);
  history.replaceState(history.state, '', address);
};

/** A page that is loaded again is told of the launch that has opened it once more. */
const isReload = (): boolean => {
  if (!('getEntriesByType' in performance)) return false;
  const [entry] = performance.getEntriesByType('navigation');
  return entry !== undefined && (entry as PerformanceNavigationTiming).type === 'reload';
};

/** `isReady`: the library is whole, and what was kept of the queue is restored. */
export const useStartWish = (
  player: Player,
  shuffleAll: () => void,
  isReady: boolean,
  { launch, share }: FileWishes,
): void => {
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
      const { pathname, search } = new URL(address, location.href);
      const { start, opensShared } = readAddress(search);
      // What is shared to an app that is open already does not come with the launch in Chromium:
      // there is nothing then, which is said.
      if (opensShared || pathname === SHARE_PATH) share();
      if (start === null) return;
      if (latest.current.isReady) fulfil(player, start, latest.current.shuffleAll);
      else open.current = start;
    };
    const opened = location.href;
    const wasShared = readAddress(location.search).opensShared;
    let isFirst = true;
    wish(opened);
    takeFromAddress();
    (window as LaunchScope).launchQueue?.setConsumer(({ targetURL = '', files = [] }) => {
      // The launch that has opened this page is told as well; a share by the address it went to.
      const { pathname } = new URL(targetURL, location.href);
      const isShare = wasShared && pathname === SHARE_PATH;
      const isKnown = isFirst && (isReload() || isShare || targetURL === opened);
      // What the system opens with the app comes with the launch alone.
      const isOld = isFirst && isReload();
      isFirst = false;
      if (files.length > 0 && !isOld) launch(files);
      if (!isKnown) wish(targetURL);
    });
  }, [player, launch, share]);
};
