/** Queues of tracks with names of one letter, so that an order is a word. */
import { Queue } from '../../web/src/player/queue';
import type { QueueItem } from '../../web/src/player/queue-types';
import { makeTrack } from './player-world';

export const tracks = (ids: string) => [...ids].map(makeTrack);

export const queueOf = (ids: string, index = 0, seed = 1): Queue => {
  const queue = new Queue(seed);
  queue.replace(tracks(ids), index);
  return queue;
};

export const idOf = (item: QueueItem | null): string | null => item?.track.id ?? null;
export const idsOf = (queue: Queue): string =>
  queue.snapshot.items.map(({ track }) => track.id).join('');
export const keyOf = (queue: Queue, id: string): number =>
  queue.snapshot.items.find(({ track }) => track.id === id)?.key ?? NaN;
export const current = (queue: Queue): string | null => idOf(queue.current);

/** What comes when the next is asked for so often, without what comes first. */
export const advanceBy = (queue: Queue, count: number): string =>
  Array.from({ length: count }, () => idOf(queue.advance('asked')) ?? '.').join('');
export const goBackBy = (queue: Queue, count: number): string =>
  Array.from({ length: count }, () => idOf(queue.goBack()) ?? '.').join('');
