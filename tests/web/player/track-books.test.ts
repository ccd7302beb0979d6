import { describe, expect, it } from '@jest/globals';
import { BUFFER_LIMITS } from '../../../web/src/player/limits';
import { TrackBooks } from '../../../web/src/player/track-books';
import type { Frames } from '../../../web/src/shared/units';
import { infoOf } from '../../support/track-stage';

const FACTS = { byteLength: 1000, stageGainsDb: new Float32Array(0) };

/** Of a track of 20.3 s: 41 clusters. */
const open = (seconds = 20.3): TrackBooks => {
  const books = new TrackBooks();
  books.open(infoOf(seconds));
  return books;
};

const add = (books: TrackBooks, begin: number, end: number): void => {
  for (let cluster = begin; cluster < end; cluster += 1) books.add(cluster, FACTS).appended();
};

const range = (startSeconds: number, endSeconds: number) => ({ startSeconds, endSeconds });

const decide = (books: TrackBooks, position: number) =>
  books.decide(position, BUFFER_LIMITS.aheadSeconds, BUFFER_LIMITS);

describe('TrackBooks', () => {
  it('keeps seeks inside the track, and off its very end', () => {
    const books = open();
    expect([-3, 0, 7, 20.25, 400].map((target) => books.clamp(target))).toEqual([
      0, 0, 7, 20.2, 20.2,
    ]);
    expect(open(0.05).clamp(3)).toBe(0);
  });

  it('tells how far there is sound, to its end too', () => {
    const books = open();
    add(books, 0, 4);
    expect(books.aheadSeconds(0.5)).toBe(1.5);
    expect(books.aheadSeconds(2.2)).toBeLessThanOrEqual(0);
    add(books, 4, 41);
    expect(books.aheadSeconds(0.5)).toBe(Infinity);
    expect(new TrackBooks().aheadSeconds(0)).toBe(0);
  });

  it('tells new sound and old apart after a change', () => {
    const books = open();
    add(books, 0, 4);
    books.nextGeneration();
    add(books, 2, 3);
    expect(books.currentRanges).toEqual([range(1, 1.5)]);
    expect(books.staleRanges).toEqual([range(0, 1), range(1.5, 2)]);
    expect(books.dropStale()).toEqual([range(0, 1), range(1.5, 2)]);
    expect(books.byteLength).toBe(1000);
  });

  it('accepts what is missing, and not what is there already', () => {
    const books = open();
    add(books, 0, 2);
    expect(books.accepts(2, null)).toBe(true);
    expect(books.accepts(1, null)).toBe(false);
    books.nextGeneration();
    expect(books.accepts(1, null)).toBe(true);
  });

  it('never replaces what plays right now; the switch is one cluster later then', () => {
    const books = open();
    add(books, 0, 6);
    books.nextGeneration();
    // The packets of cluster 2, which begins at 1 s, are being played.
    expect(books.accepts(2, 0.97)).toBe(false);
    expect(books.accepts(2, 0.9)).toBe(false);
    expect(books.accepts(3, 0.97)).toBe(true);
    expect(decide(books, 0.97)).toMatchObject({ cursor: 3, render: 0 });
  });

  it('lets old sound stay in front of a switch, and renders anew behind it', () => {
    const books = open();
    add(books, 0, 8);
    expect(books.switchAt(1.2)).toBe(72_000);
    expect(books.accepts(2, null)).toBe(false);
    expect(books.accepts(3, null)).toBe(true);
    expect(decide(books, 1)).toMatchObject({ cursor: 3, render: 0 });
    books.acceptNothingStale();
    expect(decide(books, 1).cursor).toBe(2);
    books.switchAt(1.2);
    books.nextGeneration();
    expect(books.accepts(2, null)).toBe(true);
  });

  it('puts an overdue switch a little ahead of the playhead', () => {
    const books = open();
    add(books, 0, 10);
    books.nextGeneration();
    books.acceptLate(1.1, 0.35);
    expect(decide(books, 1.1).cursor).toBe(3);
    // What is new already needs no switch.
    const fresh = open();
    add(fresh, 0, 10);
    fresh.acceptLate(1.1, 0.35);
    fresh.nextGeneration();
    expect(decide(fresh, 1.1).cursor).toBe(2);
  });

  it('asks for less ahead when the browser has no room for so much', () => {
    const books = open(200);
    add(books, 0, 40);
    expect(decide(books, 0).render).toBe(10);
    expect(books.limitToQuota(20, 0)).toBe(true);
    expect(decide(books, 0).render).toBeNull();
    expect(decide(books, 18.2).render).toBe(10);
    // Not even what plays next fits.
    expect(books.limitToQuota(1, 0.4)).toBe(false);
  });

  it('takes an append back that failed, and finds what it was to replace', () => {
    const books = open();
    add(books, 0, 1);
    books.nextGeneration();
    books.add(0, FACTS).failed();
    expect(books.stateAt(0)).toBe('stale');
    books.add(1, FACTS).failed();
    expect(books.stateAt(0.5)).toBe('none');
  });

  it('forgets what the browser dropped, but not what is on its way or behind a cut', () => {
    const books = open();
    add(books, 0, 4);
    books.add(4, FACTS);
    books.reconcile([range(0, 1)], 1.5);
    expect(books.currentRanges).toEqual([range(0, 1), range(1.5, 2.5)]);
  });

  it('drops the oldest sound in front of the playhead, and no more than is needed', () => {
    const books = open();
    add(books, 0, 10);
    expect(books.dropOldest(1500, 4)).toEqual(range(0, 1));
    expect(books.dropOldest(1_000_000, 2.2)).toEqual(range(1, 1.5));
    expect(books.dropOldest(1, 2.2)).toBeNull();
  });

  it('drops the sound farthest behind a place, of what has arrived', () => {
    const books = open();
    add(books, 0, 8);
    books.add(8, FACTS);
    expect(books.dropFarthest(1500, 2)).toEqual(range(3, 4));
    expect(books.dropFarthest(1_000_000, 2)).toEqual(range(1.5, 3));
    expect(books.dropFarthest(1, 2)).toBeNull();
    expect(books.stateAt(4.2)).toBe('current');
  });

  it('ends earlier when the file does, once, and says what lies behind that', () => {
    const books = open();
    add(books, 0, 41);
    expect(books.truncate((20.3 * 48_000) as Frames)).toBeUndefined();
    expect(books.truncate((10.2 * 48_000) as Frames)).toEqual(range(10.5, 20.5));
    expect(books.truncate((10.1 * 48_000) as Frames)).toBeNull();
    expect(books.seconds).toBeCloseTo(10.1, 9);
    expect(decide(books, 0).complete).toBe(true);
    expect(new TrackBooks().truncate(0 as Frames)).toBeUndefined();
  });

  it('begins its clusters early by what is carried from the track before', () => {
    const books = open(2);
    books.carry(480 as Frames);
    expect(books.startOf(1)).toBeCloseTo(0.49, 9);
    expect(books.clusterOfFrame(-480 as Frames)).toBe(0);
    expect(books.startOfChunk(1)).toBe(95_520);
    add(books, 0, 4);
    expect(decide(books, 0).complete).toBe(false);
    add(books, 4, 5);
    expect(decide(books, 0).complete).toBe(true);
    expect(books.dropAll()).toEqual(range(-0.01, 2));
    expect(books.dropAll()).toBeNull();
  });
});
