/**
 * Seeded pseudo-random numbers, so that every run of the generator gives the same album.
 * Algorithm: mulberry32 (32-bit state, period 2^32), good enough for noise and human timing.
 */
export class Random {
  /** @param {number} seed any 32-bit integer */
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** @returns {number} uniform in [0, 1) */
  next() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  }

  /** @returns {number} white noise in [-1, 1) */
  noise() {
    return this.next() * 2 - 1;
  }

  /** @returns {number} uniform in [low, high) */
  between(low, high) {
    return low + (high - low) * this.next();
  }

  /** @returns {number} roughly normal, mean 0, deviation 1, never beyond +-3 */
  normal() {
    // The sum of twelve uniforms has variance 1; four scaled ones are close enough for timing.
    return (this.next() + this.next() + this.next() + this.next() - 2) * 1.5;
  }
}
