/**
 * A record as one run of bytes that tells whether it is whole: a head that JSON can hold, and parts
 * that are bytes. Pure.
 *
 *   0   u32  MAGIC, which also counts the layout
 *   4   u32  CRC-32 of all that follows
 *   8   u32  number of parts n
 *   12  u32  size of the head
 *   16  u32  size of each part, n times
 *       head in UTF-8, then the parts
 *
 * Numbers are little-endian.
 */
import { crc32 } from '../shared/checksum';

/** "aur1" */
const MAGIC = 0x31727561;
const FIXED_BYTES = 16;
const CHECKED_FROM = 8;

export type Unsealed = { readonly head: unknown; readonly parts: readonly ArrayBuffer[] };

export const seal = (head: unknown, parts: readonly Uint8Array[]): ArrayBuffer => {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const bodies = [text, ...parts];
  const headBytes = FIXED_BYTES + 4 * parts.length;
  const sizeBytes = bodies.reduce((sum, { length }) => sum + length, headBytes);
  const bytes = new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(8, parts.length, true);
  let offset = headBytes;
  bodies.forEach((body, index) => {
    view.setUint32(12 + 4 * index, body.length, true);
    bytes.set(body, offset);
    offset += body.length;
  });
  view.setUint32(4, crc32(bytes.subarray(CHECKED_FROM)), true);
  return bytes.buffer;
};

/** Null: it is not what seal() has made. The parts are buffers of their own. */
export const unseal = (sealed: unknown): Unsealed | null => {
  if (!(sealed instanceof ArrayBuffer) || sealed.byteLength < FIXED_BYTES) return null;
  const view = new DataView(sealed);
  if (view.getUint32(0, true) !== MAGIC) return null;
  if (view.getUint32(4, true) !== crc32(new Uint8Array(sealed, CHECKED_FROM))) return null;
  const partCount = view.getUint32(8, true);
  let offset = FIXED_BYTES + 4 * partCount;
  const [head, ...parts] = Array.from({ length: partCount + 1 }, (_, index) => {
    const end = offset + view.getUint32(12 + 4 * index, true);
    const body = sealed.slice(offset, end);
    offset = end;
    return body;
  });
  return { head: JSON.parse(new TextDecoder().decode(head)), parts };
};
