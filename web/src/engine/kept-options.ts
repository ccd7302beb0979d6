/** What a KeptSession is made of. */
import type { EngineCarry } from '../../../wasm-bindings/engine-module';
import type { Clock } from '../net/clock';
import type { SourceFacts } from '../net/range-response';
import { TrackRecorder } from '../store/track-recorder';
import type { TrackStore } from '../store/track-store';
import { FileCheck } from './file-check';
import type { OpenCommand } from './host-session';
import { KeptAnswers } from './kept-answers';
import { KeptSound } from './kept-sound';
import type { EngineDoor } from './lazy-session';
import { RenderQueue } from './render-queue';

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
  /** Whether the user wants no byte that is not needed. */
  readonly savesData: () => boolean;
  /** What the server says of the file now. */
  readonly checkSource: (signal: AbortSignal) => Promise<SourceFacts>;
  readonly door: EngineDoor;
};

/** All but its engine. `onReplaced`: the server says that the file is another one. */
export const keptParts = (
  { command, openId, carry, store, track, engineBuild, door, checkSource }: KeptSessionOptions,
  onReplaced: () => void,
) => {
  const { session, settings, firstChunk } = command;
  const jobs = new RenderQueue(door.voice, firstChunk);
  const answers = new KeptAnswers(door.voice, session, openId, jobs);
  const check = new FileCheck(checkSource, onReplaced);
  const recorder = new TrackRecorder({ store, track, engineBuild, settings });
  recorder.isCarried = carry !== null;
  const sound = new KeptSound(store, recorder, answers, check);
  return { answers, check, jobs, recorder, sound };
};
