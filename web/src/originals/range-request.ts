/**
 * What a Range header asks for (RFC 9110 section 14.1), with the answers of auralis-server:
 * `tests/e2e/kept-files.test.ts` holds one against the other. Pure.
 */
import type { ByteRange } from '../shared/units';

/** A longer list costs more than the whole file. */
export const RANGE_COUNT_MAX = 64;

/** `whole`: it asks for nothing that is understood. */
export type RangeAnswer = 'whole' | 'unsatisfiable' | readonly ByteRange[];

const trim = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '');

/** Of any length: what is too large for a number is behind every file all the same. */
const SPEC = /^(\d*)-(\d*)$/;

const specRange = (spec: string, sizeBytes: number): 'malformed' | 'unsatisfiable' | ByteRange => {
  const [, first = '', last = ''] = SPEC.exec(spec) ?? [];
  if (first === '' && last === '') return 'malformed';
  if (first === '') {
    const length = Number(last);
    if (length === 0) return 'unsatisfiable';
    // Nothing of an empty file can be named.
    return sizeBytes === 0
      ? 'malformed'
      : { begin: Math.max(0, sizeBytes - length), end: sizeBytes };
  }
  const begin = Number(first);
  const end = last === '' ? Infinity : Number(last) + 1;
  if (end <= begin) return 'malformed';
  return begin >= sizeBytes ? 'unsatisfiable' : { begin, end: Math.min(end, sizeBytes) };
};

const overlap = (ranges: readonly ByteRange[]): boolean => {
  const ordered = [...ranges].sort((a, b) => a.begin - b.begin);
  return ordered.some(({ begin }, index) => begin < (ordered[index - 1]?.end ?? 0));
};

export const parseRange = (value: string, sizeBytes: number): RangeAnswer => {
  const [, unit = '', list = ''] = /^([^=]*)=(.*)$/.exec(value) ?? [];
  if (trim(unit).toLowerCase() !== 'bytes') return 'whole';
  // Empty elements are passed over (RFC 9110 section 5.6.1.2).
  const specs = list
    .split(',')
    .map(trim)
    .filter((spec) => spec !== '');
  if (specs.length === 0 || specs.length > RANGE_COUNT_MAX) return 'whole';
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const range = specRange(spec, sizeBytes);
    if (range === 'malformed') return 'whole';
    if (range !== 'unsatisfiable') ranges.push(range);
  }
  if (overlap(ranges)) return 'whole';
  return ranges.length === 0 ? 'unsatisfiable' : ranges;
};
