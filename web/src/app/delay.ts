/** Work that is done later, and can be dropped until then. */

/** Does the work after so long; returns the function that drops it. */
export type Delay = (work: () => void, delayMs: number) => () => void;

export const browserDelay: Delay = (work, delayMs) => {
  const timer = window.setTimeout(work, delayMs);
  return () => window.clearTimeout(timer);
};
