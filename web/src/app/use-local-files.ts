/**
 * Files of this device in the page: dropped anywhere on it, opened with a button, shared by another
 * app; and those of a queue that has come back.
 */
import { useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Player } from '../player/player';
import type { LocalNoticesProps } from './LocalNotices';
import { LocalDoorContext } from './local-door';
import type { SharedOffer } from './shared-offer';
import { useDrop } from './use-drop';

export type LocalFilesControl = {
  /** Files are held over the page. */
  readonly isOver: boolean;
  /** null: this page opens no files. */
  readonly choose: (() => void) | null;
  readonly launch: (handles: readonly FileSystemHandle[]) => void;
  readonly share: () => void;
  readonly notices: LocalNoticesProps;
};

const NOTHING = (): null => null;
const nobody = (): (() => void) => () => undefined;

/** `say` and `onLists`, which takes lists of other players: always the same functions. */
export const useLocalFiles = (
  player: Player,
  say: (words: string) => void,
  onLists: (files: readonly File[]) => void,
): LocalFilesControl => {
  const door = useContext(LocalDoorContext);
  const isOver = useDrop(door, say, onLists);
  const [offer, setOffer] = useState<SharedOffer | null>(null);
  const looking = useSyncExternalStore(door?.subscribe ?? nobody, door?.getLooking ?? NOTHING);
  useEffect(() => {
    if (!door) return undefined;
    // Behind the first view, and before the server may go; what fails is told when it is wanted.
    void door.recallShared().then((shared) => {
      if (typeof shared !== 'string') setOffer(shared);
    });
    void door.recall();
    return player.on('error', ({ code }) => {
      // It may be allowed by now.
      if (code === 'closed') void door.recall();
      if (code === 'gone') void door.forgetGone();
    });
  }, [door, player]);
  const choose = useCallback(() => void door?.choose().then(say), [door, say]);
  const launch = useCallback(
    (handles: readonly FileSystemHandle[]) => void door?.launch(handles).then(say),
    [door, say],
  );
  const share = useCallback(() => {
    const take = (shared: SharedOffer | string): void =>
      typeof shared === 'string' ? say(shared) : setOffer(shared);
    void door?.share().then(take);
  }, [door, say]);
  const answer = (words: string): void => {
    setOffer(null);
    say(words);
  };
  const notices = {
    offer,
    looking,
    onPlay: () => offer && answer(offer.play()),
    onAdd: () => offer && answer(offer.add()),
    onDiscard: () => {
      offer?.discard();
      setOffer(null);
    },
  };
  return { isOver, choose: door && choose, launch, share, notices };
};
