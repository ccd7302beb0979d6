/** Files that are held over the page and dropped anywhere on it. */
import { useEffect, useState } from 'react';
import { takeItems } from './dropped-items';
import type { LocalDoor } from './local-door';

type DragType = 'dragstart' | 'dragend' | 'dragenter' | 'dragover' | 'dragleave' | 'drop';

/** With no button held none of these comes while something is dragged. */
const MOVES = ['pointermove', 'mousemove'] as const;

/** Browsers tell every 50 to 350 ms that something is held; busy ones later. */
const HELD_MS = 2000;

const isList = (file: File | null): file is File => /\.m3u8?$/iu.test(file?.name ?? '');

/**
 * Whether files are held over the page. What is dragged within it is none of ours. `say` and
 * `onLists`, which takes lists of other players: always the same functions.
 */
export const useDrop = (
  door: LocalDoor | null,
  say: (words: string) => void,
  onLists: (files: readonly File[]) => void,
): boolean => {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    if (!door) return undefined;
    // A cover that is dragged counts as a file, too.
    let isOwn = false;
    let timer = 0;
    const controller = new AbortController();
    const { signal } = controller;
    const on = (type: DragType, listener: (event: DragEvent) => void): void =>
      window.addEventListener(type, listener, { signal });
    const leave = (): void => {
      window.clearTimeout(timer);
      setOver(false);
    };
    const follow = (event: DragEvent): void => {
      const { dataTransfer } = event;
      if (isOwn || dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      dataTransfer.dropEffect = 'copy';
      setOver(true);
      // A drag that is cancelled, or leaves by a side door, is not always told of.
      window.clearTimeout(timer);
      timer = window.setTimeout(leave, HELD_MS);
    };
    const end = (): void => {
      isOwn = false;
    };
    // What was dragged may have gone from the page by then, and its `dragend` with it.
    for (const type of MOVES) {
      const look = ({ buttons }: MouseEvent): void => {
        if (buttons === 0) end();
      };
      window.addEventListener(type, look, { signal, passive: true });
    }
    window.addEventListener('pointerdown', end, { signal, passive: true });
    on('dragstart', () => (isOwn = true));
    on('dragend', end);
    on('dragenter', follow);
    on('dragover', follow);
    on('dragleave', ({ relatedTarget }) => {
      if (relatedTarget === null) leave();
    });
    on('drop', (event) => {
      leave();
      const { dataTransfer } = event;
      const wasOwn = isOwn;
      end();
      if (wasOwn || dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      const items = takeItems(dataTransfer);
      const lists = items.map(({ file }) => file).filter(isList);
      if (lists.length > 0) onLists(lists);
      if (lists.length === 0 || lists.length < items.length) void door.drop(items).then(say);
    });
    return () => {
      controller.abort();
      window.clearTimeout(timer);
    };
  }, [door, say, onLists]);
  return isOver;
};
