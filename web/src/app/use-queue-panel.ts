/** Whether the queue is open, and the functions (always the same) that open and close it. */
import { useMemo, useRef, useState } from 'react';
import type { QueuePanelControl } from './use-keyboard';

export const useQueuePanel = (): readonly [boolean, QueuePanelControl] => {
  const [isOpen, setOpen] = useState(false);
  const latest = useRef(false);
  const control = useMemo<QueuePanelControl>(() => {
    const set = (value: boolean): void => {
      latest.current = value;
      setOpen(value);
    };
    return {
      toggle: () => set(!latest.current),
      close: () => {
        const wasOpen = latest.current;
        set(false);
        return wasOpen;
      },
    };
  }, []);
  return [isOpen, control];
};
