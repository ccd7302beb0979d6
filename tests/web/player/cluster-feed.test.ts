import { describe, expect, it } from '@jest/globals';
import type { Cluster } from '../../../web/src/engine/engine-protocol';
import { ClusterFeed } from '../../../web/src/player/cluster-feed';
import { MediaPlace } from '../../../web/src/player/media-place';
import { BUFFER_LIMITS } from '../../../web/src/player/limits';
import type { PlayerError } from '../../../web/src/shared/errors';
import type { Frames } from '../../../web/src/shared/units';
import { encodeInit } from '../../support/fake-webm';
import { clusterOf, createStage, infoOf, type StageOptions } from '../../support/track-stage';

const setUp = async (
  options: StageOptions & { knowsJoins?: boolean; makesRoom?: boolean } = {},
) => {
  const stage = await createStage(options);
  const { sink, playhead, books, joins, clock } = stage;
  const told: string[] = [];
  const feed = new ClusterFeed({
    sink,
    playhead,
    books,
    joins,
    onAppended: () => told.push('appended'),
    onSwitched: (fromSeconds) => told.push(`switched ${fromSeconds}`),
    onFull: () => told.push('full'),
    onStarved: (cluster, byteLength) => {
      told.push(`starved ${cluster} ${byteLength}`);
      return options.makesRoom ?? false;
    },
    onFailed: (error) => told.push(`failed ${(error as PlayerError).code}`),
  });
  books.open(infoOf(20.5));
  if (options.knowsJoins !== false) {
    joins.learnInit(encodeInit());
    joins.learnCluster(clusterOf(0));
    await clock.advance(1);
  }
  return { ...stage, told, feed };
};

/** 0.31 s, padded to whole packets. */
const lastCluster = (index: number): Cluster =>
  clusterOf(index, { frameCount: 14_880 as Frames, lastOfTrack: true });

describe('ClusterFeed', () => {
  it('keeps one chunk while the track has no place, and puts it in when it gets one', async () => {
    const { feed, clock, held, told } = await setUp();
    expect(feed.isPrepared).toBe(false);
    for (const index of [0, 1, 2, 3, 4]) feed.take(clusterOf(index));
    await clock.advance(50);
    expect(feed.isPrepared).toBe(true);
    expect(held()).toEqual([]);
    feed.open(new MediaPlace(30_000_000));
    await clock.advance(50);
    expect(held()).toEqual(['30-32']);
    expect(feed.isPrepared).toBe(false);
    expect(told).toEqual(['appended', 'appended', 'appended', 'appended']);
    expect(feed.appendedBytes).toBe(4000);
  });

  it('brings the lead of the first cluster along, except where there is no room for it', async () => {
    const { feed, buffer, clock } = await setUp();
    feed.open(new MediaPlace(30_000_000));
    feed.take(clusterOf(0));
    feed.take(clusterOf(1));
    await clock.advance(50);
    expect(buffer().appendedFrom).toEqual([29.98, 30.5]);
    const other = await setUp();
    other.feed.open(new MediaPlace(0));
    other.feed.take(clusterOf(0));
    await other.clock.advance(50);
    expect(other.buffer().appendedFrom).toEqual([0]);
  });

  it('brings no lead where the browser cuts whole packets only', async () => {
    const { feed, buffer, clock } = await setUp({ joins: 'none' });
    feed.open(new MediaPlace(30_000_000));
    feed.take(clusterOf(0));
    await clock.advance(50);
    expect(buffer().appendedFrom).toEqual([30]);
  });

  it('cuts the padding off the last cluster', async () => {
    const { feed, books, clock, held } = await setUp();
    books.truncate((0.81 * 48_000) as Frames);
    feed.open(new MediaPlace(0));
    feed.take(clusterOf(0));
    feed.take(lastCluster(1));
    await clock.advance(50);
    expect(held()).toEqual(['0-0.81']);
  });

  it('holds the last cluster until it is known how the browser cuts', async () => {
    const { feed, joins, books, clock, held } = await setUp({ knowsJoins: false });
    books.truncate((0.81 * 48_000) as Frames);
    joins.learnInit(encodeInit());
    feed.open(new MediaPlace(0));
    feed.take(clusterOf(0));
    expect(joins.mode).toBeNull();
    feed.take(lastCluster(1));
    await clock.advance(50);
    expect(held()).toEqual(['0-0.81']);
  });

  it('drops the last cluster as well, while it is held', async () => {
    const { feed, joins, books, clock, held } = await setUp({ knowsJoins: false });
    books.truncate((0.81 * 48_000) as Frames);
    joins.learnInit(encodeInit());
    feed.open(new MediaPlace(0));
    feed.take(clusterOf(0));
    feed.take(lastCluster(1));
    feed.drop();
    await clock.advance(50);
    expect(held()).toEqual(['0-0.5']);
    expect(books.stateAt(0.6)).toBe('none');
  });

  it('does not put in what is there already', async () => {
    const { feed, clock, buffer } = await setUp();
    feed.open(new MediaPlace(0));
    feed.take(clusterOf(0));
    feed.take(clusterOf(0));
    await clock.advance(50);
    expect(buffer().appendedFrom).toEqual([0]);
  });

  it('drops what waits, also in front of a place', async () => {
    const { feed, books, clock, held, told } = await setUp();
    feed.take(clusterOf(0));
    feed.drop();
    expect(feed.isPrepared).toBe(false);
    feed.open(new MediaPlace(0));
    for (const index of [0, 1, 2]) feed.take(clusterOf(index));
    // The first is on its way into the buffer already.
    feed.drop();
    await clock.advance(50);
    expect(held()).toEqual(['0-0.5']);
    expect(books.stateAt(0.6)).toBe('none');
    expect(told.filter((word) => word !== 'failed aborted')).toEqual(['appended']);
  });

  it('tells once where new sound begins', async () => {
    const { feed, clock, told } = await setUp();
    feed.open(new MediaPlace(0));
    feed.take(clusterOf(0));
    feed.awaitSwitch();
    feed.take(clusterOf(1));
    feed.take(clusterOf(2));
    await clock.advance(50);
    expect(told.filter((word) => word.startsWith('switched'))).toEqual(['switched 0.5']);
  });

  it('takes a full buffer for no failure, as long as there is sound enough', async () => {
    const { feed, buffer, books, clock, told } = await setUp();
    buffer().quotaBytes = 2500;
    feed.open(new MediaPlace(0));
    for (const index of [0, 1, 2]) feed.take(clusterOf(index));
    await clock.advance(50);
    expect(told).toEqual(['appended', 'appended', 'starved 2 1000', 'full']);
    expect(books.stateAt(1.2)).toBe('none');
  });

  it('fails where there is no room for what plays next, or the browser refuses', async () => {
    const { feed, buffer, clock, told } = await setUp();
    buffer().quotaBytes = 500;
    feed.open(new MediaPlace(0));
    feed.take(clusterOf(0));
    await clock.advance(50);
    expect(told).toEqual(['starved 0 1000', 'failed quota']);
    buffer().quotaBytes = 100_000;
    buffer().failNextAppend = true;
    feed.take(clusterOf(1));
    await clock.advance(50);
    expect(told.slice(2)).toEqual(['failed internal']);
  });

  it('lets sound that lies farther go, before it is content with less', async () => {
    const { feed, buffer, books, clock, told } = await setUp({ makesRoom: true });
    buffer().quotaBytes = 500;
    feed.open(new MediaPlace(0));
    feed.take(clusterOf(4));
    await clock.advance(50);
    expect(told).toEqual(['starved 4 1000', 'full']);
    // As far as ever.
    buffer().quotaBytes = 100_000;
    for (const index of [0, 1, 2, 3, 4]) feed.take(clusterOf(index));
    await clock.advance(50);
    expect(books.decide(0, 30, BUFFER_LIMITS).render).toBe(1);
  });
});
