/** Arithmetic on half-open byte ranges. Pure; empty ranges never leave these functions. */
import type { ByteRange } from '../shared/units';

/** What both have, or null. */
export const intersect = (a: ByteRange, b: ByteRange): ByteRange | null => {
  const begin = Math.max(a.begin, b.begin);
  const end = Math.min(a.end, b.end);
  return begin < end ? { begin, end } : null;
};

/** `ranges` without `cut`; keeps the order. */
export const subtract = (ranges: readonly ByteRange[], cut: ByteRange): ByteRange[] => {
  const rest: ByteRange[] = [];
  for (const range of ranges) {
    const before = { begin: range.begin, end: Math.min(range.end, cut.begin) };
    const after = { begin: Math.max(range.begin, cut.end), end: range.end };
    if (before.begin < before.end) rest.push(before);
    if (after.begin < after.end) rest.push(after);
  }
  return rest;
};

/** `ranges` in rising order, touching and overlapping ones joined. */
export const coalesce = (ranges: readonly ByteRange[]): ByteRange[] => {
  const joined: { begin: number; end: number }[] = [];
  const sorted = ranges.filter(({ begin, end }) => begin < end).sort((a, b) => a.begin - b.begin);
  for (const range of sorted) {
    const last = joined[joined.length - 1];
    if (last !== undefined && range.begin <= last.end) last.end = Math.max(last.end, range.end);
    else joined.push({ begin: range.begin, end: range.end });
  }
  return joined;
};

/** `range` widened to multiples of `unitBytes`, but not past `limit`. */
export const alignOutwards = (range: ByteRange, unitBytes: number, limit: number): ByteRange => ({
  begin: Math.floor(range.begin / unitBytes) * unitBytes,
  end: Math.min(Math.ceil(range.end / unitBytes) * unitBytes, limit),
});
