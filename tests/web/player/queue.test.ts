import { describe, expect, it } from '@jest/globals';
import { Queue } from '../../../web/src/player/queue';
import { makeTrack } from '../../support/player-world';

describe('Queue', () => {
  it('knows the neighbours of a track by its id', () => {
    const queue = new Queue();
    expect(queue.neighbour(makeTrack('b'), 1)).toBeNull();
    queue.set(['a', 'b', 'c'].map(makeTrack));
    const b = { ...makeTrack('b'), durationSeconds: 5 };
    expect(queue.neighbour(b, 1)?.id).toBe('c');
    expect(queue.neighbour(b, -1)?.id).toBe('a');
    expect(queue.neighbour(b, 2)).toBeNull();
    expect(queue.neighbour(makeTrack('a'), -1)).toBeNull();
    expect(queue.neighbour(makeTrack('z'), 1)).toBeNull();
    expect(queue.neighbour(null, 1)).toBeNull();
  });
});
