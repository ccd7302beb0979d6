/** Looks once whether a file is still the one that kept sound was made of. */
import type { SourceFacts } from '../net/range-response';
import { isSameVersion } from '../net/file-version';

export class FileCheck {
  readonly #ask: (signal: AbortSignal) => Promise<SourceFacts>;
  readonly #onReplaced: () => void;
  readonly #life = new AbortController();
  #isDone = false;
  #asking: Promise<void> = Promise.resolve();

  /** `ask`: what the server says of the file now. */
  constructor(ask: (signal: AbortSignal) => Promise<SourceFacts>, onReplaced: () => void) {
    this.#ask = ask;
    this.#onReplaced = onReplaced;
  }

  /** `known`: of the file that was. Resolves when it was looked at, and the listener has heard. */
  begin(known: SourceFacts): Promise<void> {
    if (this.#isDone) return this.#asking;
    this.#isDone = true;
    const { signal } = this.#life;
    this.#asking = this.#ask(signal).then(
      (now) => {
        if (!signal.aborted && !isSameVersion(known, now)) this.#onReplaced();
      },
      // Without an answer there is no evidence: without a network, what is kept plays.
      () => undefined,
    );
    return this.#asking;
  }

  /** It is looked at in another way. */
  skip(): void {
    this.#isDone = true;
  }

  /** It is not looked at in that other way after all. */
  resume(): void {
    this.#isDone = false;
  }

  close(): void {
    this.#life.abort();
  }
}
