/** What is known of a track that plays, or is about to. */
import type { PlanSummary, TrackInfo } from '../engine/engine-protocol';
import { framesToSeconds } from '../shared/units';
import type { TrackWarning } from '../shared/vocabulary';

export type TrackFacts = {
  readonly info: TrackInfo | null;
  readonly durationSeconds: number;
  readonly plan: PlanSummary | null;
  /** The plan is made of little, and becomes better soon. */
  readonly isProvisional: boolean;
  readonly warnings: readonly TrackWarning[];
  readonly reconnecting: { readonly attempt: number; readonly message: string } | null;
};

const NO_WARNINGS: readonly TrackWarning[] = [];

/** Before the engine has told anything; one value, since snapshots are compared by identity. */
export const NO_FACTS = {
  plan: null,
  isProvisional: false,
  warnings: NO_WARNINGS,
  reconnecting: null,
} as const satisfies Partial<TrackFacts>;

/** What the headers tell. */
export const factsOfHeaders = (info: TrackInfo): Partial<TrackFacts> => ({
  info,
  durationSeconds: framesToSeconds(info.frameCount),
  warnings: info.warnings,
  reconnecting: null,
});

export const factsOfLibrary = (durationSeconds: number): TrackFacts => ({
  info: null,
  durationSeconds,
  ...NO_FACTS,
});
