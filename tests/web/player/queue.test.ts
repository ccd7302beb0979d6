import { describe, expect, it } from '@jest/globals';
import { Queue } from '../../../web/src/player/queue';
import { makeTrack } from '../../support/player-world';
import { advanceBy, current, goBackBy, idsOf, keyOf, queueOf, tracks } from '../../support/queues';

describe('Queue', () => {
  it('plays a list from one of it on to the end, and back to its beginning', () => {
    const queue = queueOf('abcd', 1);
    expect(current(queue)).toBe('b');
    expect(advanceBy(queue, 3)).toBe('cd.');
    expect(queue.hasNext).toBe(false);
    expect(current(queue)).toBe('d');
    expect(goBackBy(queue, 4)).toBe('cba.');
    expect(queue.hasPrevious).toBe(false);
  });

  it('is empty at first, and goes nowhere', () => {
    const queue = new Queue(1);
    expect(queue.snapshot).toEqual({ items: [], currentIndex: -1, shuffle: false, repeat: 'off' });
    queue.setRepeat('all');
    queue.setShuffle(true);
    queue.clear();
    expect([queue.advance('ended'), queue.goBack(), queue.jump(1)]).toEqual([null, null, null]);
    expect([queue.hasNext, queue.hasPrevious, queue.upcoming(3)]).toEqual([false, false, []]);
  });

  it('begins with what was put into it when nothing else was', () => {
    const queue = new Queue(1);
    queue.enqueue(tracks('a'));
    queue.playNext(tracks('b'));
    queue.playNext(tracks('c'));
    expect(queue.current).toBeNull();
    expect(advanceBy(queue, 4)).toBe('bca.');
  });

  it('holds the same track twice, at two places', () => {
    const queue = queueOf('aba');
    const [first, , last] = queue.snapshot.items;
    expect(first?.key).not.toBe(last?.key);
    expect(advanceBy(queue, 3)).toBe('ba.');
    expect(queue.current).toBe(last);
    queue.remove(first?.key ?? NaN);
    expect(idsOf(queue)).toBe('ba');
  });

  it('shows the same snapshot until something changes', () => {
    const queue = queueOf('abc');
    const { snapshot } = queue;
    queue.setRepeat('off');
    queue.setShuffle(false);
    queue.remove(999);
    queue.remove(keyOf(queue, 'a')); // What plays stays.
    queue.move(keyOf(queue, 'b'), 1);
    queue.jump(keyOf(queue, 'a'));
    queue.refresh(
      queue.snapshot.items.map(({ track }) => track),
      new Set(),
    );
    expect(queue.goBack()).toBeNull();
    expect(queue.snapshot).toBe(snapshot);
    queue.advance('asked');
    expect(queue.snapshot).not.toBe(snapshot);
    expect(snapshot.currentIndex).toBe(0);
  });
});

describe('What is put next', () => {
  it('keeps its order when it comes in several times', () => {
    const queue = queueOf('abc');
    queue.playNext(tracks('x'));
    queue.playNext(tracks('yz'));
    expect(idsOf(queue)).toBe('axyzbc');
    expect(advanceBy(queue, 1)).toBe('x');
    queue.playNext(tracks('w'));
    expect(idsOf(queue)).toBe('axyzwbc');
  });

  it('comes at once again when the place is another one', () => {
    const ahead = queueOf('abc');
    ahead.playNext(tracks('x'));
    ahead.jump(keyOf(ahead, 'b'));
    ahead.playNext(tracks('n'));
    expect(idsOf(ahead)).toBe('axbnc');
    const back = queueOf('abc', 1);
    back.playNext(tracks('x'));
    back.goBack();
    back.playNext(tracks('n'));
    expect(idsOf(back)).toBe('anbxc');
  });

  it.each([
    ['one of them moved away', 'x', 4, 'aynbcx'],
    ['one of them moved to their end', 'x', 2, 'ayxnbc'],
    ['another moved in between', 'c', 2, 'axcynb'],
    ['another moved behind them', 'c', 3, 'axyncb'],
  ])('knows its end: %s', (_, id, to, expected) => {
    const queue = queueOf('abc');
    queue.playNext(tracks('xy'));
    queue.move(keyOf(queue, id), to);
    queue.playNext(tracks('n'));
    expect(idsOf(queue)).toBe(expected);
  });

  it('knows its end when one of them is removed', () => {
    const queue = queueOf('abc');
    queue.playNext(tracks('xy'));
    queue.remove(keyOf(queue, 'x'));
    queue.playNext(tracks('n'));
    expect(idsOf(queue)).toBe('aynbc');
  });

  it('stays next when the rest is shuffled, and stays behind its track afterwards', () => {
    const queue = queueOf('abcdefgh', 2);
    queue.playNext(tracks('xy'));
    queue.setShuffle(true);
    expect(idsOf(queue).startsWith('cxy')).toBe(true);
    queue.playNext(tracks('z'));
    expect(idsOf(queue).startsWith('cxyz')).toBe(true);
    queue.setShuffle(false);
    expect(idsOf(queue)).toBe('abcxyzdefgh');
    queue.playNext(tracks('n'));
    expect(idsOf(queue)).toBe('abcxyzndefgh');
  });
});

describe('Changes of the queue', () => {
  it('leave what plays where it is', () => {
    const queue = queueOf('abcd', 2);
    queue.remove(keyOf(queue, 'a'));
    queue.move(keyOf(queue, 'd'), 0);
    queue.enqueue(tracks('e'));
    expect(idsOf(queue)).toBe('dbce');
    expect(current(queue)).toBe('c');
    expect(queue.snapshot.currentIndex).toBe(2);
    queue.move(keyOf(queue, 'c'), 0);
    expect(queue.snapshot.currentIndex).toBe(0);
    queue.clear();
    expect(idsOf(queue)).toBe('c');
    expect([queue.hasNext, queue.hasPrevious]).toEqual([false, false]);
  });

  it('go no farther than to the ends', () => {
    const queue = queueOf('abc');
    queue.move(keyOf(queue, 'b'), 99);
    expect(idsOf(queue)).toBe('acb');
    queue.move(keyOf(queue, 'b'), -99);
    expect(idsOf(queue)).toBe('bac');
  });

  it('take over what the library tells, and tell what it has no more', () => {
    const queue = queueOf('abc', 1);
    const news = { ...makeTrack('b'), title: 'Another title' };
    const [a] = queue.snapshot.items;
    queue.refresh([a?.track ?? makeTrack('a'), news], new Set(['c']));
    expect(queue.snapshot.items[0]).toBe(a);
    expect(queue.current).toMatchObject({ track: { title: 'Another title' }, isGone: false });
    expect(queue.snapshot.items[2]).toMatchObject({ track: { id: 'c' }, isGone: true });
    queue.refresh(tracks('abc'), new Set());
    expect(queue.snapshot.items.map(({ isGone }) => isGone)).toEqual([false, false, false]);
    expect(current(queue)).toBe('b');
  });

  it('take over what the library tells while shuffled', () => {
    const queue = queueOf('abcdef');
    queue.setShuffle(true);
    const before = idsOf(queue);
    queue.refresh(tracks('abcde'), new Set(['f']));
    expect(idsOf(queue)).toBe(before);
    const gone = queue.snapshot.items.filter(({ isGone }) => isGone);
    expect(gone.map(({ track }) => track.id)).toEqual(['f']);
  });
});

describe('A queue of which a part is there', () => {
  it('takes the rest on both sides of the list, and plays on', () => {
    const queue = queueOf('cd', 1);
    const { first = NaN, last = NaN } = queue.listEnds ?? {};
    expect(queue.extend(last, 'behind', tracks('ef'))).toEqual([
      keyOf(queue, 'e'),
      keyOf(queue, 'f'),
    ]);
    queue.extend(first, 'before', tracks('ab'));
    expect([idsOf(queue), current(queue)]).toEqual(['abcdef', 'd']);
    expect(advanceBy(queue, 3)).toBe('ef.');
  });

  it('leaves what was put next and what was put last where it is', () => {
    const queue = queueOf('ab', 1);
    const last = keyOf(queue, 'b');
    queue.playNext(tracks('x'));
    queue.enqueue(tracks('z'));
    queue.extend(last, 'behind', tracks('cd'));
    expect([idsOf(queue), current(queue)]).toEqual(['abxcdz', 'b']);
  });

  it('mixes the rest into what is to come while shuffled, but not before the very next', () => {
    const queue = queueOf('abcdef');
    queue.setShuffle(true);
    const next = queue.peekNext('ended');
    const before = idsOf(queue);
    queue.extend(keyOf(queue, 'f'), 'behind', tracks('uvwxyz'));
    const after = idsOf(queue);
    expect(queue.peekNext('ended')).toBe(next);
    expect([...after].filter((id) => before.includes(id)).join('')).toBe(before);
    expect([...after].sort().join('')).toBe('abcdefuvwxyz');
    expect(after.endsWith('uvwxyz')).toBe(false);
    queue.setShuffle(false);
    expect(idsOf(queue)).toBe('abcdefuvwxyz');
  });

  it('gives the list back, but for the current item and what was put there', () => {
    const queue = queueOf('abcd', 1);
    const keys = new Set(queue.snapshot.items.map(({ key }) => key));
    queue.playNext(tracks('x'));
    queue.enqueue(tracks('z'));
    queue.release(keys);
    expect([idsOf(queue), current(queue), advanceBy(queue, 3)]).toEqual(['bxz', 'b', 'xz.']);
  });

  it('gives the list back, shuffled, but for what was played', () => {
    const queue = queueOf('abcdef');
    queue.setShuffle(true);
    const played = `a${advanceBy(queue, 2)}`;
    queue.release(new Set(queue.snapshot.items.map(({ key }) => key)));
    expect([idsOf(queue), current(queue)]).toEqual([played, played.at(-1)]);
    expect(goBackBy(queue, 3)).toBe(`${played.charAt(1)}a.`);
  });

  it('stays as it is where the item is gone that the rest would stand next to', () => {
    const queue = queueOf('abc');
    const last = keyOf(queue, 'c');
    queue.remove(last);
    const before = queue.snapshot;
    expect(queue.extend(last, 'behind', tracks('d'))).toBeNull();
    expect(queue.snapshot).toBe(before);
  });
});
