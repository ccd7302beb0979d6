/** A Map that holds so many entries at most: whatever was set longest ago goes first. */
export class BoundedMap<Key, Value> {
  // A Map keeps insertion order: the first entry is the oldest one.
  readonly #entries = new Map<Key, Value>();
  readonly #countMax: number;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A copy; the oldest first. */
  get keys(): readonly Key[] {
    return [...this.#entries.keys()];
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  delete(key: Key): void {
    this.#entries.delete(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#countMax) return;
      this.#entries.delete(oldest);
    }
  }
}
