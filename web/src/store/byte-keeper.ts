/**
 * Where kept bytes lie, as everything else sees it. Anything may fail at any time, and may have
 * been forgotten: what is kept saves time and nothing else.
 */
import type { ChunkKey } from './keys';

export type KeptBytes = {
  /** As they were given; anything, where they were damaged. */
  readonly record: unknown;
  readonly chunks: readonly ChunkKey[];
};

export type ByteKeeper = {
  /** All tracks of which there is anything; no use of them. */
  listTracks(): Promise<readonly string[]>;
  /** Those of which there are chunks. */
  listFilled(): Promise<readonly string[]>;
  /** What there is of a track; null: nothing. Counts as a use of it. */
  readTrack(track: string): Promise<KeptBytes | null>;
  /** The same, and no use. */
  peekTrack(track: string): Promise<KeptBytes | null>;
  /** Undefined: it is not there. */
  readChunk(key: ChunkKey): Promise<unknown>;
  /** What was kept of another version of the track goes. */
  writeTrack(track: string, version: string, record: ArrayBuffer): Promise<void>;
  /** False: there is no room for it, or the track is not kept in this version. */
  writeChunk(key: ChunkKey, chunk: ArrayBuffer): Promise<boolean>;
  removeChunk(key: ChunkKey): Promise<void>;
  removeTrack(track: string): Promise<void>;
};
