/** What several ask for at the same time is done once, and given up when nobody waits for it. */
import { GivenUpError } from './problem';

type Work<T> = {
  readonly result: Promise<T>;
  readonly life: AbortController;
  askerCount: number;
};

export class SharedWork<T> {
  readonly #works = new Map<string, Work<T>>();

  /** `key`: all that the result depends on. `signal`: of this asker alone. */
  do(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal.aborted) return Promise.reject(new GivenUpError());
    const work = this.#works.get(key) ?? this.#begin(key, start);
    work.askerCount += 1;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        reject(new GivenUpError());
        work.askerCount -= 1;
        if (work.askerCount > 0) return;
        // Whoever asks now asks anew.
        this.#forget(key, work);
        work.life.abort();
      };
      signal.addEventListener('abort', leave, { once: true });
      const end = (): void => signal.removeEventListener('abort', leave);
      work.result.finally(end).then(resolve, reject);
    });
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): Work<T> {
    const life = new AbortController();
    const work: Work<T> = { result: start(life.signal), life, askerCount: 0 };
    this.#works.set(key, work);
    const forget = (): void => this.#forget(key, work);
    work.result.then(forget, forget);
    return work;
  }

  #forget(key: string, work: Work<T>): void {
    if (this.#works.get(key) === work) this.#works.delete(key);
  }
}
