/**
 * The bytes of one source that were fetched lately: aligned blocks, the least recently used one
 * given up first. A block that is still arriving holds one contiguous piece, so bytes can be used
 * as soon as they are there.
 */
import type { ByteRange } from '../shared/units';

/** Requests are widened to whole blocks; a probe of a place is 10 KiB, so more would be waste. */
export const BLOCK_BYTES = 4 * 1024;

/** Blocks lie in pages of this many, so that memory is neither taken nor given back piecemeal. */
const PAGE_BLOCK_COUNT = 256;

/** Where the block lies in the pages; what it holds, in offsets of the source. */
type Block = { readonly slot: number; begin: number; end: number };

export class BlockCache {
  // A Map keeps insertion order: the first entry is the least recently used one.
  readonly #blocks = new Map<number, Block>();
  #pages: Uint8Array[] = [];
  #freeSlots: number[] = [];
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
  }

  /** The parts of `range` that are held, in rising order, as few as can be. No use of them. */
  held(range: ByteRange): ByteRange[] {
    const runs: { begin: number; end: number }[] = [];
    this.#visit(range, (_, begin, end) => {
      const last = runs[runs.length - 1];
      if (last?.end === begin) last.end = end;
      else runs.push({ begin, end });
    });
    return runs;
  }

  /** Lends what is held of `range`, in rising order, until the next write. Counts as a use. */
  lend(range: ByteRange, use: (offset: number, bytes: Uint8Array) => void): void {
    this.#visit(range, (index, begin, end) => {
      const block = this.#blocks.get(index);
      if (block === undefined) return;
      this.#blocks.delete(index);
      this.#blocks.set(index, block);
      const start = index * BLOCK_BYTES;
      use(begin, this.#bytesOf(block).subarray(begin - start, end - start));
    });
  }

  clear(): void {
    this.#blocks.clear();
    this.#pages = [];
    this.#freeSlots = [];
  }

  #visit(range: ByteRange, use: (index: number, begin: number, end: number) => void): void {
    const first = Math.floor(range.begin / BLOCK_BYTES);
    for (let index = first; index * BLOCK_BYTES < range.end; index += 1) {
      const block = this.#blocks.get(index);
      if (block === undefined) continue;
      const begin = Math.max(block.begin, range.begin);
      const end = Math.min(block.end, range.end);
      if (begin < end) use(index, begin, end);
    }
  }

  #bytesOf({ slot }: Block): Uint8Array {
    const start = (slot % PAGE_BLOCK_COUNT) * BLOCK_BYTES;
    const page = this.#pages[Math.floor(slot / PAGE_BLOCK_COUNT)];
    return page?.subarray(start, start + BLOCK_BYTES) ?? new Uint8Array(0);
  }

  #writePiece(index: number, begin: number, bytes: Uint8Array): void {
    const end = begin + bytes.length;
    const block = this.#blocks.get(index) ?? { slot: this.#takeSlot(), begin, end };
    const touches = begin <= block.end && end >= block.begin;
    // Pieces of one block that do not touch happen only after an eviction in between.
    block.begin = touches ? Math.min(block.begin, begin) : begin;
    block.end = touches ? Math.max(block.end, end) : end;
    this.#bytesOf(block).set(bytes, begin - index * BLOCK_BYTES);
    this.#blocks.delete(index);
    this.#blocks.set(index, block);
  }

  /** Room for one more block: never used, given up before, or now. */
  #takeSlot(): number {
    if (this.sizeBytes + BLOCK_BYTES > this.#limitBytes) {
      for (const [index, { slot }] of this.#blocks) {
        this.#blocks.delete(index);
        return slot;
      }
    }
    if (this.#freeSlots.length === 0) {
      const first = this.#pages.length * PAGE_BLOCK_COUNT;
      this.#pages.push(new Uint8Array(PAGE_BLOCK_COUNT * BLOCK_BYTES));
      for (let k = PAGE_BLOCK_COUNT - 1; k >= 0; k -= 1) this.#freeSlots.push(first + k);
    }
    return this.#freeSlots.pop() ?? 0;
  }
}
