/**
 * The whole track as one file, for whoever saves or hands it on: page and service worker take its
 * pieces by this one loop.
 */
import { PlayerError } from '../shared/errors';
import type { EngineClient, SessionListener } from './engine-client';
import type { EnhancementSettings, TrackInfo } from './engine-protocol';
import type { FilePiece } from './file-protocol';

export type FileWish = {
  readonly url: string;
  readonly settings: EnhancementSettings;
};

export class FileRendering {
  readonly track: TrackInfo;
  readonly #client: Pick<EngineClient, 'call'>;
  readonly #session: number;
  readonly #signal: AbortSignal;

  private constructor(
    client: Pick<EngineClient, 'call'>,
    session: number,
    track: TrackInfo,
    signal: AbortSignal,
  ) {
    this.#client = client;
    this.#session = session;
    this.track = track;
    this.#signal = signal;
  }

  /** Resolves when the headers of the track are known. `signal`: gives it up, now or later. */
  static async open(
    client: Pick<EngineClient, 'call' | 'createSession'>,
    wish: FileWish,
    signal: AbortSignal,
    onEvent: SessionListener = () => undefined,
  ): Promise<FileRendering> {
    const isUnwanted = (): boolean => signal.aborted;
    if (isUnwanted()) throw givenUp();
    const session = client.createSession(onEvent);
    const close = (): void => {
      client.call({ type: 'close', session }).catch(() => undefined);
    };
    signal.addEventListener('abort', close, { once: true });
    try {
      const track = await client.call({ type: 'openFile', session, ...wish });
      return new FileRendering(client, session, track, signal);
    } catch (error) {
      signal.removeEventListener('abort', close);
      close();
      throw isUnwanted() ? givenUp() : error;
    }
  }

  /** From the first to the last; each is made when it is asked for. Frees everything at the end. */
  async *pieces(): AsyncGenerator<FilePiece, void> {
    const session = this.#session;
    try {
      for (;;) {
        if (this.#signal.aborted) throw givenUp();
        const piece = await this.#client.call({ type: 'pull', session });
        yield piece;
        if (piece.patches !== null) return;
      }
    } catch (error) {
      throw this.#signal.aborted ? givenUp() : error;
    } finally {
      this.#client.call({ type: 'close', session }).catch(() => undefined);
    }
  }
}

const givenUp = (): PlayerError => new PlayerError('aborted', 'the file was given up');
