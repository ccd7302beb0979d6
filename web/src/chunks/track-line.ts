/**
 * One track that chunks are asked of, by whoever and with whatever settings: one session, in which
 * one request is served after another. What fails in a session that others have used before is
 * tried once more in a new one: the file, or the engine, may be another one by now.
 */
import type { EngineClient, SessionEvent } from '../engine/engine-client';
import type { EnhancementSettings, ResultOf } from '../engine/engine-protocol';
import { PlayerError } from '../shared/errors';
import type { ChunkIndex } from '../shared/units';
import { settingsKey } from '../store/keys';
import { GivenUpError, ProblemError, serverAway } from './problem';

/** So often the file is asked for without an answer, within about two seconds. */
export const NETWORK_ATTEMPT_MAX = 4;

type Opened = ResultOf['open'];

/** An open session. */
type Session = {
  readonly number: number;
  readonly opened: Promise<Opened>;
  /** Of the request that is served: nothing more can come of the session. Null: nobody waits. */
  onBroken: ((error: Error) => void) | null;
  epoch: number;
  settings: EnhancementSettings;
  /** Of the chunk that is rendered, in order. */
  clusters: ArrayBuffer[];
};

export class TrackLine {
  readonly #client: EngineClient;
  readonly #url: string;
  #session: Session | null = null;
  /** The request before. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: EngineClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  /** What is known of the track as soon as it is opened. */
  open(settings: EnhancementSettings, signal: AbortSignal): Promise<Opened> {
    return this.#inTurn(settings, signal, ({ opened }) => opened);
  }

  /** The bytes of its clusters. Throws a ProblemError where the track has no such chunk. */
  chunk(
    index: ChunkIndex,
    settings: EnhancementSettings,
    signal: AbortSignal,
  ): Promise<ArrayBuffer[]> {
    return this.#inTurn(settings, signal, (session) => this.#render(session, index, settings));
  }

  close(): void {
    const session = this.#session;
    this.#session = null;
    if (session === null) return;
    this.#client.call({ type: 'close', session: session.number }).catch(() => undefined);
  }

  async #inTurn<T>(
    settings: EnhancementSettings,
    signal: AbortSignal,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const turn = this.#last.then(() => this.#serve(settings, signal, work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #serve<T>(
    settings: EnhancementSettings,
    signal: AbortSignal,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const isUnwanted = (): boolean => signal.aborted;
    if (isUnwanted()) throw new GivenUpError();
    const giveUp = (): void => this.#giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const older = this.#session;
      if (older !== null) {
        try {
          return await this.#workIn(older, work);
        } catch (error) {
          if (isUnwanted() || !mayBeOfThePast(error)) throw error;
          this.close();
        }
      }
      return await this.#workIn(this.#open(settings), work);
    } catch (error) {
      throw isUnwanted() ? new GivenUpError() : error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  async #workIn<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
    try {
      // Not a race with a promise of the session's: as long as it lives it would hold all answers.
      return await new Promise<T>((resolve, reject) => {
        session.onBroken = reject;
        work(session).then(resolve, reject);
      });
    } catch (error) {
      // What was asked for may be wrong, or given up; else the session is.
      if (!(error instanceof ProblemError && error.problem.status === 404)) {
        if (!isGivenUp(error) && this.#session === session) this.close();
      }
      throw error;
    } finally {
      session.onBroken = null;
    }
  }

  async #render(
    session: Session,
    index: ChunkIndex,
    settings: EnhancementSettings,
  ): Promise<ArrayBuffer[]> {
    const { epoch } = session;
    const { track } = await session.opened;
    // Given up while it was being opened.
    if (session.epoch !== epoch) throw new GivenUpError();
    if (index >= track.chunkCount) throw pastEnd(index, track.chunkCount);
    if (settingsKey(settings) !== settingsKey(session.settings)) {
      this.#configure(session, settings);
    }
    session.clusters = [];
    const { ended, superseded } = await this.#client.call({
      type: 'render',
      session: session.number,
      epoch: session.epoch,
      chunk: index,
    });
    if (superseded) throw new GivenUpError();
    // A file that ends before its headers say.
    if (ended && session.clusters.length === 0) throw pastEnd(index, null);
    return session.clusters;
  }

  #open(settings: EnhancementSettings): Session {
    const number = this.#client.createSession((event) => {
      if (event.event === 'cluster') {
        if (event.epoch === session.epoch) session.clusters.push(event.cluster.bytes);
      } else {
        const error = failureOf(event);
        if (error !== null) this.#break(session, error);
      }
    });
    const opened = this.#client.call({
      type: 'open',
      session: number,
      epoch: 0,
      url: this.#url,
      settings,
      firstChunk: null,
      purpose: 'play',
      rank: 'heard',
      profile: null,
      probes: 'all',
    });
    opened.catch(() => undefined);
    const session: Session = {
      number,
      opened,
      onBroken: null,
      epoch: 0,
      settings,
      clusters: [],
    };
    this.#session = session;
    return session;
  }

  #break(session: Session, error: Error): void {
    if (session.onBroken !== null) session.onBroken(error);
    // Who asks next asks a new one, which may fare better.
    else if (this.#session === session) this.close();
  }

  /** What was rendered for other settings is not wanted any more. */
  #configure(session: Session, settings: EnhancementSettings): void {
    session.epoch += 1;
    session.settings = settings;
    const { number, epoch } = session;
    this.#client
      .call({ type: 'configure', session: number, epoch, settings })
      .catch(() => undefined);
  }

  /** Nobody waits for what is rendered now. */
  #giveUp(): void {
    const session = this.#session;
    if (session !== null) this.#configure(session, session.settings);
  }
}

/** The session is well. */
const isGivenUp = (error: unknown): boolean => error instanceof GivenUpError;

/** Another session may fare better. */
const mayBeOfThePast = (error: unknown): boolean =>
  error instanceof PlayerError && !isGivenUp(error);

/** Null: it goes on. */
const failureOf = (event: SessionEvent): Error | null => {
  if (event.event === 'failed') return new PlayerError(event.code, event.message, event);
  if (event.event === 'replaced') {
    return new PlayerError('replaced', 'the track was replaced on the server');
  }
  const isAway = event.event === 'network' && event.attempt >= NETWORK_ATTEMPT_MAX;
  return isAway ? serverAway() : null;
};

const pastEnd = (index: number, chunkCount: number | null): ProblemError => {
  const last = chunkCount === null ? '' : `; its last one is ${chunkCount - 1}`;
  return new ProblemError(404, 'past_end', `Chunk ${index} lies past the end of the track${last}.`);
};
