import { describe, expect, it } from '@jest/globals';
import { firstSnapshot } from '../../../web/src/player/player-state';
import type { PlayerSnapshot } from '../../../web/src/player/player-types';
import { Queue } from '../../../web/src/player/queue';
import { SnapshotStore } from '../../../web/src/player/snapshot-store';
import { ADAPTIVE, makeTrack } from '../../support/player-world';

const setUp = () => {
  const queue = new Queue(1);
  const audio = { ended: false, readyState: 4, volume: 1, muted: false };
  const told: PlayerSnapshot[] = [];
  const circumstances = {
    audio,
    queue,
    wantsPlay: false,
    isBlocked: false,
    hasStarted: true,
    hasSession: true,
    isStalled: false,
  };
  const store = new SnapshotStore({
    first: firstSnapshot(ADAPTIVE, audio, queue.snapshot),
    circumstances: () => circumstances,
    onChange: (snapshot) => told.push(snapshot),
  });
  return { store, told, circumstances, queue };
};

describe('SnapshotStore', () => {
  it('tells of a change, and holds it already then', () => {
    const { store, told } = setUp();
    store.update({ track: makeTrack('a') });
    expect(told).toEqual([store.snapshot]);
    expect(store.snapshot).toMatchObject({ track: { id: 'a' }, state: 'paused' });
  });

  it('keeps the same object, and quiet, where nothing is another', () => {
    const { store, told } = setUp();
    const { snapshot } = store;
    store.update();
    store.update({ durationSeconds: 0 });
    expect(store.snapshot).toBe(snapshot);
    expect(told).toEqual([]);
  });

  it('looks at the circumstances anew, with no change of its own', () => {
    const { store, told, circumstances, queue } = setUp();
    store.update({ track: makeTrack('a') });
    circumstances.wantsPlay = true;
    queue.replace([makeTrack('a'), makeTrack('b')], 0);
    store.update();
    expect(told).toHaveLength(2);
    expect(store.snapshot).toMatchObject({ state: 'playing', hasNext: true });
  });
});
