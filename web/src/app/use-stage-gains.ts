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

/** What is shown falls so much from one look to the next, 12 dB a second: it can be read then. */
const FALL_DB = 0.8;

const shown = (gainDb: number, lastDb: number): number => {
  const fallenDb = Math.sign(lastDb) * Math.max(0, Math.abs(lastDb) - FALL_DB);
  const deeperDb = Math.abs(gainDb) >= Math.abs(fallenDb) ? gainDb : fallenDb;
  return Math.round(deeperDb * 10) / 10;
};

/** To tenths of a decibel, in the order of STAGES; zeros while `isRunning` is false. */
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
      const gainsDb = player.stageGainsDb ?? NOTHING;
      setGains((last) => {
        const next = gainsDb.map((gainDb, stage) => shown(gainDb, last[stage] ?? 0));
        return next.every((value, stage) => value === last[stage]) ? last : next;
      });
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
