import { describe, expect, it } from '@jest/globals';
import {
  firstSnapshot,
  nextSnapshot,
  type Circumstances,
} from '../../../web/src/player/player-state';
import { Queue } from '../../../web/src/player/queue';
import type { PlayerSnapshot } from '../../../web/src/player/player-types';
import { ADAPTIVE, makeTrack } from '../../support/player-world';

const QUEUE = new Queue(1);
QUEUE.replace(['a', 'b'].map(makeTrack), 0);

const PLAYING: Circumstances = {
  audio: { ended: false, readyState: 4 },
  queue: QUEUE,
  wantsPlay: true,
  isBlocked: false,
  hasStarted: true,
  hasSession: true,
  isStalled: false,
};

const FIRST = firstSnapshot(ADAPTIVE, { volume: 0.5, muted: false }, QUEUE.snapshot);
const LOADED: PlayerSnapshot = { ...FIRST, track: makeTrack('a') };

const stateOf = (change: Partial<PlayerSnapshot>, circumstances: Partial<Circumstances>): string =>
  nextSnapshot(LOADED, change, { ...PLAYING, ...circumstances }).state;

describe('nextSnapshot', () => {
  it.each<[string, Partial<PlayerSnapshot>, Partial<Circumstances>]>([
    ['playing', {}, {}],
    ['idle', { track: null }, {}],
    ['error', { error: { code: 'internal', detail: null, message: '' } }, { isBlocked: true }],
    ['blocked', {}, { isBlocked: true }],
    ['ended', {}, { audio: { ended: true, readyState: 4 } }],
    ['loading', {}, { hasStarted: false }],
    ['loading', {}, { hasStarted: false, wantsPlay: false }],
    ['paused', {}, { wantsPlay: false }],
    ['paused', {}, { hasStarted: false, wantsPlay: false, hasSession: false }],
    ['buffering', {}, { isStalled: true }],
    ['buffering', {}, { audio: { ended: false, readyState: 2 } }],
  ])('is %s with %j, %j', (expected, change, circumstances) => {
    expect(stateOf(change, circumstances)).toBe(expected);
  });

  it('knows whether there are neighbours', () => {
    const first = nextSnapshot(LOADED, {}, PLAYING);
    expect(first).toMatchObject({ hasNext: true, hasPrevious: false });
    const queue = new Queue(1);
    queue.replace(['a', 'b'].map(makeTrack), 1);
    const last = nextSnapshot(first, {}, { ...PLAYING, queue });
    expect(last.queue).toBe(queue.snapshot);
    expect(last).toMatchObject({ hasNext: false, hasPrevious: true });
  });

  it('stays the same object while nothing changes', () => {
    const playing = nextSnapshot(LOADED, {}, PLAYING);
    expect(nextSnapshot(playing, { volume: 0.5 }, PLAYING)).toBe(playing);
    expect(nextSnapshot(playing, { volume: 0.6 }, PLAYING)).not.toBe(playing);
    expect(nextSnapshot(playing, {}, { ...PLAYING, isStalled: true })).not.toBe(playing);
  });
});
