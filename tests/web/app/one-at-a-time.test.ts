/** A task that is asked for while it runs. */
import { describe, expect, it } from '@jest/globals';
import { OneAtATime } from '../../../web/src/app/one-at-a-time';

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('A task that may be asked for while it runs', () => {
  it('ends, and runs once more, however often it was asked for meanwhile', async () => {
    const ends: (() => void)[] = [];
    const task = new OneAtATime(() => new Promise((resolve) => ends.push(resolve)));
    for (let count = 0; count < 4; count += 1) task.ask();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await settle();
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await settle();
    expect(ends).toHaveLength(2);
    task.ask();
    expect(ends).toHaveLength(3);
  });

  it('does not begin any more once it is stopped', async () => {
    const ends: (() => void)[] = [];
    const task = new OneAtATime(() => new Promise((resolve) => ends.push(resolve)));
    task.ask();
    task.ask();
    task.stop();
    ends[0]?.();
    await settle();
    expect(ends).toHaveLength(1);
  });
});
