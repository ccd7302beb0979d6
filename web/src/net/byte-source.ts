/**
 * Where the bytes of one original file come from, as the engine host sees it: a server
 * (range-source.ts), or the listener's own device (blob-source.ts).
 */
import type { ByteRange } from '../shared/units';
import type { SourceFacts } from './range-response';

export type SourceStats = {
  /** Bytes of bodies that came over the network, wanted or not. */
  readonly fetchedBytes: number;
  readonly requestCount: number;
  readonly retryCount: number;
  readonly cachedBytes: number;
};

/** Takes bytes found at `offset` of the source; they are only lent: it copies what it keeps. */
export type UseBytes = (offset: number, bytes: Uint8Array) => void;

export type ByteSource = {
  /** Length of the file in bytes. */
  size(signal: AbortSignal): Promise<number>;
  /**
   * Hands the bytes of `range`, clamped to the file, to `use`: each of them once, in pieces and in
   * any order. Resolves after the last. Rejects with a PlayerError; `aborted` when `signal` is
   * raised first. After either, and after `signal`, `use` is not called. What is read `beside` does
   * not count as a jump of the reading that goes on.
   */
  read(
    range: ByteRange,
    signal: AbortSignal,
    use: UseBytes,
    manner?: 'in turn' | 'beside',
  ): Promise<void>;
  /** What its answers have told so far of the version of the file that is read. */
  facts(): SourceFacts;
  stats(): SourceStats;
  /** Ends all requests; pending reads reject as aborted. */
  close(): void;
};
