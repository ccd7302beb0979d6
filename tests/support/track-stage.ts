/**
 * What a piece of the player stands on: a fake browser and the fake worker, in virtual time, with
 * our own sink, playhead, books and client between them.
 */
import { EngineClient } from '../../web/src/engine/engine-client';
import type { Cluster, TrackInfo } from '../../web/src/engine/engine-protocol';
import type { EntryStage } from '../../web/src/player/entry-stage';
import { JoinTest, type JoinMode } from '../../web/src/player/join-mode';
import { BUFFER_LIMITS } from '../../web/src/player/limits';
import { MediaSourceSink } from '../../web/src/player/media-source-sink';
import { Playhead } from '../../web/src/player/playhead';
import type { TimeRange } from '../../web/src/player/source-buffer-queue';
import { TrackBooks } from '../../web/src/player/track-books';
import type { TrackSource } from '../../web/src/player/track-source';
import type { ChunkIndex, Frames } from '../../web/src/shared/units';
import type { FakeAudio } from './fake-audio';
import { FakeEngine, type FakeEngineOptions } from './fake-engine';
import { createFakeMedia, type FakeMediaSource, type FakeSourceBuffer } from './fake-media';
import { encodeCluster, encodeInit } from './fake-webm';
import { ADAPTIVE, makeTrack } from './player-world';
import { SimClock } from './sim-clock';

/** A track of so many seconds, as the engine tells of it. */
export const infoOf = (seconds: number): TrackInfo => ({
  container: 'flac',
  codec: 'flac',
  sampleRateHz: 44_100,
  channels: 2,
  bitsPerSample: 16,
  frameCount: Math.round(seconds * 48_000) as Frames,
  chunkCount: Math.ceil(seconds / 2),
  chunkFrames: 96_000 as Frames,
  clusterFrames: 24_000 as Frames,
  title: 'Title',
  artist: 'Artist',
  album: 'Album',
  warnings: [],
});

/** One cluster of 0.5 s, or less at the end of a track. */
export const clusterOf = (index: number, change: Partial<Cluster> = {}, tag = index): Cluster => {
  const startSeconds = index / 2;
  const times = { startSeconds, endSeconds: startSeconds + 0.5, tag };
  return {
    chunk: Math.floor(index / 4) as ChunkIndex,
    indexInChunk: index % 4,
    start: (index * 24_000) as Frames,
    frameCount: 24_000 as Frames,
    lastOfChunk: index % 4 === 3,
    lastOfTrack: false,
    bytes: encodeCluster(times, 1000),
    lead: index === 0 ? encodeCluster({ startSeconds: 0, endSeconds: 0.52, tag }, 1000) : null,
    stageGainsDb: new Float32Array(0),
    ...change,
  };
};

export const sourceOf = (id: string, change: Partial<TrackSource> = {}): TrackSource => ({
  track: makeTrack(id),
  settings: ADAPTIVE,
  profile: null,
  firstPlan: 'quick',
  startSeconds: 0,
  firstChunk: 0 as ChunkIndex,
  ...change,
});

/** What an entry on the timeline stands on; `told` notes what it tells. */
export const entryStageOf = (stage: Stage, told: string[]): EntryStage => ({
  engine: stage.client,
  sink: stage.sink,
  playhead: stage.playhead,
  joins: stage.joins,
  limits: BUFFER_LIMITS,
  leadSeconds: 0.35,
  onFacts: () => undefined,
  onWork: () => undefined,
  onSwitched: ({ track }, fromSeconds) => told.push(`${track.id} switched ${fromSeconds}`),
  onFailed: ({ track }, { code }) => told.push(`${track.id} failed ${code}`),
});

export type Stage = {
  readonly clock: SimClock;
  readonly audio: FakeAudio;
  readonly engine: FakeEngine;
  readonly client: EngineClient;
  readonly sink: MediaSourceSink;
  readonly playhead: Playhead;
  readonly books: TrackBooks;
  readonly joins: JoinTest;
  /** What went wrong with the sink, and how often it asked for more. */
  readonly failures: unknown[];
  readonly source: FakeMediaSource;
  buffer(): FakeSourceBuffer;
  /** What the browser holds, "from-to" in seconds. */
  held(): string[];
};

export type StageOptions = Partial<FakeEngineOptions> & {
  readonly joins?: JoinMode;
  readonly evict?: (byteLength: number) => TimeRange | null;
  readonly managed?: boolean;
};

/** With an open MediaSource, whose init segment is there. */
export const createStage = async (options: StageOptions = {}): Promise<Stage> => {
  const clock = new SimClock();
  const media = createFakeMedia(clock, () => 2);
  const { audio, sources } = media;
  const platform = { ...media.platform, managed: options.managed ?? false };
  const failures: unknown[] = [];
  const engine = new FakeEngine(clock, {
    durationSeconds: 20.5,
    latencyMs: () => 1,
    clusterMs: () => 10,
    ...options,
  });
  const element = audio as unknown as HTMLAudioElement;
  const sink = new MediaSourceSink(element, platform, {
    evict: options.evict ?? (() => null),
    onDemand: () => undefined,
    onFailed: (error) => failures.push(error),
  });
  const playhead = new Playhead(element);
  const mode = options.joins ?? 'lead';
  const joins = new JoinTest(
    () => Promise.resolve(mode === 'lead'),
    mode,
    () => undefined,
  );
  const [source] = sources;
  if (!source) throw new Error('no MediaSource');
  const buffer = (): FakeSourceBuffer => {
    const [found] = source.buffers;
    if (!found) throw new Error('no SourceBuffer');
    return found;
  };
  sink.begin(encodeInit());
  await clock.advance(20);
  return {
    clock,
    audio,
    engine,
    client: new EngineClient(engine.openPort),
    sink,
    playhead,
    books: new TrackBooks(),
    joins,
    failures,
    source,
    buffer,
    held: () =>
      sink.buffered.map(({ startSeconds, endSeconds }) =>
        [startSeconds, endSeconds].map((time) => Number(time.toFixed(3))).join('-'),
      ),
  };
};
