/**
 * The bytes of a file on the listener's own device. Nothing is kept: the system has what was read
 * lately in its memory. A file that was changed, moved or removed after it was opened fails; never
 * is what it was then mixed with what it is now, as far as the browser tells (it compares the date,
 * File API section 4).
 */
import { PlayerError } from '../shared/errors';
import { NOT_OPEN, UNREADABLE } from '../shared/local-address';
import type { ByteRange } from '../shared/units';
import type { ByteSource, SourceStats, UseBytes } from './byte-source';
import { aborted } from './pending-read';
import type { SourceFacts } from './range-response';

/** So much is read at once at most. */
export const PIECE_BYTES = 1024 * 1024;

const unreadable = (cause?: unknown): PlayerError => new PlayerError('gone', UNREADABLE, { cause });

/** What of a File or a Blob is used. */
export type Readable = Pick<Blob, 'size' | 'slice'> & { readonly lastModified?: number };

export class BlobSource implements ByteSource {
  readonly #blob: Readable | null;
  readonly #closing = new AbortController();

  /** null: the file is not open (any more); everything fails as `closed`. */
  constructor(blob: Readable | null) {
    this.#blob = blob;
  }

  async size(signal: AbortSignal): Promise<number> {
    this.#check(signal);
    const { size } = this.#open;
    return Promise.resolve(size);
  }

  async read(range: ByteRange, signal: AbortSignal, use: UseBytes): Promise<void> {
    this.#check(signal);
    const end = Math.min(range.end, this.#open.size);
    for (let begin = range.begin; begin < end; begin += PIECE_BYTES) {
      const piece = { begin, end: Math.min(end, begin + PIECE_BYTES) };
      const bytes = await this.#orAborted(this.#readPiece(piece), signal);
      this.#check(signal);
      use(begin, bytes);
    }
  }

  /** The date is the version, as Last-Modified is of a server's file. */
  facts(): SourceFacts {
    const { size = null, lastModified = null } = this.#blob ?? {};
    return {
      sizeBytes: size,
      etag: null,
      isEtagWeak: false,
      lastModified: lastModified === null ? null : new Date(lastModified).toUTCString(),
    };
  }

  /** Nothing of it comes over a network. */
  stats(): SourceStats {
    return { fetchedBytes: 0, requestCount: 0, retryCount: 0, cachedBytes: 0 };
  }

  close(): void {
    this.#closing.abort();
  }

  get #open(): Readable {
    if (this.#blob === null) throw new PlayerError('closed', NOT_OPEN);
    return this.#blob;
  }

  #check(signal: AbortSignal): void {
    if (signal.aborted || this.#closing.signal.aborted) throw aborted();
  }

  async #readPiece({ begin, end }: ByteRange): Promise<Uint8Array> {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await this.#open.slice(begin, end).arrayBuffer());
    } catch (error) {
      throw unreadable(error);
    }
    // Browsers that do not compare the date read what there is.
    if (bytes.length !== end - begin) throw unreadable();
    return bytes;
  }

  /** A file on a network drive may take its time. */
  #orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
    const signals = [signal, this.#closing.signal];
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(aborted());
      for (const one of signals) one.addEventListener('abort', stop);
      promise.then(resolve, reject).finally(() => {
        for (const one of signals) one.removeEventListener('abort', stop);
      });
    });
  }
}
