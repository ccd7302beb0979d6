/**
 * The bytes of one source that were fetched lately: aligned blocks, the least recently used one
 * given up first. A block that is still arriving holds one contiguous piece, so bytes can be used
 * as soon as they are there.
 */
import type { ByteRange } from '../shared/units';
import { intersect } from './byte-ranges';

/** Requests are widened to whole blocks; a probe of a place is 10 KiB, so more would be waste. */
export const BLOCK_BYTES = 4 * 1024;

/** `held` is in offsets of the source. */
type Block = { readonly bytes: Uint8Array; held: ByteRange };

export class BlockCache {
  // A Map keeps insertion order: the first entry is the least recently used one.
  readonly #blocks = new Map<number, Block>();
  #limitBytes: number;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get sizeBytes(): number {
    return this.#blocks.size * BLOCK_BYTES;
  }

  /** For a server that sends the file only as a whole: what is given up cannot be had again. */
  raiseLimit(limitBytes: number): void {
    this.#limitBytes = Math.max(this.#limitBytes, limitBytes);
  }

  /** Copies `bytes`, found at `offset` of the source. */
  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    for (let at = offset; at < end;) {
      const index = Math.floor(at / BLOCK_BYTES);
      const pieceEnd = Math.min((index + 1) * BLOCK_BYTES, end);
      this.#writePiece(index, at, bytes.subarray(at - offset, pieceEnd - offset));
      at = pieceEnd;
    }
    this.#evict();
  }

  /** The parts of `range` that are held, in rising order. Does not count as a use. */
  held(range: ByteRange): ByteRange[] {
    const parts: ByteRange[] = [];
    const first = Math.floor(range.begin / BLOCK_BYTES);
    for (let index = first; index * BLOCK_BYTES < range.end; index += 1) {
      const block = this.#blocks.get(index);
      const part = block === undefined ? null : intersect(block.held, range);
      if (part !== null) parts.push(part);
    }
    return parts;
  }

  /** The bytes of a part that held() told, valid until the next write. Counts as a use. */
  view(part: ByteRange): Uint8Array {
    const index = Math.floor(part.begin / BLOCK_BYTES);
    const block = this.#blocks.get(index);
    if (block === undefined) return new Uint8Array(0);
    this.#blocks.delete(index);
    this.#blocks.set(index, block);
    const start = index * BLOCK_BYTES;
    return block.bytes.subarray(part.begin - start, part.end - start);
  }

  clear(): void {
    this.#blocks.clear();
  }

  #writePiece(index: number, offset: number, bytes: Uint8Array): void {
    const piece = { begin: offset, end: offset + bytes.length };
    const block = this.#blocks.get(index) ?? { bytes: new Uint8Array(BLOCK_BYTES), held: piece };
    const { held } = block;
    const touches = piece.begin <= held.end && piece.end >= held.begin;
    // Pieces of one block that do not touch happen only after an eviction in between.
    block.held = touches
      ? { begin: Math.min(held.begin, piece.begin), end: Math.max(held.end, piece.end) }
      : piece;
    block.bytes.set(bytes, offset - index * BLOCK_BYTES);
    this.#blocks.delete(index);
    this.#blocks.set(index, block);
  }

  #evict(): void {
    for (const index of this.#blocks.keys()) {
      if (this.sizeBytes <= this.#limitBytes) return;
      this.#blocks.delete(index);
    }
  }
}
