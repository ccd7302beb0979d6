/**
 * A task that may be asked for while it runs: it is never broken off for that, but runs once more
 * when it has ended, however often it was asked for meanwhile.
 */
export class OneAtATime {
  readonly #task: () => Promise<void>;
  #isRunning = false;
  #isAgain = false;
  #isStopped = false;

  /** `task` never rejects. */
  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  readonly ask = (): void => {
    this.#isAgain = true;
    if (!this.#isRunning) void this.#run();
  };

  /** It is not begun any more. */
  stop(): void {
    this.#isStopped = true;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isAgain && !this.#isStopped) {
      this.#isAgain = false;
      await this.#task();
    }
    this.#isRunning = false;
  }
}
