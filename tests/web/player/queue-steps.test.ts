/** Repeat and shuffle. */
import { describe, expect, it } from '@jest/globals';
import { Queue } from '../../../web/src/player/queue';
import { firstMovable } from '../../../web/src/player/queue-types';
import {
  advanceBy,
  current,
  goBackBy,
  idOf,
  idsOf,
  keyOf,
  queueOf,
  tracks,
} from '../../support/queues';

describe('Repeat', () => {
  it('of all begins again at the end, and goes back over the beginning', () => {
    const queue = queueOf('abc', 1);
    queue.setRepeat('all');
    expect(advanceBy(queue, 5)).toBe('cabca');
    expect(goBackBy(queue, 2)).toBe('cb');
  });

  it('of one is what the end of a track obeys', () => {
    const queue = queueOf('abc');
    queue.setRepeat('one');
    for (let times = 0; times < 3; times += 1) {
      expect(idOf(queue.peekNext('ended'))).toBe('a');
      expect(idOf(queue.advance('ended'))).toBe('a');
    }
    expect(queue.snapshot.repeat).toBe('one');
  });

  it.each(['advance', 'goBack'] as const)('of one is left by who asks for another: %s', (step) => {
    const queue = queueOf('abc', 2);
    queue.setRepeat('one');
    expect([queue.hasNext, idOf(queue.peekNext('asked'))]).toEqual([true, 'a']);
    expect(idOf(step === 'advance' ? queue.advance('asked') : queue.goBack())).toBe(
      step === 'advance' ? 'a' : 'b',
    );
    expect(queue.snapshot.repeat).toBe('all');
  });

  it('of one is not left by who chooses one to be repeated', () => {
    const queue = queueOf('abc');
    queue.setRepeat('one');
    queue.jump(keyOf(queue, 'c'));
    expect(idOf(queue.advance('ended'))).toBe('c');
  });
});

describe('Shuffle', () => {
  it('keeps what plays and what was played, and brings the rest in another order', () => {
    const queue = queueOf('abcdefghijklmnop', 4);
    advanceBy(queue, 2);
    queue.setShuffle(true);
    expect(idsOf(queue).slice(0, 3)).toBe('efg');
    const rest = idsOf(queue).slice(3);
    expect([...rest].sort().join('')).toBe('abcdhijklmnop');
    expect(rest).not.toBe('abcdhijklmnop');
    expect(goBackBy(queue, 3)).toBe('fe.');
    expect(advanceBy(queue, 2)).toBe('fg');
  });

  it('goes on in the order of the list when it is turned off', () => {
    const queue = queueOf('abcdef', 2);
    queue.setShuffle(true);
    advanceBy(queue, 2);
    const at = current(queue) ?? '';
    queue.setShuffle(false);
    expect(idsOf(queue)).toBe('abcdef');
    expect(current(queue)).toBe(at);
    const following = 'abcdef'['abcdef'.indexOf(at) + 1] ?? null;
    expect(idOf(queue.peekNext('ended'))).toBe(following);
  });

  it('remembers what was played shuffled when it is turned off and on', () => {
    const queue = queueOf('abcdefgh');
    queue.setShuffle(true);
    const played = `a${advanceBy(queue, 3)}`;
    queue.setShuffle(false);
    queue.setShuffle(true);
    expect(idsOf(queue).slice(0, 4)).toBe(played);
    expect(queue.snapshot.currentIndex).toBe(3);
  });

  it('begins anew where all was played already', () => {
    const queue = queueOf('abcd');
    advanceBy(queue, 3);
    queue.setShuffle(true);
    expect(queue.snapshot.currentIndex).toBe(0);
    expect([...`d${advanceBy(queue, 3)}`].sort().join('')).toBe('abcd');
    expect(queue.advance('ended')).toBeNull();
  });

  it('walks back the way that was really played, over the border of two rounds', () => {
    const queue = queueOf('abcde');
    queue.setRepeat('all');
    queue.setShuffle(true);
    const way = `a${advanceBy(queue, 6)}`; // Two of them in the second round.
    const back = goBackBy(queue, 6);
    expect([...back].reverse().join('') + way.slice(-1)).toBe(way);
  });

  it('goes back to what was played before somebody chose something', () => {
    const queue = queueOf('abcdefgh');
    queue.setShuffle(true);
    const first = advanceBy(queue, 2);
    const last = idsOf(queue).slice(-1);
    queue.jump(keyOf(queue, last));
    expect(current(queue)).toBe(last);
    expect(goBackBy(queue, 4)).toBe(`${[...first].reverse().join('')}a.`);
    // Gone back, then chosen: what was played meanwhile does not come again.
    const rest = idsOf(queue).slice(4);
    queue.jump(keyOf(queue, rest.slice(-1)));
    expect([...advanceBy(queue, 4)].sort()).toEqual([...rest.slice(0, -1), '.'].sort());
  });

  it('plays on when somebody chooses something after all was played', () => {
    const queue = queueOf('abcd');
    queue.setShuffle(true);
    advanceBy(queue, 3);
    queue.jump(keyOf(queue, 'a'));
    expect([...advanceBy(queue, 4)].sort().join('')).toBe('.bcd');
  });

  it('is another one with another seed, and begins the list that is played now', () => {
    const orders = [1, 2, 3, 4].map((seed) => {
      const queue = new Queue(seed);
      queue.setShuffle(true);
      queue.replace(tracks('abcdefghij'), 3);
      expect(queue.snapshot.currentIndex).toBe(0);
      expect(current(queue)).toBe('d');
      return idsOf(queue);
    });
    expect(new Set(orders).size).toBe(4);
  });

  it('lets move what is to come, and nothing of what was played', () => {
    const queue = queueOf('abcdef');
    queue.setShuffle(true);
    advanceBy(queue, 2);
    const before = idsOf(queue);
    const { snapshot } = queue;
    expect(firstMovable(snapshot)).toBe(3);
    queue.move(keyOf(queue, 'a'), 5);
    expect(queue.snapshot).toBe(snapshot);
    queue.move(keyOf(queue, before[5] ?? ''), 0);
    expect(idsOf(queue)).toBe(`${before.slice(0, 3)}${before[5]}${before.slice(3, 5)}`);
    queue.setShuffle(false);
    expect(idsOf(queue)).toBe('abcdef');
  });
});
