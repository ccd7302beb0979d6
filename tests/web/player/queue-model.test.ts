/** Queues at random, and what must hold of all of them. */
import { describe, expect, it } from '@jest/globals';
import { Queue } from '../../../web/src/player/queue';
import { parseSavedQueue } from '../../../web/src/player/queue-save';
import { REPEATS, type QueueItem, type QueueSnapshot } from '../../../web/src/player/queue-types';
import { chanceOf, check, type Chance } from '../../support/chance';
import { makeTrack } from '../../support/player-world';

const SEED_COUNT = 300;
const STEP_COUNT = 60;

const tracksOf = (ids: readonly number[]) => ids.map((id) => makeTrack(String(id)));
const keysOf = ({ items }: QueueSnapshot): number[] => items.map(({ key }) => key);
const sortedKeys = (snapshot: QueueSnapshot): number[] => keysOf(snapshot).sort((a, b) => a - b);
const keyOf = (item: QueueItem | null): number | null => item?.key ?? null;

type Operation = { readonly name: string; readonly run: (queue: Queue) => unknown };

/** Some key of the queue, or, now and then, none of it. */
const anyKey = (queue: Queue, chance: Chance): number => {
  const { items } = queue.snapshot;
  return chance.below(20) === 0 ? -5 : (items[chance.below(items.length)]?.key ?? -5);
};

const anyOperation = (queue: Queue, chance: Chance, isShuffling: boolean): Operation => {
  const key = anyKey(queue, chance);
  const index = chance.below(14) - 2;
  const put = tracksOf(Array.from({ length: chance.below(4) }, () => chance.below(30)));
  const repeat = REPEATS[chance.below(3)] ?? 'off';
  const shuffle = isShuffling && chance.below(2) === 0;
  const all: readonly Operation[] = [
    { name: 'next', run: (it) => it.advance('asked') },
    { name: 'next', run: (it) => it.advance('asked') },
    { name: 'ended', run: (it) => it.advance('ended') },
    { name: 'ended', run: (it) => it.advance('ended') },
    { name: 'previous', run: (it) => it.goBack() },
    { name: 'previous', run: (it) => it.goBack() },
    { name: `jump ${key}`, run: (it) => it.jump(key) },
    { name: `play next ${put.length}`, run: (it) => it.playNext(put) },
    { name: `enqueue ${put.length}`, run: (it) => it.enqueue(put) },
    {
      name: `extend ${key} ${shuffle} ${put.length}`,
      run: (it) => it.extend(key, shuffle ? 'before' : 'behind', put),
    },
    { name: `release ${key}`, run: (it) => it.release(new Set([key, key + 1, key + 3])) },
    { name: `remove ${key}`, run: (it) => it.remove(key) },
    { name: `move ${key} ${index}`, run: (it) => it.move(key, index) },
    { name: `repeat ${repeat}`, run: (it) => it.setRepeat(repeat) },
    { name: `shuffle ${shuffle}`, run: (it) => it.setShuffle(shuffle) },
    chance.below(6) > 0
      ? { name: 'ended', run: (it) => it.advance('ended') }
      : chance.below(2) === 0
        ? { name: 'clear', run: (it) => it.clear() }
        : { name: `replace ${index}`, run: (it) => it.replace(put, index) },
  ];
  return all[chance.below(all.length)] ?? { name: 'nothing', run: () => undefined };
};

/** The same queue again: the same calls with the same seed do the same. */
const twinOf = (seed: number, operations: readonly Operation[]): Queue => {
  const twin = new Queue(seed);
  for (const { run } of operations) run(twin);
  return twin;
};

const checkSound = (story: () => string, queue: Queue): void => {
  const { items, currentIndex } = queue.snapshot;
  check(story, new Set(keysOf(queue.snapshot)).size, items.length);
  check(story, currentIndex >= -1 && currentIndex < Math.max(1, items.length), true);
  check(story, queue.current === (items[currentIndex] ?? null), true);
  check(story, queue.hasNext, queue.peekNext('asked') !== null);
};

const storyOf = (seed: number, operations: readonly Operation[]): (() => string) => {
  return () => `seed ${seed}: ${operations.map(({ name }) => name).join(', ')}`;
};

describe('Any queue', () => {
  it(`does what it tells, and loses nothing (${SEED_COUNT} seeds)`, () => {
    for (let seed = 1; seed <= SEED_COUNT; seed += 1) {
      const chance = chanceOf(seed);
      const operations: Operation[] = [];
      const queue = new Queue(seed);
      const first: Operation = {
        name: 'first',
        run: (it) => it.replace(tracksOf([1, 2, 3, 4, 5, 6]), seed % 6),
      };
      operations.push(first);
      first.run(queue);
      for (let step = 0; step < STEP_COUNT; step += 1) {
        const told = {
          next: keyOf(queue.peekNext('asked')),
          ended: keyOf(queue.peekNext('ended')),
          previous: keyOf(queue.peekPrevious()),
        };
        const before = queue.snapshot;
        const operation = anyOperation(queue, chance, true);
        const result = operation.run(queue);
        operations.push(operation);
        const story = storyOf(seed, operations);
        checkSound(story, queue);
        const playing = before.items[before.currentIndex] ?? null;
        const wanted = told[operation.name as keyof typeof told];
        if (operation.name in told) {
          check(story, keyOf(result as QueueItem | null), wanted);
          check(story, keyOf(queue.current), wanted ?? keyOf(playing));
        }
        // What plays goes on, whatever is done to the rest.
        if (
          /^(play next|enqueue|extend|release|remove|move|repeat|shuffle|clear)/.test(
            operation.name,
          )
        ) {
          check(story, queue.current === playing, true);
        }
        // Only these take away or add.
        if (!/^(play next|enqueue|extend|release|remove|clear|replace)/.test(operation.name)) {
          check(story, sortedKeys(queue.snapshot), sortedKeys(before));
        }
      }
    }
  });

  it('tells several ahead what then comes', () => {
    for (let seed = 1; seed <= SEED_COUNT; seed += 1) {
      const chance = chanceOf(seed);
      const queue = new Queue(seed);
      const operations: Operation[] = [];
      for (let step = 0; step < 25; step += 1) {
        const operation = anyOperation(queue, chance, true);
        operation.run(queue);
        operations.push(operation);
      }
      const count = chance.below(8);
      const told = queue.upcoming(count).map(({ key }) => key);
      const twin = twinOf(seed, operations);
      const came: (number | null)[] = [];
      for (let step = 0; step < told.length; step += 1) came.push(keyOf(twin.advance('asked')));
      const story = storyOf(seed, operations);
      check(story, came, told);
      const isShort = told.length < Math.min(count, queue.snapshot.items.length);
      if (isShort) check(story, twin.advance('asked'), null);
    }
  });

  it('is the same after it was saved and restored', () => {
    for (let seed = 1; seed <= SEED_COUNT; seed += 1) {
      const chance = chanceOf(seed);
      const queue = new Queue(seed);
      for (let step = 0; step < 25; step += 1) anyOperation(queue, chance, true).run(queue);
      const saved = parseSavedQueue(JSON.parse(JSON.stringify(queue.save(1000))), 1000);
      if (saved === null) throw new Error(`seed ${seed} was not saved`);
      const other = new Queue(77);
      check(() => saved, other.restore(saved, makeTrack), true);
      const idsOf = ({ snapshot }: Queue): object => ({
        ...snapshot,
        items: snapshot.items.map(({ track }) => track.id),
      });
      check(() => saved, idsOf(other), idsOf(queue));
      for (let step = 0; step < 12; step += 1) {
        other.advance('asked');
        queue.advance('asked');
        check(() => saved, idsOf(other), idsOf(queue));
      }
      other.setShuffle(false);
      queue.setShuffle(false);
      other.playNext(tracksOf([9]));
      queue.playNext(tracksOf([9]));
      check(() => saved, idsOf(other), idsOf(queue));
    }
  });
});

describe('A shuffled queue', () => {
  it('brings no item twice before all were played, and walks back the way it came', () => {
    for (let seed = 1; seed <= SEED_COUNT; seed += 1) {
      const chance = chanceOf(seed);
      const queue = new Queue(seed);
      queue.replace(tracksOf([1, 2, 3, 4, 5, 6, 7]), chance.below(7));
      queue.setRepeat('all');
      queue.setShuffle(true);
      /** Of this round; then what was really played before, each where it was played last. */
      let played = new Set([queue.current?.key ?? NaN]);
      let way: number[] = [];
      for (let step = 0; step < STEP_COUNT; step += 1) {
        const before = queue.current?.key ?? NaN;
        const count = queue.snapshot.items.length;
        const kind = chance.below(8);
        if (kind === 0) queue.enqueue(tracksOf([9]));
        else if (kind === 1) queue.playNext(tracksOf([8]));
        else if (kind === 2 && played.size < count) queue.jump(anyKey(queue, chance));
        else queue.advance('ended');
        const key = queue.current?.key ?? NaN;
        if (key === before) continue;
        if (kind > 2) check(() => ({ seed, step }), played.has(key), played.size === count);
        if (played.size === count) played = new Set();
        played.add(key);
        way = [...way.filter((other) => other !== before), before];
      }
      const last = queue.current?.key;
      const expected = way.filter((key) => played.has(key) && key !== last).reverse();
      const back = expected.map(() => keyOf(queue.goBack()));
      check(() => ({ seed }), back, expected);
    }
  });
});

describe('A queue of 50,000 tracks', () => {
  it('is as right as a short one', () => {
    const queue = new Queue(5);
    const ids = Array.from({ length: 50_000 }, (_, index) => index);
    queue.replace(tracksOf(ids), 30_000);
    queue.setRepeat('all');
    queue.setShuffle(true);
    const came = new Set([queue.current?.track.id]);
    for (let step = 0; step < 500; step += 1) came.add(queue.advance('ended')?.track.id);
    expect(came.size).toBe(501);
    queue.setShuffle(false);
    const id = Number(queue.current?.track.id);
    expect(queue.advance('ended')?.track.id).toBe(String((id + 1) % 50_000));
    expect(new Set(queue.snapshot.items.map(({ track }) => track.id)).size).toBe(50_000);
  });
});
