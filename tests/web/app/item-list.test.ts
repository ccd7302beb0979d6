/** Lists that are fetched as they are looked at. */
import { describe, expect, it } from '@jest/globals';
import { ItemList, type ItemPage, type PagePlace } from '../../../web/src/app/item-list';
import { PAGE_COUNT_MAX, PAGE_SIZE } from '../../../web/src/app/item-pages';
import { NotFoundError } from '../../../web/src/app/library-client';
import { PlayerError } from '../../../web/src/shared/errors';

type Request = PagePlace & { readonly signal: AbortSignal };

/**
 * A list of the numbers below `total`, answered when the test says so. Any page may be asked for by
 * its offset, and each answer also tells how to go on, as the server does.
 */
class Stage {
  total: number;
  /** The library: added to each number. */
  version = 0;
  /** Of pages that cannot be had. */
  broken: readonly number[] = [];
  isGone = false;
  readonly requests: Request[] = [];
  readonly list: ItemList<number, null>;
  readonly #answers: (() => void)[] = [];
  #work: (() => void) | null = null;

  constructor(total: number, isChain = false) {
    this.total = total;
    this.list = new ItemList<number, null>({
      path: 'numbers',
      fetchItems: (place, signal) => this.#fetch({ ...place, signal }, isChain),
      later: (work) => {
        this.#work = work;
        return () => (this.#work = null);
      },
    });
  }

  /** Whoever scrolls has come to rest. */
  rest(): void {
    const work = this.#work;
    this.#work = null;
    work?.();
  }

  /** Answers what was asked for, and what is asked for thereupon, so often. */
  async answer(roundsMax = 1000): Promise<void> {
    for (let round = 0; round < roundsMax && this.#answers.length > 0; round += 1) {
      for (const answer of this.#answers.splice(0)) answer();
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  /** Looks at these items, until what is asked for them is there. */
  async look(begin: number, end = begin + 20): Promise<void> {
    this.list.want(begin, end);
    this.rest();
    await this.answer();
  }

  get offsets(): number[] {
    return this.requests.map(({ offset }) => offset);
  }

  /** What was asked for since the last time. */
  takeOffsets(): number[] {
    return this.requests.splice(0).map(({ offset }) => offset);
  }

  get error(): string | undefined {
    return this.list.getSnapshot().error?.message;
  }

  #fetch(request: Request, isChain: boolean): Promise<ItemPage<number, null>> {
    this.requests.push(request);
    const begin = isChain ? Number(request.cursor ?? 0) : request.offset;
    const { version } = this;
    return new Promise((resolve, reject) => {
      this.#answers.push(() => {
        if (this.isGone) {
          reject(new NotFoundError('network', 'The library has it no more.'));
          return;
        }
        if (this.total < 0 || this.broken.includes(begin / PAGE_SIZE)) {
          reject(new PlayerError('network', 'The server cannot be reached.'));
          return;
        }
        const end = Math.min(this.total, begin + request.limit);
        const items = Array.from(
          { length: Math.max(0, end - begin) },
          (_, at) => begin + at + version,
        );
        const next = end < this.total ? String(end) : null;
        resolve({ items, total: this.total, next, hasOffsets: !isChain, head: null });
      });
    });
  }
}

/** With so many numbers, in sight, the first of them here. */
const inSight = async (total: number): Promise<Stage> => {
  const stage = new Stage(total);
  stage.list.subscribe(() => undefined);
  await stage.look(0);
  return stage;
};

describe('A list', () => {
  it('fetches at once what is seen first, and no more', async () => {
    const stage = new Stage(100_000);
    stage.list.want(0, 20);
    await stage.answer();
    expect(stage.offsets).toEqual([0]);
    expect(stage.list.getSnapshot()).toEqual({ total: 100_000, head: null, error: null });
    expect([stage.list.at(19), stage.list.at(PAGE_SIZE)]).toEqual([19, undefined]);
  });

  it('asks for nothing of what is scrolled past, and gives up what is on its way', async () => {
    const stage = new Stage(100_000);
    stage.list.want(0, 20);
    await stage.answer();
    stage.list.want(1000, 1020);
    stage.list.want(5000, 5020);
    stage.rest();
    expect(stage.offsets).toEqual([0, 5000]);
    stage.list.want(90_000, 90_020);
    expect(stage.requests[1]?.signal.aborted).toBe(true);
    stage.rest();
    await stage.answer();
    expect(stage.offsets).toEqual([0, 5000, 90_000]);
    expect([stage.list.at(90_010), stage.list.at(5010)]).toEqual([90_010, undefined]);
  });

  it.each([false, true])('is asked for once where it is empty (in turn: %s)', async (isChain) => {
    const stage = new Stage(0, isChain);
    stage.list.want(0, 20);
    await stage.answer(5);
    expect(stage.requests).toHaveLength(1);
    expect(stage.list.getSnapshot().total).toBe(0);
  });

  it('asks no further where the server has less than it told', async () => {
    const stage = new Stage(500);
    stage.list.want(0, 20);
    await stage.answer();
    stage.list.want(400, 420);
    stage.total = 200;
    stage.rest();
    await stage.answer(5);
    expect(stage.requests.length).toBeLessThan(4);
    expect(stage.list.at(400)).toBeUndefined();
  });

  it('comes to its last item', async () => {
    const stage = new Stage(12_345);
    stage.list.want(0, 20);
    await stage.answer();
    stage.list.want(12_330, 12_360);
    stage.rest();
    await stage.answer();
    expect([stage.list.at(12_344), stage.list.at(12_345)]).toEqual([12_344, undefined]);
  });

  it('holds so many pages at most: those far away go first', async () => {
    const stage = new Stage(100_000);
    for (let begin = 0; begin < 100_000; begin += 1000) {
      stage.list.want(begin, begin + 20);
      stage.rest();
      await stage.answer();
    }
    expect(stage.list.heldCount).toBe(PAGE_COUNT_MAX * PAGE_SIZE);
    expect([stage.list.at(99_000), stage.list.at(0)]).toEqual([99_000, undefined]);
  });

  it('says why a page is missing, and fetches it when it is told to', async () => {
    const stage = new Stage(-1);
    stage.list.want(0, 20);
    await stage.answer();
    const { error, total } = stage.list.getSnapshot();
    expect([error?.message, total]).toEqual(['The server cannot be reached.', null]);
    stage.total = 50;
    stage.list.retry();
    await stage.answer();
    expect(stage.list.getSnapshot()).toEqual({ total: 50, head: null, error: null });
  });

  it('holds all pages in sight, however many, and asks for each of them once', async () => {
    const stage = new Stage(100_000);
    stage.list.want(0, 20);
    await stage.answer();
    stage.list.want(0, 30 * PAGE_SIZE);
    stage.rest();
    await stage.answer(100);
    expect([...stage.offsets].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, page) => page * PAGE_SIZE),
    );
    expect([stage.list.at(0), stage.list.at(2999)]).toEqual([0, 2999]);
  });

  it('is asked for by places, although each answer tells how to go on', async () => {
    const stage = new Stage(500);
    await stage.look(0);
    await stage.look(100);
    expect(stage.requests.map(({ cursor }) => cursor)).toEqual([null, null]);
  });

  it('shows what it had until there is something newer', async () => {
    const stage = await inSight(500);
    stage.total = 30;
    stage.list.invalidate();
    expect(stage.list.at(5)).toBe(5);
    await stage.answer();
    expect([stage.list.getSnapshot().total, stage.list.at(29), stage.list.at(30)]).toEqual([
      30,
      29,
      undefined,
    ]);
  });
});

describe('A page that cannot be had', () => {
  it('keeps none of the others back', async () => {
    const stage = await inSight(2000);
    stage.broken = [5];
    await stage.look(500, 1000);
    expect(stage.error).toBe('The server cannot be reached.');
    expect([stage.list.at(500), stage.list.at(600), stage.list.at(999)]).toEqual([
      undefined,
      600,
      999,
    ]);
    // Nobody asks for it again and again.
    expect(stage.offsets.filter((offset) => offset === 500)).toHaveLength(1);
  });

  it('is asked for again when another place is looked at, and tells no more of it then', async () => {
    const stage = await inSight(2000);
    stage.broken = [5];
    await stage.look(500);
    stage.broken = [];
    await stage.look(580, 620);
    expect([stage.error, stage.list.at(500), stage.list.at(600)]).toEqual([undefined, 500, 600]);
  });

  it('does not stop what is looked at elsewhere', async () => {
    const stage = await inSight(2000);
    stage.broken = [5];
    await stage.look(500);
    await stage.look(1000);
    expect([stage.error, stage.list.at(1000)]).toEqual([undefined, 1000]);
  });

  it('is asked for again when a view comes', async () => {
    const stage = new Stage(-1);
    const leave = stage.list.subscribe(() => undefined);
    await stage.look(0);
    leave();
    stage.total = 50;
    stage.list.subscribe(() => undefined);
    await stage.look(0);
    expect(stage.list.getSnapshot()).toEqual({ total: 50, head: null, error: null });
  });

  it('is asked for again when the server is back, also where an older one is shown', async () => {
    const stage = await inSight(500);
    stage.version = 1000;
    stage.broken = [0];
    stage.list.invalidate();
    await stage.answer();
    expect([stage.error, stage.list.at(5)]).toEqual([undefined, 5]);
    stage.broken = [];
    stage.list.retryFailed();
    await stage.answer();
    expect(stage.list.at(5)).toBe(1005);
    stage.takeOffsets();
    stage.list.retryFailed();
    expect(stage.takeOffsets()).toEqual([]);
  });

  it('says why nothing is there where the first one is in the way', async () => {
    const stage = await inSight(2000);
    stage.total = -1;
    stage.list.invalidate();
    await stage.look(1000);
    expect(stage.error).toBe('The server cannot be reached.');
    stage.total = 2000;
    stage.list.retry();
    await stage.answer();
    expect([stage.error, stage.list.at(1000)]).toEqual([undefined, 1000]);
  });
});

describe('A list that has changed', () => {
  it('is asked for from its beginning first, and then where it is in sight', async () => {
    const stage = await inSight(2000);
    await stage.look(1000, 1120);
    stage.takeOffsets();
    stage.list.invalidate();
    expect(stage.takeOffsets()).toEqual([0]);
    await stage.answer(1);
    expect(stage.takeOffsets()).toEqual([1000, 1100]);
    await stage.answer();
    expect(stage.takeOffsets()).toEqual([]);
  });

  it('is asked for at its beginning where nobody has said what is in sight', async () => {
    const stage = new Stage(500);
    stage.list.subscribe(() => undefined);
    stage.list.invalidate();
    await stage.answer();
    expect([stage.takeOffsets(), stage.list.at(5)]).toEqual([[0], 5]);
  });

  it('shows what was on its way, and is then asked for once more, however often', async () => {
    const stage = await inSight(500);
    stage.takeOffsets();
    stage.version = 1000;
    stage.list.invalidate();
    for (let count = 0; count < 5; count += 1) stage.list.invalidate();
    stage.version = 2000;
    expect(stage.requests).toHaveLength(1);
    await stage.answer(1);
    expect([stage.list.at(5), stage.list.isFresh(5)]).toEqual([1005, false]);
    await stage.answer();
    expect([stage.takeOffsets(), stage.list.at(5)]).toEqual([[0, 0], 2005]);
  });

  it('arrives where it is in sight, although it changes before each answer', async () => {
    const stage = await inSight(2000);
    stage.list.want(1000, 1020);
    stage.rest();
    for (let count = 0; count < 4; count += 1) {
      stage.list.invalidate();
      await stage.answer(1);
    }
    expect(stage.list.at(1000)).toBe(1000);
    expect(stage.requests.some(({ signal }) => signal.aborted)).toBe(false);
    expect(stage.takeOffsets()).toEqual([0, 1000, 0, 1000, 0, 1000]);
  });

  it('tells what is of the library as it is', async () => {
    const stage = await inSight(500);
    await stage.look(0, 120);
    expect([stage.list.isFresh(5), stage.list.isFresh(300)]).toEqual([true, false]);
    expect(stage.list.roundAt(5)).toBe(stage.list.roundAt(105));
    stage.list.invalidate();
    expect([stage.list.isFresh(5), stage.list.isFresh(105)]).toEqual([false, false]);
    await stage.answer(1);
    expect([stage.list.isFresh(5), stage.list.isFresh(105)]).toEqual([true, false]);
    expect(stage.list.roundAt(5)).not.toBe(stage.list.roundAt(105));
  });

  it('shows nothing any more where it is gone', async () => {
    const stage = await inSight(500);
    stage.isGone = true;
    stage.list.invalidate();
    await stage.answer();
    expect(stage.list.getSnapshot()).toMatchObject({ total: 0, head: null });
    expect([stage.error, stage.list.at(5)]).toEqual(['The library has it no more.', undefined]);
    stage.isGone = false;
    stage.list.invalidate();
    await stage.answer();
    expect([stage.error, stage.list.at(5)]).toEqual([undefined, 5]);
  });
});

describe('A list that is not in sight', () => {
  it('is asked for anew only when it is looked at again', async () => {
    const stage = new Stage(500);
    const leave = stage.list.subscribe(() => undefined);
    stage.list.want(0, 20);
    await stage.answer();
    leave();
    stage.total = 30;
    stage.list.invalidate();
    expect(stage.requests).toHaveLength(1);
    stage.list.want(0, 20);
    stage.rest();
    await stage.answer();
    expect([stage.requests.length, stage.list.getSnapshot().total]).toEqual([2, 30]);
  });
});

describe('A list that goes on from page to page only', () => {
  it('is fetched up to what is seen, page after page, and kept', async () => {
    const stage = new Stage(3050, true);
    stage.list.want(0, 20);
    await stage.answer();
    expect(stage.requests).toHaveLength(1);
    stage.list.want(3040, 3060);
    stage.rest();
    await stage.answer();
    expect(stage.requests.map(({ cursor }) => cursor)).toEqual([
      null,
      ...Array.from({ length: 30 }, (_, at) => String((at + 1) * PAGE_SIZE)),
    ]);
    expect([stage.list.at(3049), stage.list.at(0)]).toEqual([3049, 0]);
  });
});
