/** What is kept on the device on purpose, for React. */
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { KeepingDoor } from './keeping-door';
import { NOTHING_KEPT, type KeepingState } from './keeping-state';

/** A page without one keeps nothing on purpose. */
export const KeepingContext = createContext<KeepingDoor | null>(null);

const NEVER = (): (() => void) => () => undefined;

export type Keeping = { readonly door: KeepingDoor; readonly state: KeepingState };

/** null: nothing can be kept here. */
export const useKeeping = (): Keeping | null => {
  const door = useContext(KeepingContext);
  const state = useSyncExternalStore(
    door?.subscribe ?? NEVER,
    () => door?.getState() ?? NOTHING_KEPT,
  );
  return door && { door, state };
};
