/**
 * Serialises operations on one SourceBuffer: MSE allows one at a time, and ends each with
 * `updateend` (W3C Media Source Extensions, SourceBuffer.updating).
 *
 * Operations run in the order they were queued; a failed one rejects its own promise and the next
 * one runs. An append that meets the browser's quota evicts as many bytes as it needs and is
 * repeated with the same data. Operations may be queued before the SourceBuffer exists.
 */
import { PlayerError, errorName } from '../shared/errors';

/** Half-open range of media time. */
export type TimeRange = { readonly startSeconds: number; readonly endSeconds: number };

/** What may go to make room for `byteLength` more bytes of `owner`; null when nothing may. */
export type Evict = (byteLength: number, owner: object | null) => TimeRange | null;

type Job = {
  readonly label: string;
  readonly run: (buffer: SourceBuffer) => void;
  /** Bytes that an append needs room for; 0 for everything else. */
  readonly byteLength: number;
  /** Whose append it is; null: it cannot be cancelled. */
  readonly owner: object | null;
  resolve(): void;
  reject(error: PlayerError): void;
  evictionsLeft: number;
};

/** Far more than a player that keeps a minute of sound in clusters of half a second needs. */
export const JOB_COUNT_MAX = 1024;

/** An append is given up after this many evictions. */
const MAX_EVICTIONS = 4;

const aborted = (label: string): PlayerError =>
  new PlayerError('aborted', `${label} was superseded`);

/** Read anew after each call into the buffer: the type checker takes it for a constant. */
const isUpdating = (buffer: SourceBuffer): boolean => buffer.updating;

export class SourceBufferQueue {
  readonly #evict: Evict;
  #buffer: SourceBuffer | null = null;
  #active: Job | null = null;
  #activeFailed = false;
  #waiting: Job[] = [];
  #disposed = false;

  constructor(evict: Evict) {
    this.#evict = evict;
  }

  /** Hands over the SourceBuffer; what was queued before starts now. */
  attach(buffer: SourceBuffer): void {
    if (this.#disposed) return;
    this.#buffer = buffer;
    buffer.addEventListener('error', this.#onError);
    buffer.addEventListener('updateend', this.#onUpdateEnd);
    this.#pump();
  }

  /** What comes before all media (the init segment), so cancelAppends() leaves it alone. */
  initialize(bytes: ArrayBuffer): Promise<void> {
    const { byteLength } = bytes;
    return this.#enqueue('append', (buffer) => buffer.appendBuffer(bytes), { byteLength });
  }

  /** `append` calls appendBuffer once, with about `byteLength` bytes; repeated after quota. */
  append(byteLength: number, owner: object, append: (buffer: SourceBuffer) => void): Promise<void> {
    return this.#enqueue('append', append, { byteLength, owner });
  }

  remove({ startSeconds, endSeconds }: TimeRange): Promise<void> {
    return this.#enqueue('remove', (buffer) => buffer.remove(startSeconds, endSeconds));
  }

  /** For what must not happen while the buffer updates but is no method of it, as duration. */
  run(label: string, action: () => void): Promise<void> {
    return this.#enqueue(label, action);
  }

  /** Rejects (as aborted) the appends of one owner that have not started. */
  cancelAppends(owner: object): void {
    const cancelled = this.#waiting.filter((job) => job.owner === owner);
    this.#waiting = this.#waiting.filter((job) => job.owner !== owner);
    for (const job of cancelled) job.reject(aborted(job.label));
  }

  /** Aborts the operation under way and rejects all; the queue is of no use afterwards. */
  dispose(): void {
    this.#disposed = true;
    const buffer = this.#buffer;
    this.#buffer = null;
    buffer?.removeEventListener('error', this.#onError);
    buffer?.removeEventListener('updateend', this.#onUpdateEnd);
    const jobs = this.#active ? [this.#active, ...this.#waiting] : this.#waiting;
    this.#active = null;
    this.#waiting = [];
    try {
      if (buffer?.updating === true) buffer.abort();
    } catch {
      // The buffer is already detached from its MediaSource, or in a remove(): nothing to stop.
    }
    for (const job of jobs) job.reject(aborted(job.label));
  }

  readonly #onError = (): void => {
    this.#activeFailed = true; // `updateend` follows and settles the operation.
  };

  readonly #onUpdateEnd = (): void => {
    const job = this.#active;
    if (!job) return;
    const failed = this.#activeFailed;
    this.#active = null;
    this.#activeFailed = false;
    if (failed) {
      job.reject(new PlayerError('internal', `The browser could not ${job.label} audio data.`));
    } else {
      job.resolve();
    }
    this.#pump();
  };

  #enqueue(
    label: string,
    run: (buffer: SourceBuffer) => void,
    { byteLength = 0, owner = null }: { byteLength?: number; owner?: object | null } = {},
  ): Promise<void> {
    if (this.#disposed) return Promise.reject(aborted(label));
    if (this.#waiting.length >= JOB_COUNT_MAX) {
      const message = 'The browser does not take the audio it is given.';
      return Promise.reject(new PlayerError('internal', message));
    }
    return new Promise((resolve, reject) => {
      const evictionsLeft = MAX_EVICTIONS;
      this.#waiting.push({ label, run, byteLength, owner, resolve, reject, evictionsLeft });
      this.#pump();
    });
  }

  #pump(): void {
    const buffer = this.#buffer;
    while (buffer && buffer === this.#buffer && !this.#active && !isUpdating(buffer)) {
      const job = this.#waiting.shift();
      if (!job) return;
      this.#active = job;
      this.#activeFailed = false;
      try {
        job.run(buffer);
      } catch (error) {
        this.#active = null;
        this.#handleThrow(job, error);
        continue;
      }
      if (isUpdating(buffer)) return; // `updateend` will settle it.
      this.#active = null;
      job.resolve();
    }
  }

  /** Chrome and Firefox disagree on the class and code of the quota error, not on its name. */
  #handleThrow(job: Job, error: unknown): void {
    const name = errorName(error);
    if (name !== 'QuotaExceededError') {
      job.reject(new PlayerError('internal', `${job.label} failed: ${name}`, { cause: error }));
      return;
    }
    const range = job.evictionsLeft > 0 ? this.#evict(job.byteLength, job.owner) : null;
    if (!range) {
      const message = 'The browser has no room for more audio.';
      job.reject(new PlayerError('quota', message, { cause: error }));
      return;
    }
    job.evictionsLeft -= 1;
    const { startSeconds, endSeconds } = range;
    const eviction: Job = {
      label: 'evict',
      run: (buffer) => buffer.remove(startSeconds, endSeconds),
      byteLength: 0,
      owner: null,
      resolve: () => undefined,
      reject: () => undefined, // The repeated append will say what is wrong.
      evictionsLeft: 0,
    };
    this.#waiting.unshift(eviction, job);
  }
}
