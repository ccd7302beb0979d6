/** Waiting for what has no promise of its own, and for what has to fail. */
import { PlayerError } from '../../web/src/shared/errors';

/** Looks every millisecond, for a few seconds. */
export const until = async (condition: () => boolean): Promise<void> => {
  for (let count = 0; count < 3000; count += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`waited in vain for ${condition}`);
};

/** The PlayerError that `work` is rejected with; anything else is an error of the test. */
export const failure = async (work: Promise<unknown>): Promise<PlayerError> => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PlayerError)) throw new Error(`expected a PlayerError, got ${error}`);
  return error;
};

/** Until `check` does not throw any more; what it throws last where it always does. */
export const eventually = async (check: () => unknown): Promise<void> => {
  for (let count = 0; ; count += 1) {
    try {
      await check();
      return;
    } catch (error) {
      if (count >= 1000) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};
