/** How long a track waits for the store before the engine makes its sound. */
import type { Clock } from '../net/clock';
import type { TrackRecorder } from '../store/track-recorder';
import type { KeptSessionOptions } from './kept-options';

/** As long as the engine could not begin anyway, and so long at least. */
export const LOOK_UP_MS_MIN = 50;

/** What was found in time; null: nothing. `loading`: when the engine could begin. */
const foundInTime = async <T>(
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

/**
 * Tells the recorder what is kept of a track. Resolves to whether that was in time; `onLate`: it
 * came later, and was joined with what the engine had told by then.
 */
export const lookUp = async (
  { store, track, engineBuild, door, clock }: KeptSessionOptions,
  recorder: TrackRecorder,
  onLate: () => void,
): Promise<boolean> => {
  const finding = store.open(track, engineBuild);
  // A track that is new need not wait to hear that it is.
  const isWaitedFor = !recorder.isCarried && store.mayHold(track);
  const kept = isWaitedFor ? await foundInTime(finding, door.loadModule(), clock) : null;
  if (kept !== null) {
    recorder.adopt(kept);
    return true;
  }
  const joining = recorder.expect(finding);
  joining.then(
    (isOfUse) => isOfUse && onLate(),
    () => undefined,
  );
  return false;
};
