/** A storage that holds as many characters as it is told to, and refuses more, as browsers do. */
export class MemoryStorage {
  readonly entries = new Map<string, string>();
  readonly #charCountMax: number;
  /** What was written, key by key. */
  readonly writes: string[] = [];

  constructor(charCountMax = Infinity) {
    this.#charCountMax = charCountMax;
  }

  getItem(key: string): string | null {
    return this.entries.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    const others = [...this.entries].filter(([other]) => other !== key);
    const count = others.reduce((sum, [name, text]) => sum + name.length + text.length, 0);
    if (count + key.length + value.length > this.#charCountMax) {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    }
    this.writes.push(key);
    this.entries.set(key, value);
  }

  removeItem(key: string): void {
    this.entries.delete(key);
  }
}
