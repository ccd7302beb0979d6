/** Tests of many steps at random: what happens, and that it is right. */
import { expect } from '@jest/globals';
import { seededRandom } from './random';

/** As toEqual, for the many times that it is: an assertion is slow. */
export const check = (story: () => object | string, got: unknown, wanted: unknown): void => {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) {
    expect({ story: story(), got }).toEqual({ story: story(), got: wanted });
  }
};

export type Chance = { below(count: number): number };

export const chanceOf = (seed: number): Chance => {
  const random = seededRandom(seed);
  return { below: (count) => Math.floor(random() * count) };
};
