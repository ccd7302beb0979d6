import { describe, expect, it } from '@jest/globals';
import { SessionReads } from '../../../web/src/engine/session-reads';
import { MemorySource } from '../../support/memory-source';

const FILE = Uint8Array.from({ length: 10_000 }, (_, index) => index);

const setUp = () => {
  const held: (() => void)[] = [];
  const source = new MemorySource(FILE, {
    before: () => new Promise((resolve) => held.push(resolve)),
  });
  const supplied: [number, number][] = [];
  const reads = new SessionReads({
    source,
    supply: (offset, bytes) => supplied.push([offset, bytes.length]),
    onFailure: (error) => {
      throw error;
    },
  });
  const release = async (count = held.length): Promise<void> => {
    for (const go of held.splice(0, count)) go();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { source, reads, supplied, release };
};

const signal = new AbortController().signal;
const list = [
  { begin: 0, end: 100 },
  { begin: 1000, end: 1200 },
  { begin: 5000, end: 5300 },
];

describe('SessionReads', () => {
  it('is done with a list when its first range is there, and asks for nothing twice', async () => {
    const { source, reads, supplied, release } = setUp();
    const first = reads.fetch(list, signal);
    await release(1);
    await first;
    expect(supplied).toEqual([[0, 100]]);
    const second = reads.fetch([{ begin: 1000, end: 1100 }], signal);
    await release();
    await second;
    expect(source.ranges).toEqual(list);
    expect(supplied).toHaveLength(3);
  });

  it('tells how much has come of what was asked for together', async () => {
    const { reads, release } = setUp();
    expect(reads.progress).toEqual({ neededBytes: 0, receivedBytes: 0 });
    void reads.fetch(list, signal);
    await release(0);
    expect(reads.progress).toEqual({ neededBytes: 600, receivedBytes: 0 });
    await release(2);
    expect(reads.progress).toEqual({ neededBytes: 600, receivedBytes: 300 });
    await release();
    expect(reads.progress).toEqual({ neededBytes: 600, receivedBytes: 600 });
    void reads.fetch([{ begin: 200, end: 250 }], signal);
    expect(reads.progress).toEqual({ neededBytes: 50, receivedBytes: 0 });
    await release();
  });

  it('asks again for what it was told to forget', async () => {
    const { source, reads, release } = setUp();
    void reads.fetch(list, signal);
    await release(1);
    reads.forget();
    const again = reads.fetch([{ begin: 1000, end: 1100 }], signal);
    await release();
    await again;
    expect(source.ranges.at(-1)).toEqual({ begin: 1000, end: 1100 });
  });
});
