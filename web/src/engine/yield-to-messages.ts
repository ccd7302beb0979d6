/**
 * Lets the event loop handle the messages that have already arrived. A message channel does it in
 * microseconds, where a nested setTimeout(0) is held back for 4 ms (HTML standard, timers), and
 * scheduler.yield() would come back before them.
 */
export class MessageYield {
  readonly #channel = new MessageChannel();
  #waiting: (() => void)[] = [];

  constructor() {
    this.#channel.port1.onmessage = () => {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const go of waiting) go();
    };
  }

  /** Resolves in a task of its own. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#channel.port2.postMessage(null);
    });
  }

  close(): void {
    this.#channel.port1.close();
  }
}
