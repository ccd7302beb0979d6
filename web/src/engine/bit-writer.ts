/** Bits to bytes, most significant first, as FLAC and MP3 are written. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #current = 0;
  #count = 0;

  /** Appends the low `bitCount` bits of `value`; 0 <= bitCount <= 24. */
  put(value: number, bitCount: number): void {
    // At most 7 bits wait, so 31 are in use.
    this.#current = (this.#current << bitCount) | (value & ((1 << bitCount) - 1));
    this.#count += bitCount;
    while (this.#count >= 8) {
      this.#count -= 8;
      this.#bytes.push((this.#current >>> this.#count) & 0xff);
    }
    this.#current &= (1 << this.#count) - 1;
  }

  /** Everything so far, the last byte filled up with zeros. */
  bytes(): Uint8Array {
    const last = this.#count > 0 ? [this.#current << (8 - this.#count)] : [];
    return Uint8Array.from(this.#bytes.concat(last));
  }
}
