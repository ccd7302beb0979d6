import { describe, expect, it } from '@jest/globals';
import { BufferUpkeep } from '../../../web/src/player/buffer-upkeep';
import { MediaPlace } from '../../../web/src/player/media-place';
import type { Frames } from '../../../web/src/shared/units';
import { TrackPlayhead } from '../../../web/src/player/track-playhead';
import { clusterOf, createStage, infoOf, type StageOptions } from '../../support/track-stage';

const LIMITS = { aheadSeconds: 6, aheadPausedSeconds: 4, behindSeconds: 2 };
const FACTS = { byteLength: 1000, stageGainsDb: new Float32Array(0) };
const BEGIN_SECONDS = 30;

const setUp = async (options: StageOptions = {}) => {
  const stage = await createStage(options);
  const { sink, books } = stage;
  const told: string[] = [];
  const playhead = new TrackPlayhead({
    sink,
    playhead: stage.playhead,
    books,
    renderingChunk: () => null,
    supersede: () => undefined,
    remove: () => Promise.resolve(),
    onArrived: () => undefined,
  });
  playhead.place = new MediaPlace(BEGIN_SECONDS * 1e6);
  const upkeep = new BufferUpkeep({
    sink,
    books,
    playhead,
    limits: LIMITS,
    leadSeconds: 0.35,
    onRemoved: () => told.push('removed'),
    onFailed: (error) => told.push(String(error)),
  });
  books.open(infoOf(20.5));
  const add = async (begin: number, end: number): Promise<void> => {
    for (let index = begin; index < end; index += 1) {
      const note = books.add(index, FACTS);
      const placement = playhead.place.placement(null);
      void sink.append(clusterOf(index).bytes, placement, {}).then(() => note.appended());
    }
    await stage.clock.advance(200);
  };
  stage.audio.currentTime = BEGIN_SECONDS;
  return { ...stage, upkeep, add, told, place: playhead.place };
};

describe('BufferUpkeep', () => {
  it('says what is to be rendered next, until there is enough', async () => {
    const { upkeep, add } = await setUp();
    expect(upkeep.look(6)).toEqual({ render: 0, isComplete: false });
    await add(0, 8);
    expect(upkeep.look(6)).toEqual({ render: 2, isComplete: false });
    expect(upkeep.look(4)).toEqual({ render: null, isComplete: false });
    await add(8, 41);
    expect(upkeep.look(6)).toEqual({ render: null, isComplete: true });
  });

  it('takes out what lies far behind the playhead', async () => {
    const { upkeep, add, audio, clock, held, told } = await setUp();
    await add(0, 20);
    audio.currentTime = BEGIN_SECONDS + 7;
    upkeep.look(6);
    await clock.advance(50);
    expect(held()).toEqual(['35-40']);
    expect(told).toEqual(['removed']);
  });

  it('has rendered anew what the browser dropped on its own account', async () => {
    const { upkeep, add, sink, clock } = await setUp();
    await add(0, 12);
    void sink.remove({ startSeconds: BEGIN_SECONDS + 1, endSeconds: BEGIN_SECONDS + 2 });
    await clock.advance(50);
    expect(upkeep.look(6)).toEqual({ render: 0, isComplete: false });
  });

  it('gives nothing to a browser that wants no data, unless sound is short', async () => {
    const { upkeep, add, sink, source } = await setUp({ managed: true });
    Object.assign(source, { streaming: false });
    expect(sink.wantsData).toBe(false);
    expect(upkeep.look(6).render).toBe(0);
    await add(0, 11);
    // 5.5 s ahead.
    expect(upkeep.look(8).render).toBeNull();
    Object.assign(source, { streaming: true });
    expect(upkeep.look(8).render).toBe(2);
  });

  it('makes room with the oldest sound, in media time', async () => {
    const { upkeep, add, audio } = await setUp();
    await add(0, 12);
    audio.currentTime = BEGIN_SECONDS + 2;
    expect(upkeep.evict(900)).toEqual({ startSeconds: 30, endSeconds: 30.5 });
    audio.currentTime = BEGIN_SECONDS;
    expect(upkeep.evict(900)).toBeNull();
    expect(upkeep.evictEnd(900)).toEqual({ startSeconds: 35.5, endSeconds: 36 });
  });

  it('takes out what lies farthest ahead, where a nearer place has no room', async () => {
    const { upkeep, add, clock, held } = await setUp();
    await add(2, 12);
    expect(upkeep.removeFarthest(1900, 1)).toBe(true);
    await clock.advance(50);
    expect(held()).toEqual(['31-35']);
    expect(upkeep.removeFarthest(1900, 11)).toBe(false);
  });

  it('leaves alone what lies behind the cut of the track', async () => {
    const { upkeep, add, place, clock, held, told } = await setUp();
    await add(0, 6);
    place.continueWith({ packetCount: 124, frameCount: 960 as Frames });
    void upkeep.remove({ startSeconds: 2, endSeconds: 2.5 });
    void upkeep.remove({ startSeconds: 2.5, endSeconds: 3 });
    await clock.advance(50);
    expect(held()).toEqual(['30-32', '32.48-33']);
    expect(told).toEqual(['removed']);
  });

  it('tells when a removal fails', async () => {
    const { upkeep, sink, clock, told } = await setUp();
    sink.dispose();
    await expect(upkeep.remove({ startSeconds: 0, endSeconds: 1 })).rejects.toMatchObject({
      code: 'aborted',
    });
    await clock.advance(10);
    expect(told).toHaveLength(1);
  });
});
