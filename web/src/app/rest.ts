/** A rest that can be ended early. */
import type { Clock } from '../player/playback-monitor';

export class Rest {
  readonly #clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  #end: () => void = () => undefined;

  constructor(clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>) {
    this.#clock = clock;
  }

  /** Resolves after `forMs`, or when it is ended. */
  for(forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(resolve, forMs);
      this.#end = () => {
        this.#clock.clearTimeout(timer);
        resolve();
      };
    });
  }

  end(): void {
    this.#end();
  }
}
