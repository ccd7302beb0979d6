/** Complex radix-2 FFT in place, in double precision. Sizes are powers of two. */
export class Fft {
  readonly size: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Uint32Array;

  constructor(size: number) {
    if (size < 2 || (size & (size - 1)) !== 0) throw new Error(`${size} is no power of two`);
    this.size = size;
    this.#cos = Float64Array.from({ length: size / 2 }, (_, k) =>
      Math.cos((2 * Math.PI * k) / size),
    );
    this.#sin = Float64Array.from({ length: size / 2 }, (_, k) =>
      Math.sin((2 * Math.PI * k) / size),
    );
    const bits = Math.log2(size);
    this.#reversed = new Uint32Array(size);
    for (let k = 1; k < size; k += 1) {
      this.#reversed[k] = (this.#at(this.#reversed, k >> 1) >> 1) | ((k & 1) << (bits - 1));
    }
  }

  /** Forward transform, without scaling. */
  forward(real: Float64Array, imaginary: Float64Array): void {
    this.#permute(real);
    this.#permute(imaginary);
    for (let half = 1; half < this.size; half *= 2) this.#butterflies(real, imaginary, half);
  }

  /** Inverse transform, scaled by 1 / size. */
  inverse(real: Float64Array, imaginary: Float64Array): void {
    this.forward(imaginary, real); // Swapped parts: the conjugate transform.
    for (let k = 0; k < this.size; k += 1) {
      real[k] = this.#at(real, k) / this.size;
      imaginary[k] = this.#at(imaginary, k) / this.size;
    }
  }

  #butterflies(real: Float64Array, imaginary: Float64Array, half: number): void {
    const stride = this.size / (2 * half);
    for (let offset = 0; offset < half; offset += 1) {
      const cos = this.#at(this.#cos, offset * stride);
      const sin = -this.#at(this.#sin, offset * stride);
      for (let even = offset; even < this.size; even += 2 * half) {
        const odd = even + half;
        const oddReal = real[odd] as number;
        const oddImaginary = imaginary[odd] as number;
        const turnedReal = oddReal * cos - oddImaginary * sin;
        const turnedImaginary = oddReal * sin + oddImaginary * cos;
        const evenReal = real[even] as number;
        const evenImaginary = imaginary[even] as number;
        real[odd] = evenReal - turnedReal;
        imaginary[odd] = evenImaginary - turnedImaginary;
        real[even] = evenReal + turnedReal;
        imaginary[even] = evenImaginary + turnedImaginary;
      }
    }
  }

  #permute(values: Float64Array): void {
    for (let k = 0; k < this.size; k += 1) {
      const other = this.#at(this.#reversed, k);
      if (other <= k) continue;
      const kept = this.#at(values, k);
      values[k] = this.#at(values, other);
      values[other] = kept;
    }
  }

  #at(values: Float64Array | Uint32Array, index: number): number {
    return values[index] as number;
  }
}
