/** Hears what an engine session makes, before the page does. Must not keep what is handed to it. */
import type { PlayerError } from '../shared/errors';
import type { TrackWarning } from '../shared/vocabulary';
import type { Cluster, PlanSummary, TrackInfo } from './engine-protocol';

export type SessionWitness = {
  /** The init segment is transferred to the page behind this, unless the session is failed here. */
  readonly opened: (info: TrackInfo, initSegment: ArrayBuffer) => void;
  readonly planned: (planKey: string, plan: PlanSummary, isProvisional: boolean) => void;
  /** `planKey`: of the one plan that the whole chunk follows; null: two do. Bytes as above. */
  readonly rendered: (cluster: Cluster, planKey: string | null) => void;
  readonly noticed: (warnings: readonly TrackWarning[]) => void;
  /** Final; what waits is answered behind this. */
  readonly failed: (error: PlayerError) => void;
};
