/** Where the bytes of one original file come from, as the engine host sees it. */
import type { ByteRange } from '../shared/units';

export type SourceStats = {
  /** Bytes of bodies that came over the network, wanted or not. */
  readonly fetchedBytes: number;
  readonly requestCount: number;
  readonly retryCount: number;
  readonly cachedBytes: number;
};

export type ByteSource = {
  /** Length of the file in bytes. */
  size(signal: AbortSignal): Promise<number>;
  /**
   * The bytes of `range`, clamped to the file; a new array each time, owned by the caller.
   * Rejects with a PlayerError; `aborted` when `signal` is raised first.
   */
  read(range: ByteRange, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  stats(): SourceStats;
  /** Ends all requests; pending reads reject as aborted. */
  close(): void;
};
