/** What is kept of a track, and how it becomes bytes and comes back. Pure. */
import type { Cluster, PlanSummary, TrackInfo } from '../engine/engine-protocol';
import type { SourceFacts } from '../net/range-response';
import type { ChunkKey } from './keys';
import { seal, unseal } from './sealed-bytes';

/** What the engine decided for some settings. */
export type KeptPlan = {
  /** The engine's name for it, as in the key of a chunk. */
  readonly key: string;
  /** Null: there is no plan, the original passes. Within a record without its profile. */
  readonly summary: PlanSummary | null;
};

/** All that a track can be opened with, without its file and without the engine. */
export type TrackRecord = {
  readonly track: string;
  readonly version: string;
  readonly source: SourceFacts;
  readonly info: TrackInfo;
  readonly initSegment: ArrayBuffer;
  /** As the engine measured it; null: nothing was measured. */
  readonly profile: string | null;
  /** By settingsKey(); the latest last. */
  readonly plans: readonly (readonly [settings: string, plan: KeptPlan])[];
};

/** A slider leaves many behind. */
const PLAN_COUNT_MAX = 64;

export const planOf = ({ plans, profile }: TrackRecord, settings: string): KeptPlan | null => {
  const { key, summary } = plans.find(([known]) => known === settings)?.[1] ?? {};
  if (key === undefined) return null;
  return { key, summary: summary ? { ...summary, profile: profile ?? '' } : null };
};

export const withPlan = (
  record: TrackRecord,
  settings: string,
  { key, summary }: KeptPlan,
): TrackRecord => {
  const others = record.plans.filter(([known]) => known !== settings);
  const plan = { key, summary: summary && { ...summary, profile: '' } };
  return { ...record, plans: [...others, [settings, plan] as const].slice(-PLAN_COUNT_MAX) };
};

/** `record` with what only `older`, of the same version, knows. */
export const withPlansOf = (record: TrackRecord, older: TrackRecord): TrackRecord =>
  record.plans.reduce((joined, [settings, plan]) => withPlan(joined, settings, plan), {
    ...record,
    profile: record.profile ?? older.profile,
    plans: older.plans,
  });

export const trackToBytes = ({ initSegment, ...head }: TrackRecord): ArrayBuffer =>
  seal(head, [new Uint8Array(initSegment)]);

/** Null: the bytes are damaged, or of another track. */
export const trackFromBytes = (track: string, bytes: unknown): TrackRecord | null => {
  const unsealed = unseal(bytes);
  const [initSegment] = unsealed?.parts ?? [];
  if (!unsealed || initSegment === undefined) return null;
  const head = unsealed.head as Omit<TrackRecord, 'initSegment'>;
  return head.track === track ? { ...head, initSegment } : null;
};

type ClusterHead = Omit<Cluster, 'bytes' | 'lead' | 'stageGainsDb'> & { readonly isLed: boolean };
type ChunkHead = { readonly key: ChunkKey; readonly clusters: readonly ClusterHead[] };

export const chunkToBytes = (key: ChunkKey, clusters: readonly Cluster[]): ArrayBuffer => {
  const parts = clusters.flatMap(({ bytes, lead, stageGainsDb }) => [
    new Uint8Array(bytes),
    new Uint8Array(stageGainsDb.buffer, stageGainsDb.byteOffset, stageGainsDb.byteLength),
    ...(lead === null ? [] : [new Uint8Array(lead)]),
  ]);
  const heads = clusters.map(
    ({ chunk, indexInChunk, start, frameCount, lastOfChunk, lastOfTrack, lead }): ClusterHead => {
      const isLed = lead !== null;
      return { chunk, indexInChunk, start, frameCount, lastOfChunk, lastOfTrack, isLed };
    },
  );
  const head: ChunkHead = { key, clusters: heads };
  return seal(head, parts);
};

/** Null: the bytes are damaged, or of another chunk. */
export const chunkFromBytes = (key: ChunkKey, sealed: unknown): Cluster[] | null => {
  const unsealed = unseal(sealed);
  if (!unsealed) return null;
  const { key: found, clusters } = unsealed.head as ChunkHead;
  if (JSON.stringify(found) !== JSON.stringify(key)) return null;
  const parts = [...unsealed.parts];
  return clusters.flatMap(({ isLed, ...head }): Cluster[] => {
    const bytes = parts.shift();
    const gains = parts.shift();
    const lead = isLed ? parts.shift() : null;
    if (bytes === undefined || gains === undefined || lead === undefined) return [];
    return [{ ...head, bytes, lead, stageGainsDb: new Float32Array(gains) }];
  });
};
