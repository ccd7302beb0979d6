/** Lists that are fetched as they are looked at. */
import { describe, expect, it } from '@jest/globals';
import {
  ItemList,
  PAGE_COUNT_MAX,
  PAGE_SIZE,
  type ItemPage,
  type PagePlace,
} from '../../../web/src/app/item-list';
import { PlayerError } from '../../../web/src/shared/errors';

type Request = PagePlace & { readonly signal: AbortSignal };

/** A list of the numbers below `total`, answered when the test says so. */
class Stage {
  total: number;
  readonly requests: Request[] = [];
  readonly list: ItemList<number, null>;
  readonly #answers: (() => void)[] = [];
  #work: (() => void) | null = null;

  constructor(total: number, isChain = false) {
    this.total = total;
    this.list = new ItemList<number, null>({
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

  get offsets(): number[] {
    return this.requests.map(({ offset }) => offset);
  }

  #fetch(request: Request, isChain: boolean): Promise<ItemPage<number, null>> {
    this.requests.push(request);
    const begin = isChain ? Number(request.cursor ?? 0) : request.offset;
    return new Promise((resolve, reject) => {
      this.#answers.push(() => {
        if (this.total < 0) {
          reject(new PlayerError('network', 'The server cannot be reached.'));
          return;
        }
        const end = Math.min(this.total, begin + request.limit);
        const items = Array.from({ length: Math.max(0, end - begin) }, (_, at) => begin + at);
        const next = isChain && end < this.total ? String(end) : null;
        resolve({ items, total: this.total, next, hasOffsets: !isChain, head: null });
      });
    });
  }
}

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

  it('shows what it had until there is something newer', async () => {
    const stage = new Stage(500);
    stage.list.subscribe(() => undefined);
    stage.list.want(0, 20);
    await stage.answer();
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
