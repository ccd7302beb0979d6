import { describe, expect, it } from '@jest/globals';
import { BLOCK_BYTES, BlockCache } from '../../../web/src/net/block-cache';
import { coalesce } from '../../../web/src/net/byte-ranges';
import type { ByteRange } from '../../../web/src/shared/units';
import { randomBytes, seededRandom } from '../../support/random';

const FILE = randomBytes(20 * BLOCK_BYTES + 77, 4);

const write = (cache: BlockCache, begin: number, end: number): void =>
  cache.write(begin, FILE.subarray(begin, end));

describe('BlockCache', () => {
  it('holds what was written, piece by piece', () => {
    const cache = new BlockCache(FILE.length * 2);
    write(cache, 100, 200);
    write(cache, 200, BLOCK_BYTES + 50);
    expect(coalesce(cache.held({ begin: 0, end: FILE.length }))).toEqual([
      { begin: 100, end: BLOCK_BYTES + 50 },
    ]);
    expect(cache.held({ begin: 150, end: 160 })).toEqual([{ begin: 150, end: 160 }]);
    expect(cache.held({ begin: 0, end: 100 })).toEqual([]);
  });

  it('gives up the least recently used block first', () => {
    const cache = new BlockCache(2 * BLOCK_BYTES);
    write(cache, 0, 2 * BLOCK_BYTES);
    cache.lend({ begin: 0, end: 10 }, () => undefined);
    write(cache, 5 * BLOCK_BYTES, 6 * BLOCK_BYTES);
    const held = cache.held({ begin: 0, end: FILE.length }).map(({ begin }) => begin / BLOCK_BYTES);
    expect(held).toEqual([0, 5]);
  });

  it('never shows a wrong byte, whatever is written and given up', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const random = seededRandom(seed);
      const cache = new BlockCache(6 * BLOCK_BYTES);
      for (let count = 0; count < 60; count += 1) {
        const begin = Math.floor(random() * FILE.length);
        write(cache, begin, Math.min(FILE.length, begin + Math.floor(random() * 40_000)));
        expect(cache.sizeBytes).toBeLessThanOrEqual(6 * BLOCK_BYTES);
        const all = { begin: 0, end: FILE.length };
        const lent: ByteRange[] = [];
        cache.lend(all, (offset, bytes) => {
          const end = offset + bytes.length;
          lent.push({ begin: offset, end });
          const same = Buffer.compare(bytes, FILE.subarray(offset, end)) === 0;
          if (!same) throw new Error(`seed ${seed}: wrong bytes at ${offset}`);
        });
        expect(coalesce(lent)).toEqual(cache.held(all));
      }
    }
  });
});
