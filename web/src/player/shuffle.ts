/** Repeatable shuffling: the same items and the same seed give the same order. Pure. */

/** xorshift32 (G. Marsaglia, "Xorshift RNGs", 2003); never 0. */
const step = (state: number): number => {
  let next = state ^ (state << 13);
  next ^= next >>> 17;
  return next ^ (next << 5);
};

/** Neighbouring seeds begin far from each other. */
const begin = (seed: number): number => step(step(Math.imul(seed, 0x9e3779b1) | 1));

/** The seed of the shuffle after this one. */
export const nextSeed = (seed: number): number => begin(seed) >>> 0;

/** A copy in random order (Fisher and Yates). */
export const shuffled = <Item>(items: readonly Item[], seed: number): Item[] => {
  const result = [...items];
  let state = begin(seed);
  for (let last = result.length - 1; last > 0; last -= 1) {
    state = step(state);
    const other = Math.floor(((state >>> 0) / 2 ** 32) * (last + 1));
    const moved = result[other] as Item;
    result[other] = result[last] as Item;
    result[last] = moved;
  }
  return result;
};
