/**
 * The other side of an EngineHost, in the page through its worker, in the service worker directly:
 * one typed promise per command, and the host's events. Drops what belongs to a closed session or
 * an older epoch. Knows nothing of audio or MSE.
 *
 * A worker that crashes fails everything in flight with the code `internal`; the next command
 * starts a new one.
 */
import { PlayerError } from '../shared/errors';
import type { Command, EngineEvent, Request, ResultOf, WorkerMessage } from './engine-protocol';
import type { StoreAnswers, StoreQuestion, StoreRequest } from './store-questions';

/** Far more than a worker that answers ever leaves open: this one has stopped. */
export const PENDING_COUNT_MAX = 1024;

/** What the client needs of a Worker; tests hand in a fake. */
export type Port = {
  post(message: Request | StoreRequest): void;
  terminate(): void;
};

export type PortListeners = {
  onMessage(message: WorkerMessage): void;
  /** The worker cannot go on: its script failed to load, or threw. */
  onCrash(reason: string): void;
};

/** Starts a worker. */
export type OpenPort = (listeners: PortListeners) => Port;

/** Receives the events of one session, in order. */
export type SessionListener = (event: SessionEvent) => void;
export type SessionEvent = Extract<EngineEvent, { readonly session: number }>;

type Pending = {
  readonly resolve: (result: ResultOf[keyof ResultOf]) => void;
  readonly reject: (error: PlayerError) => void;
};

type Session = { epoch: number; readonly listener: SessionListener };

export class EngineClient {
  readonly #openPort: OpenPort;
  readonly #pending = new Map<number, Pending>();
  readonly #sessions = new Map<number, Session>();
  #port: Port | null = null;
  #nextId = 0;
  #nextSession = 1;
  #disposed = false;

  constructor(openPort: OpenPort) {
    this.#openPort = openPort;
  }

  /** Starts the worker now, so that the first click meets compiled code. */
  warmUp(): void {
    if (!this.#disposed) this.#port ??= this.#start();
  }

  /** Reserves a session number; `listener` hears its events until it is closed. */
  createSession(listener: SessionListener): number {
    const session = this.#nextSession++;
    this.#sessions.set(session, { epoch: 0, listener });
    return session;
  }

  call<Type extends Command['type']>(
    command: Extract<Command, { readonly type: Type }>,
  ): Promise<ResultOf[Type]> {
    const known = this.#sessions.get(command.session);
    if (!known) return Promise.reject(new PlayerError('aborted', 'The session is closed.'));
    if ('epoch' in command) known.epoch = Math.max(known.epoch, command.epoch);
    const answer = this.#send<Type>((id) => ({ id, command }));
    if (command.type === 'close') this.#sessions.delete(command.session);
    return answer;
  }

  ask<Type extends StoreQuestion['type']>(
    question: Extract<StoreQuestion, { readonly type: Type }>,
  ): Promise<StoreAnswers[Type]> {
    return this.#send<Type>((id) => ({ id, question }));
  }

  #send<Type extends keyof ResultOf>(
    request: (id: number) => Request | StoreRequest,
  ): Promise<ResultOf[Type]> {
    if (this.#disposed) {
      return Promise.reject(new PlayerError('aborted', 'The engine was shut down.'));
    }
    if (this.#pending.size >= PENDING_COUNT_MAX) {
      const reason = 'it does not answer any more';
      this.#crash(reason);
      return Promise.reject(new PlayerError('internal', `The audio engine stopped: ${reason}`));
    }
    this.#port ??= this.#start();
    const port = this.#port;
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as Pending['resolve'], reject });
      port.post(request(id));
    });
  }

  /** Rejects everything in flight and ends the worker. */
  dispose(): void {
    this.#disposed = true;
    this.#port?.terminate();
    this.#port = null;
    this.#sessions.clear();
    this.#rejectAll(new PlayerError('aborted', 'The engine was shut down.'));
  }

  #start(): Port {
    const port: Port = this.#openPort({
      onMessage: (message) => {
        if (port === this.#port) this.#receive(message);
      },
      onCrash: (reason) => {
        if (port === this.#port) this.#crash(reason);
      },
    });
    return port;
  }

  #receive(message: WorkerMessage): void {
    if (!('event' in message)) {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.ok) pending?.resolve(message.result);
      else pending?.reject(new PlayerError(message.code, message.message, message));
      return;
    }
    if (!('session' in message)) return; // `ready`: nothing waits for it.
    const session = this.#sessions.get(message.session);
    if (!session) return;
    if (message.event === 'cluster' && message.epoch < session.epoch) return;
    session.listener(message);
  }

  #crash(reason: string): void {
    this.#port?.terminate();
    this.#port = null;
    const message = `The audio engine stopped: ${reason}`;
    const sessions = [...this.#sessions];
    this.#sessions.clear();
    this.#rejectAll(new PlayerError('internal', message));
    for (const [session, { listener }] of sessions) {
      listener({ event: 'failed', session, code: 'internal', detail: null, message });
    }
  }

  #rejectAll(error: PlayerError): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(error);
  }
}

/** The port to a real worker. The one place where messages from it are given their type. */
export const workerPort = (worker: Worker, listeners: PortListeners): Port => {
  worker.onmessage = (event: MessageEvent) => {
    listeners.onMessage(event.data as WorkerMessage);
  };
  worker.onerror = (event) => {
    // `message` is missing when the script itself could not be loaded.
    listeners.onCrash(event.message || 'its script could not be loaded');
  };
  worker.onmessageerror = () => {
    listeners.onCrash('a message could not be read');
  };
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => worker.terminate(),
  };
};
