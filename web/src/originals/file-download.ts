/**
 * Brings one file to the device: from the byte where it stopped the last time, as long as it is
 * still the same version on the server.
 */
import { attempt, type Watchdog } from '../net/attempt';
import { readBody } from '../net/body-reader';
import type { Clock } from '../net/clock';
import { fileVersion } from '../net/file-version';
import { factsOf, interpretAnswer } from '../net/range-response';
import type { Fetch } from '../net/range-transfer';
import { errorName, PlayerError } from '../shared/errors';
import type { FileVersion } from './file-answer';
import { isSame, type OriginalFile, type OriginalFiles } from './original-files';

/** What is written at once, and at most lost when the browser is killed. */
export const PIECE_BYTES = 512 * 1024;
/** Without a byte for so long, the connection counts as lost. */
export const STALL_MS = 30_000;

export type DownloadOutcome =
  | 'whole'
  /** `signal` was raised, or the file is not wanted any more. */
  | 'stopped'
  /** Trying again may help. */
  | 'lost'
  /** The device has no room for it. */
  | 'room'
  /** The server has an answer, and it is no: it may be another one later. */
  | 'unwilling'
  /** It cannot be had. */
  | 'refused';

export type DownloadOptions = {
  readonly url: string;
  readonly fetch: Fetch;
  readonly files: Pick<OriginalFiles, 'begin' | 'append'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether there is time for more. */
  readonly isCalm: () => boolean;
  /** Resolves when there is. */
  readonly untilCalm: () => Promise<void>;
  readonly onProgress: (receivedBytes: number, sizeBytes: number) => void;
};

/** Collects bytes into pieces and writes them one behind another. */
class PieceWriter {
  readonly #files: DownloadOptions['files'];
  readonly #key: string;
  readonly #version: FileVersion;
  readonly #buffer = new Uint8Array(PIECE_BYTES);
  #filled = 0;
  #writtenBytes: number;

  constructor(files: DownloadOptions['files'], key: string, version: FileVersion, from: number) {
    this.#files = files;
    this.#key = key;
    this.#version = version;
    this.#writtenBytes = from;
  }

  /** With what is still to be written. */
  get receivedBytes(): number {
    return this.#writtenBytes + this.#filled;
  }

  async take(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      const part = rest.subarray(0, PIECE_BYTES - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
      if (this.#filled === PIECE_BYTES) await this.flush();
    }
  }

  /** Throws a PlayerError: as storing(), or `aborted` where the file is not wanted any more. */
  async flush(): Promise<void> {
    if (this.#filled === 0) return;
    const bytes = this.#buffer.subarray(0, this.#filled);
    this.#filled = 0;
    const fits = await storing(() =>
      this.#files.append(this.#key, this.#version, this.#writtenBytes, bytes),
    );
    if (!fits) throw new PlayerError('aborted', 'the file is not wanted');
    this.#writtenBytes += bytes.length;
  }
}

/** What is wrong with the device is no matter of the connection: PlayerError, `quota` or other. */
const storing = async <T>(action: () => Promise<T>): Promise<T> => {
  try {
    return await action();
  } catch (error) {
    const isFull = errorName(error) === 'QuotaExceededError';
    const words = isFull ? 'there is no room for it' : 'it cannot be written';
    throw new PlayerError(isFull ? 'quota' : 'unsupported', words, { cause: error });
  }
};

const versionOf = (answer: Response, sizeBytes: number): FileVersion => ({
  sizeBytes,
  etag: answer.headers.get('ETag') ?? '',
  lastModified: answer.headers.get('Last-Modified') ?? '',
  contentType: answer.headers.get('Content-Type') ?? 'application/octet-stream',
});

/** `again`: there is more to be asked for at once. */
type Tried = { readonly type: 'done' | 'again' | 'stopped' };

/** A file that changes all the time is left alone for a while. */
const BEGIN_COUNT_MAX = 10;

class FileDownload {
  readonly #options: DownloadOptions;
  readonly #key: string;
  #version: FileVersion | null;
  #receivedBytes: number;
  #beginCount = 0;

  constructor({ key, version, receivedBytes }: OriginalFile, options: DownloadOptions) {
    this.#options = options;
    this.#key = key;
    this.#version = version;
    this.#receivedBytes = receivedBytes;
  }

  async run(): Promise<DownloadOutcome> {
    while (!this.#isWhole) {
      if (this.#beginCount > BEGIN_COUNT_MAX) return 'unwilling';
      const outcome = await this.#try();
      if (outcome !== null) return outcome;
    }
    return 'whole';
  }

  get #isWhole(): boolean {
    return this.#version !== null && this.#receivedBytes === this.#version.sizeBytes;
  }

  /** A call, since it may change while something is waited for. */
  #isStopped(): boolean {
    return this.#options.signal.aborted;
  }

  /** Null: again. */
  async #try(): Promise<DownloadOutcome | null> {
    const { clock, signal, untilCalm } = this.#options;
    await untilCalm();
    if (this.#isStopped()) return 'stopped';
    const from = this.#receivedBytes;
    try {
      const limits = { clock, stallMs: STALL_MS, signal };
      const tried = await attempt(limits, (inTime, watchdog) => this.#ask(inTime, watchdog));
      if (tried.type === 'again' || this.#isWhole) return null;
      if (tried.type === 'stopped' || this.#isStopped()) return 'stopped';
      // An answer that was shorter than the file, or broke off with the connection.
      return tried.type === 'done' && this.#receivedBytes > from ? null : 'lost';
    } catch (error) {
      if (!(error instanceof PlayerError)) throw error;
      if (error.code === 'aborted') return 'stopped';
      if (error.code === 'quota') return 'room';
      return error.code === 'network' ? 'unwilling' : 'refused';
    }
  }

  async #ask(signal: AbortSignal, watchdog: Watchdog): Promise<Tried> {
    const { url, fetch } = this.#options;
    const begin = this.#receivedBytes;
    const headers = { Range: `bytes=${begin}-` };
    const answer = await fetch(url, { headers, cache: 'no-store', signal });
    watchdog.feed();
    // The file is shorter than what is here of it.
    if (answer.status === 416 && begin > 0) return this.#beginAgain(null);
    const read = interpretAnswer(answer, { begin, end: Infinity });
    if (read.type === 'lost') throw new PlayerError('network', read.reason);
    const size = read.type === 'empty' ? 0 : read.facts.sizeBytes;
    if (size === null || (size > 0 && fileVersion(factsOf(answer, size)) === null)) {
      throw new PlayerError('unsupported', 'the server does not tell one version from another');
    }
    const now = versionOf(answer, size);
    if (read.type === 'whole' || !isSame(this.#version, now)) {
      const tried = await this.#beginAgain(now);
      if (tried.type === 'stopped' || (read.type === 'part' && begin > 0)) return tried;
    }
    if (size === 0 || answer.body === null) return { type: 'done' };
    return this.#receive(now, answer.body, watchdog);
  }

  async #beginAgain(version: FileVersion | null): Promise<Tried> {
    const { files } = this.#options;
    this.#beginCount += 1;
    const isWanted = await storing(() => files.begin(this.#key, this.#version, version));
    this.#version = version;
    this.#receivedBytes = 0;
    return { type: isWanted ? 'again' : 'stopped' };
  }

  async #receive(
    version: FileVersion,
    body: ReadableStream<Uint8Array<ArrayBuffer>>,
    watchdog: Watchdog,
  ): Promise<Tried> {
    const { files, isCalm, onProgress } = this.#options;
    const writer = new PieceWriter(files, this.#key, version, this.#receivedBytes);
    const reader = readBody(body);
    try {
      for (;;) {
        const bytes = await reader.next();
        if (bytes === null || this.#isStopped()) return { type: 'done' };
        watchdog.feed();
        await writer.take(bytes);
        onProgress(writer.receivedBytes, version.sizeBytes);
        // What plays needs the link, and nobody holds a connection without reading.
        if (!isCalm()) return { type: 'again' };
      }
    } finally {
      // What has come stays, whatever ends it.
      await writer.flush();
      this.#receivedBytes = writer.receivedBytes;
    }
  }
}

/** Resolves when nothing more can be done about it now. */
export const downloadFile = (
  file: OriginalFile,
  options: DownloadOptions,
): Promise<DownloadOutcome> => new FileDownload(file, options).run();
