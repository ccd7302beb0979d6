/** What a KeptSession is made of. */
import type { EngineCarry } from '../../../wasm-bindings/engine-module';
import type { Clock } from '../net/clock';
import type { SourceFacts } from '../net/range-response';
import type { TrackStore } from '../store/track-store';
import type { OpenCommand } from './host-session';
import type { EngineDoor } from './lazy-session';

export type KeptSessionOptions = {
  readonly command: OpenCommand;
  /** Id of the command. */
  readonly openId: number;
  /** Of the track before; deleted here. */
  readonly carry: EngineCarry | null;
  readonly store: TrackStore;
  readonly track: string;
  readonly engineBuild: string;
  readonly clock: Clock;
  /** What the server says of the file now. */
  readonly checkSource: (signal: AbortSignal) => Promise<SourceFacts>;
  readonly door: EngineDoor;
};
