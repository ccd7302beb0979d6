/**
 * Lets what has work to do work, in bounded steps: the most urgent first; of equals, the one that
 * was asked last. Every few milliseconds the message queue is looked at between two steps.
 */
export type Runnable = {
  /** Whether step() has something to do right now. */
  readonly isRunnable: boolean;
  /** Less is more urgent. */
  readonly urgency: number;
  /** One bounded piece of work. Returns whether it took time, so that messages want a look. */
  step(): boolean;
};

export type SessionPumpOptions = {
  /** Resolves after the messages that have arrived by now were handled. */
  readonly yieldToMessages: () => Promise<void>;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** A step threw. */
  readonly onError: (error: unknown) => void;
};

/** Steps that are shorter share a turn: looking at the messages costs as much as some of them. */
export const TURN_MS = 3;

export class SessionPump<Session extends Runnable> {
  readonly #options: SessionPumpOptions;
  /** By when they were asked last, the latest in front. */
  #order: Session[] = [];
  #pumping = false;

  constructor(options: SessionPumpOptions) {
    this.#options = options;
  }

  get all(): readonly Session[] {
    return this.#order;
  }

  putFirst(session: Session): void {
    const others = this.#order.filter((other) => other !== session);
    this.#order = [session, ...others];
  }

  /** Of equals, all others come before it. */
  putLast(session: Session): void {
    const others = this.#order.filter((other) => other !== session);
    this.#order = [...others, session];
  }

  remove(session: Session): void {
    this.#order = this.#order.filter((other) => other !== session);
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#pump().catch((error: unknown) => {
      this.#pumping = false;
      this.#options.onError(error);
    });
  }

  /** Of equals, the one that was asked last. */
  #mostUrgent(): Session | undefined {
    const runnable = this.#order.filter((candidate) => candidate.isRunnable);
    const least = Math.min(...runnable.map(({ urgency }) => urgency));
    return runnable.find(({ urgency }) => urgency === least);
  }

  async #pump(): Promise<void> {
    const { nowMs, yieldToMessages } = this.#options;
    let turnBeganMs = nowMs();
    for (;;) {
      const session = this.#mostUrgent();
      if (session === undefined) {
        // In the same turn as the look: a session that wakes later finds nobody pumping.
        this.#pumping = false;
        return;
      }
      const tookTime = session.step();
      if (!tookTime || nowMs() - turnBeganMs < TURN_MS) continue;
      await yieldToMessages();
      turnBeganMs = nowMs();
    }
  }
}
