/**
 * What tells files of one size apart without reading all of them: 32 hexadecimal digits of the
 * SHA-256 of their first and last bytes. Tags and the first and last sound are there, so that two
 * songs differ; it is no proof that the middle is the same.
 */
import { PlayerError } from '../../shared/errors';
import { hex } from '../../shared/hex';

const END_BYTES = 64 * 1024;
const DIGIT_COUNT = 32;

/** What of a Blob is used. */
export type Printed = Pick<Blob, 'size' | 'slice'>;

/** Rejects where the file cannot be read, and on a page that is not secure. */
export const printOf = async (file: Printed): Promise<string> => {
  const head = file.slice(0, END_BYTES);
  const tail = file.slice(Math.max(END_BYTES, file.size - END_BYTES));
  const bytes = await new Blob([head, tail]).arrayBuffer();
  if (!('subtle' in crypto)) throw new PlayerError('internal', 'This page is not secure.');
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return hex(hash).slice(0, DIGIT_COUNT);
};
