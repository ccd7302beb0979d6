/** Time as it is handed to everything that waits, so that tests can run on a virtual clock. */
export type Clock = {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Runs `action` once after `delayMs`, unless the returned function is called before. */
  after(delayMs: number, action: () => void): () => void;
};
