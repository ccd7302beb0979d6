/**
 * Decides what to render next and what to remove: a pure function of the playhead and of what was
 * appended. It counts in clusters from the start of the track and knows neither MSE nor the engine.
 */
import type { ClusterRange, ClusterState } from './coverage';

export type PolicyInput = {
  /** Playhead in clusters, with its fraction; negative: the track is yet to come. */
  readonly playhead: number;
  readonly clusterCount: number;
  readonly clustersPerChunk: number;
  readonly stateOf: (cluster: number) => ClusterState;
  /** Ranges that hold anything, ascending. */
  readonly occupied: readonly ClusterRange[];
  /** Clusters before this one may stay as they were under the settings before. */
  readonly acceptStaleBefore: number;
  /** How far to render, in clusters, as are the three after it. */
  readonly ahead: number;
  /** What lies farther ahead than this (and a chunk) is removed; at least `ahead`. */
  readonly keepAhead: number;
  readonly behind: number;
  readonly removeStep: number;
};

export type PolicyDecision = {
  /** The chunk to render now; null: enough is there. */
  readonly render: number | null;
  readonly remove: ClusterRange | null;
  /** Everything from the playhead to the end of the track is there. */
  readonly complete: boolean;
  /** First cluster after the playhead that is not there under the current settings. */
  readonly cursor: number;
};

const findCursor = (input: PolicyInput): number => {
  // At the very end the last cluster has to be there: a track that holds nothing has not ended.
  const last = input.clusterCount - 1;
  const limit = input.stateOf(last) === 'none' ? Math.max(0, last) : input.clusterCount;
  let cursor = Math.min(Math.max(0, Math.floor(input.playhead)), limit);
  while (cursor < input.clusterCount) {
    const state = input.stateOf(cursor);
    const fits = state === 'current' || (state === 'stale' && cursor < input.acceptStaleBefore);
    if (!fits) break;
    cursor += 1;
  }
  return cursor;
};

/** What lies before the window goes in steps; what lies after it (left by a seek back) at once. */
const findRemoval = (input: PolicyInput): ClusterRange | null => {
  const keepFrom = Math.floor(input.playhead - input.behind);
  const keepTo = Math.ceil(input.playhead + input.keepAhead) + input.clustersPerChunk;
  const first = input.occupied[0];
  const last = input.occupied.at(-1);
  if (!first || !last) return null;
  if (first.begin + input.removeStep <= keepFrom) return { begin: first.begin, end: keepFrom };
  if (last.end > keepTo) return { begin: Math.max(keepTo, last.begin), end: last.end };
  return null;
};

export const decide = (input: PolicyInput): PolicyDecision => {
  const cursor = findCursor(input);
  const complete = cursor >= input.clusterCount;
  const chunk = Math.floor(cursor / input.clustersPerChunk);
  const chunkEnd = Math.min((chunk + 1) * input.clustersPerChunk, input.clusterCount);
  // Not more than there is room for: what does not fit would be rendered again and again.
  const isUrgent = cursor - input.playhead < Math.min(input.clustersPerChunk, input.ahead);
  const hasRoom = chunkEnd <= input.playhead + input.ahead;
  return {
    render: !complete && (isUrgent || hasRoom) ? chunk : null,
    remove: findRemoval(input),
    complete,
    cursor,
  };
};
