import { describe, expect, it } from '@jest/globals';
import {
  decide,
  type PolicyDecision,
  type PolicyInput,
} from '../../../web/src/player/buffer-policy';
import { Coverage, type ClusterFacts } from '../../../web/src/player/coverage';

/** `map` has a letter per cluster: c current, s stale, - nothing. */
const decideFor = (map: string, input: Partial<PolicyInput> = {}): PolicyDecision => {
  const coverage = new Coverage();
  const put = (letter: string): void =>
    [...map].forEach((found, cluster) => {
      if (found === letter) coverage.add(cluster, bytes(100)).appended();
    });
  put('s');
  coverage.nextGeneration();
  put('c');
  return decide({
    playhead: 0,
    clusterCount: map.length,
    clustersPerChunk: 4,
    stateOf: (cluster) => coverage.stateOf(cluster),
    occupied: coverage.ranges(),
    acceptStaleBefore: 0,
    ahead: 60,
    keepAhead: 60,
    behind: 60,
    removeStep: 8,
    ...input,
  });
};

const AT_END = { playhead: 10 };

const row = (letter: string, count: number): string => letter.repeat(count);

describe('buffer policy', () => {
  it.each([
    ['renders from the start', row('-', 40), {}, 0],
    ['renders the chunk after what is there', row('c', 8) + row('-', 40), {}, 2],
    ['completes a chunk that is there in part', row('c', 6) + row('-', 40), {}, 1],
    ['starts at the chunk that holds the playhead', row('-', 40), { playhead: 14.9 }, 3],
    ['does not look at holes behind the playhead', '--cccccc--------', { playhead: 3 }, 2],
    ['fills a hole ahead', 'cccc----cccc----', {}, 1],
    ['renders stale sound anew', row('s', 40), {}, 0],
    ['leaves stale sound before the switch point', row('s', 40), { acceptStaleBefore: 6 }, 1],
    ['fills a hole before the switch point', 'ss------ssss', { acceptStaleBefore: 6 }, 0],
    ['goes on behind the new sound', 'sscccccc' + row('s', 8), { acceptStaleBefore: 2 }, 2],
    ['renders the last chunk when nothing is there at the very end', row('-', 10), AT_END, 2],
    ['has nothing to render at the very end', row('-', 9) + 'c', AT_END, null],
    ['stops when enough is ahead', row('c', 60) + row('-', 40), {}, null],
    [
      'renders no chunk that would pass the limit',
      row('c', 57) + row('-', 40),
      { ahead: 59 },
      null,
    ],
    ['always renders what is urgent', row('-', 40), { ahead: 1, keepAhead: 1 }, 0],
    ['has nothing to do at the end', row('c', 10), { playhead: 2 }, null],
    ['has nothing to do behind the end', row('c', 10), { playhead: 11 }, null],
    ['renders a short last chunk', row('c', 8) + '-', { playhead: 5 }, 2],
  ] as const)('%s', (_, map, input, render) => {
    expect(decideFor(map, input).render).toBe(render);
  });

  it.each([
    ['all is there to the end', row('c', 10), {}, true],
    ['old sound before the switch point counts', 'sscc', { acceptStaleBefore: 2 }, true],
    ['old sound after it does not', 'ccss', { acceptStaleBefore: 2 }, false],
    ['a hole ahead', 'cc-c', {}, false],
    ['a hole behind is no matter', '-ccc', { playhead: 1.5 }, true],
  ] as const)('completeness: %s', (_, map, input, complete) => {
    expect(decideFor(map, input).complete).toBe(complete);
  });

  it.each([
    ['nothing while little is behind', row('c', 80), { playhead: 67 }, null],
    ['in steps', row('c', 80), { playhead: 68 }, { begin: 0, end: 8 }],
    [
      'never the part that is being played',
      row('c', 9),
      { playhead: 8.2, behind: 0 },
      { begin: 0, end: 8 },
    ],
    ['what a seek back left far ahead', 'cccc' + row('-', 80) + 'cccc', {}, { begin: 84, end: 88 }],
    ['no more of it than is too far', row('c', 80), {}, { begin: 64, end: 80 }],
    ['nothing of an empty buffer', '----', { playhead: 3 }, null],
  ] as const)('removes %s', (_, map, input, remove) => {
    expect(decideFor(map, input).remove).toEqual(remove);
  });

  it('keeps the same window while paused, when less is rendered ahead', () => {
    const decision = decideFor(row('c', 60) + row('-', 20), { ahead: 24 });
    expect(decision).toMatchObject({ render: null, remove: null });
  });
});

const bytes = (byteLength: number): ClusterFacts => ({
  byteLength,
  stageGainsDb: new Float32Array(0),
});

describe('Coverage', () => {
  it('knows what belongs to which settings', () => {
    const coverage = new Coverage();
    coverage.add(3, bytes(100)).appended();
    coverage.nextGeneration();
    coverage.add(4, bytes(50)).appended();
    expect([2, 3, 4].map((cluster) => coverage.stateOf(cluster))).toEqual([
      'none',
      'stale',
      'current',
    ]);
    expect(coverage.byteLength).toBe(150);
    expect(coverage.ranges()).toEqual([{ begin: 3, end: 5 }]);
    expect(coverage.ranges((state) => state === 'stale')).toEqual([{ begin: 3, end: 4 }]);
  });

  it('gives back the old sound when the append that should replace it fails', () => {
    const coverage = new Coverage();
    coverage.add(3, bytes(100)).appended();
    coverage.nextGeneration();
    coverage.add(3, bytes(120)).failed();
    expect(coverage.stateOf(3)).toBe('stale');
    coverage.add(4, bytes(100)).failed();
    expect(coverage.stateOf(4)).toBe('none');
  });

  it('forgets what the browser dropped, but not what is still on its way', () => {
    const coverage = new Coverage();
    coverage.add(1, bytes(100)).appended();
    coverage.add(2, bytes(100));
    coverage.keepOnly(() => false);
    expect([1, 2].map((cluster) => coverage.stateOf(cluster))).toEqual(['none', 'current']);
  });

  it('finds the oldest clusters that free enough', () => {
    const coverage = new Coverage();
    for (let cluster = 2; cluster < 8; cluster += 1) coverage.add(cluster, bytes(100)).appended();
    expect(coverage.oldest(250, 7)).toEqual({ begin: 2, end: 5 });
    expect(coverage.oldest(9999, 4)).toEqual({ begin: 2, end: 4 });
    expect(coverage.oldest(1, 2)).toBeNull();
  });
});
