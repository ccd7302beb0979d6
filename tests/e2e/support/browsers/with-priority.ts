/**
 * Programs that must keep up with a sound device, on a machine that may have other work: where it
 * is allowed they get a higher priority than that work. Elsewhere they run as they are.
 */
import { getPriority, setPriority } from 'node:os';

/** As much as Chromium gives its own audio threads where it may. */
const NICENESS = -12;

/** What `start` starts inherits the priority of this process: it is raised for that while. */
export const withPriority = async <Result>(start: () => Promise<Result>): Promise<Result> => {
  const before = getPriority();
  try {
    setPriority(NICENESS);
  } catch {
    return start(); // Only root may, or who has been given it (limits.conf).
  }
  try {
    return await start();
  } finally {
    setPriority(before);
  }
};
