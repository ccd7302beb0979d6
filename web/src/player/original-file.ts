/**
 * The original file in the audio element: what is left where the engine cannot play it. Its samples
 * are untouched; it is turned down where a level is wanted and the engine has told by how much.
 * When the element cannot either, finds out why: browsers have one error (MEDIA_ERR_SRC_NOT_
 * SUPPORTED) for a format that they do not know, a file that is gone and a server out of reach
 * (HTML Standard section 4.8.11.1), and only the first two are the track's own fault.
 */
import { PlayerError } from '../shared/errors';
import { isLocalAddress, NOT_OPEN, UNREADABLE } from '../shared/local-address';
import type { ElementVolume } from './element-volume';
import type { Clock } from './playback-monitor';

/** `gone`: the server says that there is no such file; `unreachable`: nothing tells of it. */
export type Presence = 'there' | 'gone' | 'unreachable';
export type FindPresence = (url: string, signal: AbortSignal) => Promise<Presence>;

/** What the element can be given for a track's address, until it is released. */
export type ElementUrl = { readonly url: string; readonly release: () => void };
/** null: the file is on this device, and not open. */
export type FindElementUrl = (url: string) => ElementUrl | null;

export type OriginalFileOptions = {
  readonly audio: HTMLAudioElement;
  readonly clock: Clock;
  readonly findPresence: FindPresence;
  readonly findElementUrl: FindElementUrl;
  readonly url: string;
  readonly startSeconds: number;
  readonly volume: Pick<ElementVolume, 'turnDown'>;
  /** By how much, with the settings of now, <= 0. */
  readonly gainDb: () => number;
  /** Why the engine could not play it; null: it was not asked. */
  readonly cause: PlayerError | null;
  /** Final. */
  readonly onFailed: (error: PlayerError) => void;
};

/** A server that does not answer a question within this is out of reach. */
export const PRESENCE_TIMEOUT_MS = 10_000;

const GONE_FROM_SERVER = 'The track is no longer on the server.';

/** MediaError.code, HTML Standard section 4.8.11.1. */
const MEDIA_ERR_NETWORK = 2;
const MEDIA_ERR_DECODE = 3;

export class OriginalFile {
  readonly #options: OriginalFileOptions;
  readonly #closing = new AbortController();
  readonly #elementUrl: ElementUrl | null;
  #failed = false;

  constructor(options: OriginalFileOptions) {
    this.#options = options;
    const { audio, url, startSeconds, findElementUrl } = options;
    this.#elementUrl = findElementUrl(url);
    if (this.#elementUrl) {
      audio.src = this.#elementUrl.url;
      if (startSeconds > 0) audio.currentTime = startSeconds;
    } else {
      // Whoever opens it knows it first.
      queueMicrotask(() => this.#fail(new PlayerError('closed', NOT_OPEN)));
    }
    this.configure();
  }

  /** In the track; where it was to begin while the element has nothing of it. */
  get positionSeconds(): number {
    return this.#elementUrl ? this.#options.audio.currentTime : this.#options.startSeconds;
  }

  /** The settings are others now. */
  configure(): void {
    this.#options.volume.turnDown(this.#options.gainDb());
  }

  /** The element has fired `error`. */
  onElementError(): void {
    const { audio } = this.#options;
    if (!audio.error || this.#failed) return;
    this.#failed = true;
    const { code } = audio.error;
    if (code === MEDIA_ERR_NETWORK && isLocalAddress(this.#options.url)) {
      this.#fail(new PlayerError('gone', UNREADABLE));
    } else if (code === MEDIA_ERR_NETWORK) {
      this.#fail(new PlayerError('network', 'The browser lost the connection to the file.'));
    } else if (code === MEDIA_ERR_DECODE) {
      this.#fail(this.#refusal('corrupt', 'The browser cannot decode the file.'));
    } else {
      void this.#explain();
    }
  }

  close(): void {
    this.#closing.abort();
    this.#options.volume.turnDown(0);
    this.#elementUrl?.release();
  }

  async #explain(): Promise<void> {
    const presence = await this.#findPresence();
    if (presence === 'gone') {
      const { url } = this.#options;
      this.#fail(new PlayerError('gone', isLocalAddress(url) ? UNREADABLE : GONE_FROM_SERVER));
    } else if (presence === 'unreachable') {
      this.#fail(new PlayerError('network', 'The server cannot be reached.'));
    } else {
      this.#fail(this.#refusal('unsupported', 'The browser cannot play the file.'));
    }
  }

  async #findPresence(): Promise<Presence> {
    const { clock, findPresence, url } = this.#options;
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    this.#closing.signal.addEventListener('abort', stop);
    const timer = clock.setTimeout(stop, PRESENCE_TIMEOUT_MS);
    try {
      return await findPresence(url, controller.signal);
    } catch {
      return 'unreachable';
    } finally {
      clock.clearTimeout(timer);
      this.#closing.signal.removeEventListener('abort', stop);
    }
  }

  /** What the engine found says more than what the browser does. */
  #refusal(code: 'corrupt' | 'unsupported', words: string): PlayerError {
    const { cause } = this.#options;
    if (!cause) return new PlayerError(code, words);
    const { detail } = cause;
    return new PlayerError(cause.code, cause.message, {
      detail,
      cause: new PlayerError(code, words),
    });
  }

  #fail(error: PlayerError): void {
    if (!this.#closing.signal.aborted) this.#options.onFailed(error);
  }
}
