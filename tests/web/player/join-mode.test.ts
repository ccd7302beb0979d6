import { describe, expect, it } from '@jest/globals';
import { JoinTest, type JoinMode } from '../../../web/src/player/join-mode';
import type { Frames } from '../../../web/src/shared/units';
import { decodeSegments, encodeInit } from '../../support/fake-webm';
import { clusterOf } from '../../support/track-stage';

type Asked = { readonly init: ArrayBuffer; readonly cluster: ArrayBuffer; readonly from: number };

const setUp = (answer: () => Promise<boolean>, otherwise: JoinMode = 'carry') => {
  const asked: Asked[] = [];
  const known: (JoinMode | null)[] = [];
  const test: JoinTest = new JoinTest(
    (init, cluster, from) => {
      asked.push({ init, cluster, from });
      return answer();
    },
    otherwise,
    () => known.push(test.mode),
  );
  return { test, asked, known };
};

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('JoinTest', () => {
  it('asks once, with the first media that are long enough', async () => {
    const { test, asked, known } = setUp(() => Promise.resolve(true));
    test.learnCluster(clusterOf(4));
    expect(asked).toEqual([]);
    test.learnInit(encodeInit());
    test.learnCluster(clusterOf(5, { frameCount: 19_000 as Frames }));
    expect(asked).toEqual([]);
    expect(test.running).toBeNull();
    test.learnCluster(clusterOf(6));
    test.learnCluster(clusterOf(7));
    expect(test.mode).toBeNull();
    await turn();
    test.learnCluster(clusterOf(8));
    expect(asked.map(({ from }) => from)).toEqual([3]);
    expect(known).toEqual(['lead']);
  });

  it('asks with copies, for the originals are handed over to the browser', () => {
    const { test, asked } = setUp(() => Promise.resolve(true));
    const init = encodeInit();
    const cluster = clusterOf(2);
    test.learnInit(init);
    test.learnCluster(cluster);
    expect(asked[0]?.init).not.toBe(init);
    expect(asked[0]?.cluster).not.toBe(cluster.bytes);
    expect(decodeSegments(asked[0]?.cluster ?? new ArrayBuffer(0))).toMatchObject([
      { startSeconds: 1, tag: 2 },
    ]);
  });

  it.each<[string, () => Promise<boolean>]>([
    ['that cuts whole packets only', () => Promise.resolve(false)],
    ['that the test fails in', () => Promise.reject(new Error('in the test'))],
  ])('takes the other way in a browser %s', async (_name, answer) => {
    const { test, known } = setUp(answer, 'none');
    test.learnInit(encodeInit());
    test.learnCluster(clusterOf(0));
    await turn();
    expect(known).toEqual(['none']);
  });

  it('can be waited for while it runs, and only then', async () => {
    const gate = { open: (): void => undefined };
    const { test } = setUp(() => new Promise((resolve) => (gate.open = (): void => resolve(true))));
    test.learnInit(encodeInit());
    test.learnCluster(clusterOf(0));
    const { running } = test;
    expect(running).not.toBeNull();
    gate.open();
    await running;
    expect(test.mode).toBe('lead');
    expect(test.running).toBeNull();
  });
});
