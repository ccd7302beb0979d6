import { describe, expect, it } from '@jest/globals';
import { BoundedMap } from '../../../web/src/shared/bounded-map';

describe('BoundedMap', () => {
  it('forgets what was set longest ago', () => {
    const map = new BoundedMap<string, number>(3);
    for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index);
    map.set('a', 10); // Now b is the oldest.
    map.set('d', 3);
    expect(map.size).toBe(3);
    expect(map.has('b')).toBe(false);
    expect(['a', 'c', 'd'].map((key) => map.get(key))).toEqual([10, 2, 3]);
  });

  it('never grows beyond its bound', () => {
    const map = new BoundedMap<number, true>(100);
    for (let key = 0; key < 10_000; key += 1) map.set(key, true);
    expect(map.size).toBe(100);
    expect(map.has(9_900)).toBe(true);
    expect(map.has(9_899)).toBe(false);
  });
});
