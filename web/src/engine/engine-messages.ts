/** What the engine says, as the page is told it. Pure. */
import type { EngineCarry, EngineStep } from '../../../wasm-bindings/engine-module';
import type { ChunkIndex, Frames } from '../shared/units';
import type { Carry, Cluster, Compare, PlanSummary, TrackInfo } from './engine-protocol';

export type Step<Type extends EngineStep['type']> = Extract<EngineStep, { readonly type: Type }>;

/** The bytes as a buffer of their own, to be transferred. */
export const ownBuffer = (bytes: Uint8Array): ArrayBuffer => {
  const { buffer } = bytes;
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return isOwn ? buffer : new Uint8Array(bytes).buffer;
};

export const trackInfo = (step: Step<'trackReady'>): TrackInfo => ({
  container: step.container,
  codec: step.codec,
  sampleRateHz: step.sampleRateHz,
  channels: step.channels,
  bitsPerSample: step.bitsPerSample,
  frameCount: step.frameCount as Frames,
  chunkCount: step.chunkCount,
  chunkFrames: step.chunkFrames as Frames,
  clusterFrames: step.clusterFrames as Frames,
  title: step.title,
  artist: step.artist,
  album: step.album,
  warnings: step.warnings,
});

export const planSummary = (step: Step<'planReady'>, compare: Compare): PlanSummary => ({
  loudnessLufs: step.loudnessLufs,
  truePeakDbtp: step.truePeakDbtp,
  targetLufs: step.targetLufs,
  // An original that is compared passes by the stages.
  reachedLufs: (compare === 'original' ? step.loudnessLufs : step.expectedLufs) + step.trimDb,
  shortfallLu: step.shortfallLu,
  limitedBy: step.limitedBy,
  limiterReductionDb: step.limiterReductionDb,
  restrained: step.restrained,
  toneDb: [...step.toneMidDb].map((gainDb) => (compare === 'original' ? 0 : gainDb)),
  profile: step.provisional ? '' : step.profile,
});

export const carryOf = (carry: EngineCarry): Carry => ({
  packetCount: carry.packetCount(),
  frameCount: carry.frameCount() as Frames,
});

export const clusterOf = (step: Step<'clusterReady'>): Cluster => ({
  chunk: step.chunk as ChunkIndex,
  indexInChunk: step.indexInChunk,
  start: step.firstFrame as Frames,
  frameCount: step.frameCount as Frames,
  lastOfChunk: step.lastOfChunk,
  lastOfTrack: step.lastOfTrack,
  bytes: ownBuffer(step.bytes),
  lead: step.lead === null ? null : ownBuffer(step.lead),
  stageGainsDb: step.stageGainsDb,
});
