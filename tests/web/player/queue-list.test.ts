/** Queues that are not shuffled, at random, beside a model too simple to be wrong. */
import { describe, it } from '@jest/globals';
import { Queue } from '../../../web/src/player/queue';
import { REPEATS, type Repeat } from '../../../web/src/player/queue-types';
import { chanceOf, check } from '../../support/chance';
import { makeTrack } from '../../support/player-world';

const SEED_COUNT = 300;
const STEP_COUNT = 60;

const tracksOf = (ids: readonly number[]) => ids.map((id) => makeTrack(String(id)));

/** Not shuffled: an array, a place in it, and a mark on what was put next. */
type Entry = { readonly key: number; isNext: boolean };

class ListModel {
  entries: Entry[] = [];
  index = -1;
  repeat: Repeat = 'off';
  #keyCount = 0;

  put(count: number, isNext: boolean): Entry[] {
    return Array.from({ length: count }, () => ({ key: (this.#keyCount += 1), isNext }));
  }

  step(by: number, isEnd: boolean): void {
    if (isEnd && this.repeat === 'one' && this.index >= 0) return;
    const wraps = this.repeat !== 'off' && this.entries.length > 0;
    const to = this.index + by;
    const isInside = to >= 0 && to < this.entries.length;
    if (this.index < 0 && by < 0) return;
    if (by < 0 && !isInside && this.entries.length < 2) return;
    if (!isInside && !wraps) return;
    if (this.repeat === 'one') this.repeat = 'all';
    this.index = isInside ? to : by > 0 ? 0 : this.entries.length - 1;
    if (by < 0 || !isInside) for (const entry of this.entries) entry.isNext = false;
  }

  /** Marks count only in one piece behind the current one. */
  endOfNext(): number {
    let at = this.index + 1;
    while (this.entries[at]?.isNext === true) at += 1;
    return at;
  }
}

describe('A queue that is not shuffled', () => {
  it('is an array with a place in it', () => {
    for (let seed = 1; seed <= SEED_COUNT; seed += 1) {
      const chance = chanceOf(seed);
      const queue = new Queue(seed);
      const model = new ListModel();
      const names: string[] = [];
      for (let step = 0; step < STEP_COUNT; step += 1) {
        const kind = chance.below(9);
        names.push(String(kind));
        const count = chance.below(4);
        const some = tracksOf(Array.from({ length: count }, () => chance.below(9)));
        const at = chance.below(Math.max(1, model.entries.length));
        const key = model.entries[at]?.key ?? -1;
        if (kind === 0) {
          queue.advance('asked');
          model.step(1, false);
        } else if (kind === 1) {
          queue.advance('ended');
          model.step(1, true);
        } else if (kind === 2) {
          queue.goBack();
          model.step(-1, false);
        } else if (kind === 3) {
          queue.enqueue(some);
          model.entries.push(...model.put(count, false));
        } else if (kind === 4) {
          queue.playNext(some);
          model.entries.splice(model.endOfNext(), 0, ...model.put(count, true));
        } else if (kind === 5) {
          queue.remove(key);
          if (key >= 0 && at !== model.index) {
            model.entries.splice(at, 1);
            if (at < model.index) model.index -= 1;
          }
        } else if (kind === 6 && key >= 0) {
          queue.jump(key);
          if (at < model.index) for (const entry of model.entries) entry.isNext = false;
          model.index = at;
        } else if (kind === 7) {
          const repeat = REPEATS[chance.below(3)] ?? 'off';
          queue.setRepeat(repeat);
          model.repeat = repeat;
        } else if (kind === 8 && key >= 0) {
          // Where marks are, the tests of single cases tell what a move does to them.
          const to = chance.below(model.entries.length);
          const current = model.entries[model.index];
          if (model.entries.slice(model.index + 1).every(({ isNext }) => !isNext)) {
            queue.move(key, to);
            for (const entry of model.entries) entry.isNext = false;
            model.entries.splice(to, 0, ...model.entries.splice(at, 1));
            if (current) model.index = model.entries.indexOf(current);
          }
        }
        const { currentIndex, repeat } = queue.snapshot;
        check(
          () => `seed ${seed}: ${names.join(' ')}`,
          [queue.snapshot.items.map(({ key }) => key), currentIndex, repeat],
          [model.entries.map((entry) => entry.key), model.index, model.repeat],
        );
      }
    }
  });
});
