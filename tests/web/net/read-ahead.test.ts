import { describe, expect, it } from '@jest/globals';
import {
  READ_AHEAD_MAX_BYTES,
  READ_AHEAD_MIN_BYTES,
  ReadAhead,
} from '../../../web/src/net/read-ahead';

const SIZE = 100_000_000;
const STEP = 65_536;

const widthAfter = (reads: readonly number[], size = SIZE): number => {
  const readAhead = new ReadAhead();
  for (const begin of reads) readAhead.observe({ begin, end: begin + STEP });
  const { begin, end } = readAhead.window(size);
  return end - begin;
};

describe('ReadAhead', () => {
  it('opens with the second read in a row and doubles up to its limit', () => {
    const widths = [1, 2, 3, 4, 5, 6, 7].map((count) =>
      widthAfter(Array.from({ length: count }, (_, i) => i * STEP)),
    );
    const min = READ_AHEAD_MIN_BYTES;
    const max = READ_AHEAD_MAX_BYTES;
    expect(widths).toEqual([0, min, 2 * min, 4 * min, 8 * min, max, max]);
  });

  it('closes with a jump in either direction', () => {
    expect(widthAfter([0, STEP, 50_000_000])).toBe(0);
    expect(widthAfter([50_000_000, 50_000_000 + STEP, 0])).toBe(0);
  });

  it('stays open over a look back and over a small skip', () => {
    expect(widthAfter([0, STEP, STEP / 2 + STEP])).toBeGreaterThan(READ_AHEAD_MIN_BYTES);
    expect(widthAfter([0, STEP, 2 * STEP + 16_000])).toBeGreaterThan(READ_AHEAD_MIN_BYTES);
  });

  it('stays closed for probes at even distances of a short file', () => {
    const readAhead = new ReadAhead();
    const widths = Array.from({ length: 20 }, (_, i) => {
      readAhead.observe({ begin: i * 60_000, end: i * 60_000 + 12_000 });
      const { begin, end } = readAhead.window(1_200_000);
      return end - begin;
    });
    expect(Math.max(...widths)).toBe(0);
  });

  it('does not grow by reading the same again', () => {
    expect(widthAfter([0, STEP, STEP, STEP, 0])).toBe(READ_AHEAD_MIN_BYTES);
  });

  it('ends with the file', () => {
    expect(widthAfter([0, STEP], 2 * STEP + 10)).toBe(10);
    expect(widthAfter([0, STEP], 2 * STEP)).toBe(0);
  });
});
