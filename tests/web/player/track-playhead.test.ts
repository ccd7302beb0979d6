import { describe, expect, it } from '@jest/globals';
import { MediaPlace } from '../../../web/src/player/media-place';
import { TrackPlayhead } from '../../../web/src/player/track-playhead';
import type { ChunkIndex, Frames } from '../../../web/src/shared/units';
import { createStage, infoOf } from '../../support/track-stage';

const FACTS = { byteLength: 1000, stageGainsDb: new Float32Array(0) };

const setUp = async () => {
  const stage = await createStage();
  const { sink, books } = stage;
  const told: string[] = [];
  const state = { rendering: null as ChunkIndex | null };
  const playhead = new TrackPlayhead({
    sink,
    playhead: stage.playhead,
    books,
    renderingChunk: () => state.rendering,
    supersede: () => told.push('supersede'),
    remove: ({ startSeconds, endSeconds }) => {
      told.push(`remove ${startSeconds}-${endSeconds}`);
      return sink.remove({ startSeconds: startSeconds + 30, endSeconds: endSeconds + 30 });
    },
    onArrived: () => told.push('arrived'),
  });
  const add = (begin: number, end: number): void => {
    for (let index = begin; index < end; index += 1) books.add(index, FACTS).appended();
  };
  stage.audio.currentTime = 30;
  return { ...stage, track: playhead, told, state, add };
};

const placed = async () => {
  const stage = await setUp();
  stage.track.place = new MediaPlace(30_000_000);
  stage.books.open(infoOf(20.5));
  return stage;
};

describe('TrackPlayhead', () => {
  it('has no time before it has a place', async () => {
    const { track } = await setUp();
    expect(track.isPlaced).toBe(false);
    expect(track.heardSeconds).toBeNull();
    expect(() => track.seconds).toThrow('no place');
    track.place = new MediaPlace(40_000_000);
    expect(track.isPlaced).toBe(true);
    expect(track.seconds).toBe(-10);
    expect(track.heardSeconds).toBe(-10);
  });

  it('goes where there is sound at once, and gives nothing up for that', async () => {
    const { track, audio, add, told } = await placed();
    add(0, 10);
    track.seek(3.2);
    expect(audio.currentTime).toBe(33.2);
    expect(told).toEqual([]);
  });

  it('lets no old sound stay any more once somebody seeks', async () => {
    const { track, books, add } = await placed();
    add(0, 10);
    books.switchAt(3);
    add(6, 10);
    expect(books.accepts(4, null)).toBe(false);
    track.seek(4);
    expect(books.accepts(4, null)).toBe(true);
  });

  it('gives up what is rendered for another place, but not for the same', async () => {
    const { track, audio, state, told } = await placed();
    state.rendering = 2 as ChunkIndex;
    track.seek(5.5);
    expect(told).toEqual([]);
    track.seek(6.5);
    expect(told).toEqual(['supersede']);
    expect(audio.currentTime).toBe(36.5);
  });

  it('has old sound removed before it goes, so that nobody hears it', async () => {
    const { track, audio, clock, books, add, told } = await placed();
    add(0, 10);
    books.nextGeneration();
    add(0, 2);
    track.seek(3.2);
    expect(audio.currentTime).toBe(30);
    expect(track.seconds).toBe(3.2);
    expect(track.heardSeconds).toBeNull();
    expect(told).toEqual(['supersede', 'remove 1-5']);
    await clock.advance(50);
    expect(audio.currentTime).toBe(33.2);
    expect(told.at(-1)).toBe('arrived');
  });

  it('stays inside of the track, once its length is known', async () => {
    const { track, audio, books, told } = await setUp();
    track.place = new MediaPlace(30_000_000);
    track.seek(400);
    expect(audio.currentTime).toBe(430);
    track.seek(-5);
    expect(audio.currentTime).toBe(30);
    track.seek(400);
    books.open(infoOf(20.5));
    track.settle();
    expect(track.seconds).toBe(20.4);
    expect(told).toEqual(['supersede']);
  });

  it('goes back from where the track turned out to have ended', async () => {
    const { track, books } = await placed();
    track.seek(15);
    books.truncate((15.05 * 48_000) as Frames);
    track.retreat();
    expect(track.seconds).toBe(15);
    books.truncate((10 * 48_000) as Frames);
    track.retreat();
    expect(track.seconds).toBe(9.9);
  });

  it('leaves the playhead alone once it is closed', async () => {
    const { track, audio, clock, books, add, told } = await placed();
    add(0, 10);
    books.nextGeneration();
    track.jump(3);
    track.close();
    await clock.advance(50);
    expect(audio.currentTime).toBe(30);
    expect(told).not.toContain('arrived');
  });
});
