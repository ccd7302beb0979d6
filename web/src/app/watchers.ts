/** Who is told that something is another one: as React's useSyncExternalStore asks for them. */
export class Watchers {
  readonly #listeners = new Set<() => void>();

  /** Returns the function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
