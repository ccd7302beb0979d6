/** What the keys on a row of a list mean that is put in order by hand. Pure. */

type Key = { readonly key: string; readonly altKey: boolean };

/** Rows as they stand, the first at index 0. */
export type RowOrder = {
  readonly items: readonly { readonly key: number }[];
  /** Rows in front of this one stay where they are, and no other gets there. */
  readonly firstIndex: number;
};

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
  { items, firstIndex }: RowOrder,
  index: number,
  part: string,
): number | null => {
  const step = stepOf(key);
  if (step === 0 || (part !== 'handle' && !altKey) || index < firstIndex) return null;
  return Math.min(items.length - 1, Math.max(firstIndex, index + step));
};

/** The key of the item whose row has the focus next; null: the key is none of these. */
export const neighbourTarget = (
  key: string,
  { items }: Pick<RowOrder, 'items'>,
  index: number,
): number | null => {
  const step = stepOf(key);
  const at = Math.min(items.length - 1, Math.max(0, index + step));
  return step === 0 ? null : (items[at]?.key ?? null);
};
