/**
 * What a loaded machine does to a recording: where a browser's audio thread comes too late, the
 * sound device has nothing to play. Then there is silence in which time stands still, the very next
 * sample follows, and the element does not say `waiting`, since it lacks nothing. A player that has
 * run dry does say so, and one that has left something out or said it twice moves in the reference.
 */
import { joinWaits } from '../sound-verdict';
import type { Comparison } from '../compare-capture';
import type { ElementEvent } from './page-probe';

/** `waiting` while it played; that of a start or of a seek is none. */
export const ranDry = (events: readonly ElementEvent[]): boolean => {
  let plays = false;
  return events.some(({ type }) => {
    if (type === 'playing') plays = true;
    if (['seeking', 'emptied', 'loadstart', 'pause', 'ended'].includes(type)) plays = false;
    return type === 'waiting' && plays;
  });
};

/** Joins what the device has parted; leaves everything as it is where the player has run dry. */
export const joinStarved = (
  comparison: Comparison,
  events: readonly ElementEvent[],
): Comparison => {
  if (ranDry(events)) return comparison;
  const silences = comparison.transitions.map(() => ({
    type: 'waiting',
    positionSeconds: 0,
    atMs: 0,
  }));
  // It leaves out the first two, which are those of a start.
  return joinWaits(comparison, [...silences, ...silences.slice(0, 2), ...silences.slice(0, 2)]);
};
