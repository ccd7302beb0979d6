/** How long a track waits for the store before the engine makes its sound. */
import type { Clock } from '../net/clock';

/** As long as the engine could not begin anyway, and so long at least. */
export const LOOK_UP_MS_MIN = 50;

/** What was found in time; null: nothing. `loading`: when the engine could begin. */
export const foundInTime = async <T>(
  found: Promise<T | null>,
  loading: Promise<unknown>,
  clock: Clock,
): Promise<T | null> => {
  let stop = (): void => undefined;
  const patience = new Promise<null>((resolve) => {
    stop = clock.after(LOOK_UP_MS_MIN, () => resolve(null));
  });
  const engineWaits = loading.then(
    () => patience,
    // Then the store is all that there is.
    () => found,
  );
  return Promise.race([found, engineWaits]).finally(stop);
};
