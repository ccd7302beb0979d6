/**
 * One MediaSource on one audio element, with one SourceBuffer for WebM/Opus, for as many tracks as
 * come: they lie behind each other in media time. Knows bytes and seconds, not chunks or settings.
 *
 * W3C Media Source Extensions; ManagedMediaSource (Safari 17) where only that exists.
 */
import { PlayerError } from '../shared/errors';
import { CODECS, MIME_TYPE } from '../shared/output-type';
import { SourceBufferQueue, type Evict, type TimeRange } from './source-buffer-queue';

/** Exactly what is appended. */
export const MEDIA_TYPE = `${MIME_TYPE};codecs=${CODECS}`;

/** The browser's media constructors; tests hand in fakes that behave like the standard. */
export type MediaPlatform = {
  createMediaSource(): MediaSource;
  isTypeSupported(type: string): boolean;
  /** A ManagedMediaSource: appends only while `streaming`, and the browser may evict. */
  readonly managed: boolean;
  createObjectUrl(source: MediaSource): string;
  revokeObjectUrl(url: string): void;
};

/** Where the sound of an append goes; media time. */
export type Placement = {
  /** Added to the times in the cluster. */
  readonly offsetSeconds: number;
  /** What lies outside of the window is dropped, and cut inside a packet where the browser can. */
  readonly windowStartSeconds: number;
  readonly windowEndSeconds: number;
};

/**
 * The length that the browser is told: three years. It need not grow when a place far behind all
 * that is buffered is sought, and a seek beyond the length would be cut off.
 */
export const TIMELINE_SECONDS = 100_000_000;

export type SinkListeners = {
  /** Which media time may go to make room for that many bytes. */
  readonly evict: Evict;
  /** The browser wants data again, or has dropped some. */
  readonly onDemand: () => void;
  /** The MediaSource cannot be used at all. */
  readonly onFailed: (error: PlayerError) => void;
};

export class MediaSourceSink {
  readonly #platform: MediaPlatform;
  readonly #source: MediaSource;
  readonly #listeners: SinkListeners;
  readonly #queue: SourceBufferQueue;
  #buffer: SourceBuffer | null = null;
  #initSegment: Uint8Array | null = null;
  #endRequested = false;
  #url: string;

  constructor(audio: HTMLAudioElement, platform: MediaPlatform, listeners: SinkListeners) {
    this.#platform = platform;
    this.#listeners = listeners;
    this.#queue = new SourceBufferQueue(listeners.evict);
    this.#source = platform.createMediaSource();
    this.#source.addEventListener('sourceopen', this.#onOpen);
    if (platform.managed) {
      // Without this a ManagedMediaSource never opens (Safari).
      audio.disableRemotePlayback = true;
      this.#source.addEventListener('startstreaming', listeners.onDemand);
    }
    this.#url = platform.createObjectUrl(this.#source);
    audio.src = this.#url;
  }

  static isSupported(platform: MediaPlatform | null): platform is MediaPlatform {
    return platform?.isTypeSupported(MEDIA_TYPE) === true;
  }

  /** False while a ManagedMediaSource asks for no more data. */
  get wantsData(): boolean {
    if (!this.#platform.managed) return true;
    return (this.#source as MediaSource & { readonly streaming?: boolean }).streaming !== false;
  }

  get buffered(): TimeRange[] {
    if (!this.#buffer || this.#source.readyState === 'closed') return [];
    const { buffered } = this.#buffer;
    return Array.from({ length: buffered.length }, (_, index) => ({
      startSeconds: buffered.start(index),
      endSeconds: buffered.end(index),
    }));
  }

  /** endOfStream() was called and not wholly taken back: nothing beyond the end can be sought. */
  get isEnded(): boolean {
    const { readyState, duration } = this.#source;
    // What has opened it again is yet to make it long again.
    return this.#endRequested || readyState === 'ended' || duration < TIMELINE_SECONDS;
  }

  /**
   * The init segment goes out at once: the browser sets up its decoder while the first cluster is
   * still being rendered. That of all tracks is the same, and only the first is appended.
   */
  begin(initSegment: ArrayBuffer): void {
    const bytes = new Uint8Array(initSegment);
    const known = this.#initSegment;
    if (known?.length === bytes.length && known.every((byte, index) => byte === bytes[index])) {
      return;
    }
    this.#initSegment = bytes.slice();
    this.#settleQuietly(this.#queue.initialize(initSegment));
  }

  /**
   * `cluster` is one whole WebM cluster; the buffer must not be touched afterwards. `owner` may
   * cancel it.
   */
  append(cluster: ArrayBuffer, placement: Placement, owner: object): Promise<void> {
    const appended = this.#queue.append(cluster.byteLength, owner, (buffer) => {
      place(buffer, placement);
      buffer.appendBuffer(cluster);
    });
    this.#takeBackEnd();
    return appended;
  }

  remove(range: TimeRange): Promise<void> {
    const removed = this.#queue.remove(range);
    this.#takeBackEnd();
    return removed;
  }

  /** Resolves when everything queued so far is done. */
  settled(): Promise<void> {
    return this.#queue.run('settle', () => undefined);
  }

  cancelAppends(owner: object): void {
    this.#queue.cancelAppends(owner);
  }

  /** Says that nothing follows what is buffered; a later append or remove takes it back. */
  endOfStream(): void {
    if (this.#endRequested || this.#source.readyState !== 'open') return;
    this.#endRequested = true;
    this.#settleQuietly(
      this.#queue.run('endOfStream', () => {
        if (this.#endRequested && this.#source.readyState === 'open') this.#source.endOfStream();
      }),
    );
  }

  /** Takes endOfStream() back: from settled() on every place can be sought. */
  reopen(): void {
    // Nothing else opens a MediaSource again but an append and a removal.
    this.#settleQuietly(this.remove({ startSeconds: 0, endSeconds: 0.001 }));
  }

  /** endOfStream() has shortened the duration to what was buffered then. */
  #takeBackEnd(): void {
    const { readyState, duration } = this.#source;
    // By the duration: an append that was to take the end back may have been cancelled.
    const isLong = duration === TIMELINE_SECONDS;
    if (readyState === 'closed' || (isLong && !this.#endRequested)) return;
    this.#endRequested = false;
    this.#settleQuietly(this.#queue.run('duration', () => this.#lengthen()));
  }

  #lengthen(): void {
    const source = this.#source;
    if (source.readyState !== 'open' || source.duration === TIMELINE_SECONDS) return;
    source.duration = TIMELINE_SECONDS;
  }

  /** The caller gives the element another source. */
  dispose(): void {
    this.#source.removeEventListener('sourceopen', this.#onOpen);
    this.#source.removeEventListener('startstreaming', this.#listeners.onDemand);
    this.#buffer?.removeEventListener('bufferedchange', this.#listeners.onDemand);
    this.#queue.dispose();
    this.#buffer = null;
    this.#revoke();
  }

  readonly #onOpen = (): void => {
    this.#revoke(); // The element holds on to the MediaSource itself from here on.
    if (this.#buffer) return; // Reopened by an append after endOfStream.
    try {
      this.#buffer = this.#source.addSourceBuffer(MEDIA_TYPE);
    } catch (error) {
      const message = 'The browser refuses WebM/Opus.';
      this.#listeners.onFailed(new PlayerError('unsupported', message, { cause: error }));
      return;
    }
    if (this.#platform.managed) {
      this.#buffer.addEventListener('bufferedchange', this.#listeners.onDemand);
    }
    this.#lengthen();
    this.#queue.attach(this.#buffer);
    this.#listeners.onDemand();
  };

  #revoke(): void {
    if (this.#url === '') return;
    this.#platform.revokeObjectUrl(this.#url);
    this.#url = '';
  }

  #settleQuietly(operation: Promise<void>): void {
    operation.catch((error: unknown) => {
      if (error instanceof PlayerError && error.code !== 'aborted') this.#listeners.onFailed(error);
    });
  }
}

/** Costs nothing and resets no decoder; a window is never empty on the way to the next one. */
const place = (buffer: SourceBuffer, placement: Placement): void => {
  const { offsetSeconds, windowStartSeconds, windowEndSeconds } = placement;
  if (buffer.timestampOffset !== offsetSeconds) buffer.timestampOffset = offsetSeconds;
  const isSame =
    buffer.appendWindowStart === windowStartSeconds && buffer.appendWindowEnd === windowEndSeconds;
  if (isSame) return;
  buffer.appendWindowEnd = Infinity;
  buffer.appendWindowStart = windowStartSeconds;
  buffer.appendWindowEnd = windowEndSeconds;
};
