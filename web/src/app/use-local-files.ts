/**
 * Files of this device in the page: dropped anywhere on it, or opened with a button; and those of a
 * queue that has come back. What is dragged within the page is none of ours.
 */
import { useCallback, useContext, useEffect, useState } from 'react';
import type { Player } from '../player/player';
import { takeItems } from './dropped-items';
import { LocalDoorContext, type LocalDoor } from './local-door';

export type LocalFilesControl = {
  /** Files are held over the page. */
  readonly isOver: boolean;
  /** null: this page opens no files. */
  readonly choose: (() => void) | null;
  readonly launch: (handles: readonly FileSystemHandle[]) => void;
  readonly share: () => void;
};

type DragType = 'dragstart' | 'dragend' | 'dragenter' | 'dragover' | 'dragleave' | 'drop';

/** `say`: always the same function. */
const useDrop = (door: LocalDoor | null, say: (words: string) => void): boolean => {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    if (!door) return undefined;
    // A cover that is dragged counts as a file, too.
    let isOwn = false;
    const controller = new AbortController();
    const on = (type: DragType, listener: (event: DragEvent) => void): void =>
      window.addEventListener(type, listener, { signal: controller.signal });
    const follow = (event: DragEvent): void => {
      const { dataTransfer } = event;
      if (isOwn || dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    on('dragstart', () => (isOwn = true));
    on('dragend', () => (isOwn = false));
    on('dragenter', follow);
    on('dragover', follow);
    on('dragleave', ({ relatedTarget }) => {
      if (relatedTarget === null) setOver(false);
    });
    on('drop', (event) => {
      setOver(false);
      const { dataTransfer } = event;
      if (isOwn || dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      void door.drop(takeItems(dataTransfer)).then(say);
    });
    return () => controller.abort();
  }, [door, say]);
  return isOver;
};

export const useLocalFiles = (player: Player, say: (words: string) => void): LocalFilesControl => {
  const door = useContext(LocalDoorContext);
  const isOver = useDrop(door, say);
  useEffect(() => {
    if (!door) return undefined;
    // Behind the first view, and before the server may go; what fails is told when it is wanted.
    door.load().catch(() => undefined);
    void door.recall();
    return player.on('error', ({ code }) => {
      // It may be allowed by now.
      if (code === 'closed') void door.recall();
    });
  }, [door, player]);
  const choose = useCallback(() => void door?.choose().then(say), [door, say]);
  const launch = useCallback(
    (handles: readonly FileSystemHandle[]) => void door?.launch(handles).then(say),
    [door, say],
  );
  const share = useCallback(() => void door?.share().then(say), [door, say]);
  return { isOver, choose: door && choose, launch, share };
};
