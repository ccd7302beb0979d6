/** What the stages of the chain do at the playhead, for as long as somebody can see it. */
import { useEffect, useState, type RefObject } from 'react';
import { STAGES } from '../engine/engine-protocol';
import type { Player } from '../player/player';

/** Fifteen times a second. */
const REFRESH_MS = 66;
const NOTHING: readonly number[] = STAGES.map(() => 0);

const isSeen = (element: Element | null): boolean =>
  // Browsers from before 2024 do not know checkVisibility().
  element !== null && (!('checkVisibility' in element) || element.checkVisibility());

/** Tenths of a decibel, in the order of STAGES; zeros while `isRunning` is false. */
export const useStageGains = (
  player: Player,
  isRunning: boolean,
  element: RefObject<Element | null>,
): readonly number[] => {
  const [gains, setGains] = useState(NOTHING);
  useEffect(() => {
    if (!isRunning) return undefined;
    let timer: number | undefined;
    const read = (): void => {
      if (!isSeen(element.current)) return;
      const next = (player.stageGainsDb ?? NOTHING).map((gainDb) => Math.round(gainDb * 10) / 10);
      setGains((last) => (next.every((value, stage) => value === last[stage]) ? last : next));
    };
    const begin = (): void => {
      window.clearInterval(timer);
      if (!document.hidden) timer = window.setInterval(read, REFRESH_MS);
    };
    begin();
    document.addEventListener('visibilitychange', begin);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', begin);
    };
  }, [player, isRunning, element]);
  return isRunning ? gains : NOTHING;
};
