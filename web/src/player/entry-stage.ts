/** What a track on the timeline works with, and whom it tells. */
import type { EngineClient } from '../engine/engine-client';
import type { PlayerError } from '../shared/errors';
import type { JoinTest } from './join-mode';
import type { BufferLimits } from './limits';
import type { MediaSourceSink } from './media-source-sink';
import type { Playhead } from './playhead';
import type { TimelineEntry } from './timeline-entry';

export type EntryStage = {
  readonly engine: EngineClient;
  readonly sink: MediaSourceSink;
  readonly playhead: Playhead;
  readonly joins: JoinTest;
  readonly limits: BufferLimits;
  /** How far ahead of the playhead the browser has decoded already. */
  readonly leadSeconds: number;
  readonly onFacts: (entry: TimelineEntry) => void;
  /** There may be something to do. */
  readonly onWork: () => void;
  /** The first cluster under new settings was queued. */
  readonly onSwitched: (entry: TimelineEntry, appendedFromSeconds: number) => void;
  /** Final. */
  readonly onFailed: (entry: TimelineEntry, error: PlayerError) => void;
};
