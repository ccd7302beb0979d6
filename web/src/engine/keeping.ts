/** What the engine's host needs in order to keep what it renders. */
import type { Clock } from '../net/clock';
import type { SourceFacts } from '../net/range-response';
import type { TrackStore } from '../store/track-store';

export type Keeping = {
  readonly store: TrackStore;
  /** Tells this build of the engine from any other. */
  readonly engineBuild: string;
  /** What addresses of tracks are relative to. */
  readonly baseUrl: string;
  readonly clock: Clock;
  /** Whether the user wants no byte that is not needed. */
  readonly savesData: () => boolean;
  /** What the server says of a file now. */
  readonly checkSource: (url: string, signal: AbortSignal) => Promise<SourceFacts>;
};
