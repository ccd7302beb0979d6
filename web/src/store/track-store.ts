/**
 * What is kept of tracks, for the worker: reads that never fail and never take long, and writes
 * that nobody waits for. Whatever is wrong with the storage counts as nothing kept; after a few
 * failures in a row it is left alone for the rest of the visit, reading and writing each by itself.
 */
import type { Cluster } from '../engine/engine-protocol';
import type { Clock } from '../net/clock';
import { BoundedMap } from '../shared/bounded-map';
import type { ChunkIndex } from '../shared/units';
import type { ByteKeeper, KeptBytes } from './byte-keeper';
import { isOfBuild, type ChunkKey } from './keys';
import {
  chunkFromBytes,
  chunkToBytes,
  planOf,
  trackFromBytes,
  trackToBytes,
  type TrackRecord,
} from './records';

/** A read that takes longer has failed. */
export const READ_MS_MAX = 1000;
/** A write that takes longer has failed; what waits behind it goes on. */
export const WRITE_MS_MAX = 10_000;
/** In a row; then the storage is given up. */
export const FAILURE_COUNT_MAX = 3;
/** What comes faster than it can be written is not kept: 1 MB of sound. */
export const WAITING_COUNT_MAX = 20;

/** More files than are replaced while a page is open. */
const REPLACED_COUNT_MAX = 1000;

export type KeptTrack = {
  readonly record: TrackRecord;
  /** By plan. What is listed may be gone by the time it is read. */
  readonly chunks: ReadonlyMap<string, ReadonlySet<ChunkIndex>>;
};

export type TrackStoreOptions = {
  readonly keeper: ByteKeeper;
  readonly clock: Clock;
};

const isWhole = ({ record, chunks }: KeptTrack, settings: string): boolean => {
  const plan = planOf(record, settings);
  const { chunkCount } = record.info;
  return plan !== null && chunkCount > 0 && chunks.get(plan.key)?.size === chunkCount;
};

export class TrackStore {
  readonly #keeper: ByteKeeper;
  readonly #reads: Patience;
  readonly #writes: Patience;
  #writing: Promise<unknown> = Promise.resolve();
  #waitingCount = 0;
  /** What was kept when the visit began; null: not known. */
  #known: Set<string> | null = null;
  /** Since then, by this page: also while the listing is on its way. */
  readonly #written = new Set<string>();
  /** By track: versions that are known to be replaced, should they still be found. */
  readonly #refuted = new BoundedMap<string, Set<string>>(REPLACED_COUNT_MAX);

  constructor({ keeper, clock }: TrackStoreOptions) {
    this.#keeper = keeper;
    this.#reads = new Patience(clock, READ_MS_MAX);
    this.#writes = new Patience(clock, WRITE_MS_MAX);
  }

  /** Opens the storage before it is needed, and learns of what there is something kept. */
  async warmUp(): Promise<void> {
    const listed = await this.#reads.try(() => this.#keeper.listTracks());
    if (listed !== null) this.#known = new Set(listed);
  }

  /**
   * Whether a look may find something of the track. Not where only another tab has kept it since:
   * to wait for a look then would cost every track that is new.
   */
  mayHold(track: string): boolean {
    return this.#known === null || this.#known.has(track) || this.#written.has(track);
  }

  /** What is kept of a track for this build of the engine; null: nothing that can be used. */
  async open(track: string, engineBuild: string): Promise<KeptTrack | null> {
    const found = await this.#reads.try(() => this.#keeper.readTrack(track));
    return found && this.#usable(track, engineBuild, found);
  }

  /**
   * Tracks that play from begin to end, with these settings and without their files, from what is
   * kept. `settings`: as of settingsKey(). Null: it cannot be told.
   */
  async listWhole(engineBuild: string, settings: string): Promise<readonly string[] | null> {
    const filled = await this.#reads.try(() => this.#keeper.listFilled());
    if (filled === null) return null;
    const whole: string[] = [];
    // One by one: what plays reads in between.
    for (const track of filled) {
      const found = await this.#reads.try(() => this.#keeper.peekTrack(track));
      const kept = found && this.#usable(track, engineBuild, found);
      if (kept && isWhole(kept, settings)) whole.push(track);
    }
    return whole;
  }

  #usable(track: string, engineBuild: string, found: KeptBytes): KeptTrack | null {
    const record = trackFromBytes(track, found.record);
    if (record === null) {
      this.drop(track);
      return null;
    }
    const isRefuted = this.#refuted.get(track)?.has(record.version) === true;
    if (!isOfBuild(record.version, engineBuild) || isRefuted) return null;
    const chunks = new Map<string, Set<ChunkIndex>>();
    for (const [, version, plan, chunk] of found.chunks) {
      if (version !== record.version) continue;
      const ofPlan = chunks.get(plan) ?? new Set();
      chunks.set(plan, ofPlan.add(chunk));
    }
    return { record, chunks };
  }

  /** Null: it is not there, or damaged; then it goes. */
  async readChunk(key: ChunkKey): Promise<Cluster[] | null> {
    const found = await this.#reads.try(() => this.#keeper.readChunk(key));
    if (found === undefined || found === null) return null;
    const clusters = chunkFromBytes(key, found);
    if (clusters === null) void this.#later(() => this.#keeper.removeChunk(key));
    return clusters;
  }

  writeTrack(record: TrackRecord): void {
    this.#written.add(record.track);
    void this.#later(() =>
      this.#keeper.writeTrack(record.track, record.version, trackToBytes(record)),
    );
  }

  /** Resolves to whether it is there now. The clusters have to keep their bytes. */
  async writeChunk(key: ChunkKey, clusters: readonly Cluster[]): Promise<boolean> {
    return (
      (await this.#later(() => this.#keeper.writeChunk(key, chunkToBytes(key, clusters)))) ?? false
    );
  }

  /** `version` of the track was replaced: it is not found any more, whatever happens. */
  refute(track: string, version: string): void {
    const versions = this.#refuted.get(track) ?? new Set();
    this.#refuted.set(track, versions.add(version));
    this.drop(track);
  }

  /** In this visit: what was known of the track may be of an older version. */
  wasReplaced(track: string): boolean {
    return this.#refuted.get(track) !== undefined;
  }

  drop(track: string): void {
    void this.#later(() => this.#keeper.removeTrack(track));
  }

  /** Behind all that was asked for before. */
  #later<T>(write: () => Promise<T>): Promise<T | null> {
    if (this.#waitingCount >= WAITING_COUNT_MAX) return Promise.resolve(null);
    this.#waitingCount += 1;
    const written = this.#writing.then(() => this.#writes.try(write));
    this.#writing = written.finally(() => (this.#waitingCount -= 1));
    return written;
  }
}

/** Tries what may fail or hang, until it has done so too often. */
class Patience {
  readonly #clock: Clock;
  readonly #limitMs: number;
  #failureCount = 0;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** Null: it failed, took too long, or was not tried any more. */
  async try<T>(action: () => Promise<T>): Promise<T | null> {
    if (this.#failureCount >= FAILURE_COUNT_MAX) return null;
    try {
      const result = await this.#inTime(action());
      this.#failureCount = 0;
      return result;
    } catch {
      this.#failureCount += 1;
      return null;
    }
  }

  #inTime<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const limitMs = this.#limitMs;
      const stop = this.#clock.after(limitMs, () => reject(new Error('the storage is stuck')));
      promise.then(resolve, reject).finally(stop);
    });
  }
}
