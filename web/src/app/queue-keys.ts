/** What the keys on a row of the queue mean. Pure. */
import { isMovable, type QueueSnapshot } from '../player/queue-types';

type Key = { readonly key: string; readonly altKey: boolean };

const PAGE_COUNT = 10;

const stepOf = (key: string): number => {
  switch (key) {
    case 'ArrowUp':
      return -1;
    case 'ArrowDown':
      return 1;
    case 'PageUp':
      return -PAGE_COUNT;
    case 'PageDown':
      return PAGE_COUNT;
    case 'Home':
      return -Infinity;
    case 'End':
      return Infinity;
    default:
      return 0;
  }
};

/** Where the row at `index` is moved to, on its handle or with Alt; null: it is not moved. */
export const moveTarget = (
  { key, altKey }: Key,
  queue: QueueSnapshot,
  index: number,
  part: string,
): number | null => {
  const step = stepOf(key);
  if (step === 0 || (part !== 'handle' && !altKey) || !isMovable(queue, index)) return null;
  const first = queue.shuffle ? queue.currentIndex + 1 : 0;
  return Math.min(queue.items.length - 1, Math.max(first, index + step));
};

/** The key of the item whose row has the focus next; null: the key is none of these. */
export const neighbourTarget = (
  key: string,
  { items }: QueueSnapshot,
  index: number,
): number | null => {
  const step = stepOf(key);
  const at = Math.min(items.length - 1, Math.max(0, index + step));
  return step === 0 ? null : (items[at]?.key ?? null);
};
