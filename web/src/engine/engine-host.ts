/**
 * The worker side of engine-protocol.ts: owns the WASM module and the sessions, and lets them work
 * in bounded steps (session-pump.ts), so a seek or a change of settings waits hardly longer than
 * one step.
 *
 * The module, the sources, the clock and the way to yield come from outside.
 */
import type { EngineCarry, EngineModule } from '../../../wasm-bindings/engine-module';
import type { ByteSource } from '../net/byte-source';
import type { LinkMeter } from '../net/link-meter';
import type { SourceFacts } from '../net/range-response';
import { assertNever, PlayerError } from '../shared/errors';
import { isLocalAddress } from '../shared/local-address';
import { trackKey } from '../shared/track-key';
import { asPlayerError } from './engine-errors';
import type { Command, Request, WorkerMessage } from './engine-protocol';
import { FileSession, type OpenFileCommand } from './file-session';
import { HostSession, type OpenCommand } from './host-session';
import type { Keeping } from './keeping';
import { KeptSession } from './kept-session';
import type { EngineDoor, OnNetwork } from './lazy-session';
import type { Voice } from './render-queue';
import { SessionPump } from './session-pump';
import { warmUp } from './warm-up';

export type { Keeping } from './keeping';
export type { OnNetwork } from './lazy-session';

type CarryCommand = Extract<Command, { readonly type: 'carry' }>;

export type EngineHostOptions = {
  /** Called for the first session, and again after the module broke. */
  readonly loadModule: () => Promise<EngineModule>;
  /** Opens a source; its first request is on its way when this returns. `expected`: another
   *  version of the file fails as changed. `file`: see the command `open`; null: there is none. */
  readonly openSource: (
    url: string,
    onNetwork: OnNetwork,
    expected: SourceFacts | null,
    file: Blob | null,
  ) => ByteSource;
  /** Asked at every `open`; null: nothing is kept. */
  readonly keeping: () => Keeping | null;
  /** What is known of the way to `url`; null: it is fast enough for everything. */
  readonly linkTo: (url: string) => LinkMeter | null;
  readonly post: (message: WorkerMessage, transfer: Transferable[]) => void;
  /** Resolves after the messages that have arrived by now were handled. */
  readonly yieldToMessages: () => Promise<void>;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
};

type Session = HostSession | KeptSession;

/** The one that plays, the next one, files that are made, and some that are being closed. */
const SESSION_COUNT_MAX = 8;

export class EngineHost {
  readonly #options: EngineHostOptions;
  readonly #sessions = new Map<number, Session>();
  readonly #voice: Voice;
  readonly #files = new Map<number, FileSession>();
  readonly #pump: SessionPump<Session | FileSession>;
  #loading: Promise<EngineModule> | null = null;

  constructor(options: EngineHostOptions) {
    this.#options = options;
    const { post, yieldToMessages, nowMs } = options;
    this.#pump = new SessionPump({
      yieldToMessages,
      nowMs,
      onError: (error) => this.#crash(asPlayerError(error)),
    });
    this.#voice = {
      answer: (id, result, transfer = []) => post({ id, ok: true, result }, transfer),
      refuse: (id, { code, detail, message }) => post({ id, ok: false, code, detail, message }, []),
      tell: (event, transfer = []) => post(event, transfer),
    };
  }

  /** Loads and warms the module before the first command, then says `ready`. */
  async start(): Promise<void> {
    try {
      const module = await this.#module();
      const { yieldToMessages } = this.#options;
      await warmUp(module, { yieldToMessages, isUnwanted: () => this.#sessions.size > 0 });
      this.#voice.tell({ event: 'ready', version: module.version() });
    } catch {
      // The first `open` loads the module anew, and reports why it cannot.
      this.#loading = null;
    }
  }

  /** Handles one command; its answer comes by `post`, exactly once. */
  handle({ id, command }: Request): void {
    if (command.type === 'open') {
      this.#open(id, command);
      return;
    }
    if (command.type === 'openFile') {
      this.#openFile(id, command);
      return;
    }
    const session = this.#sessions.get(command.session);
    if (command.type === 'close') {
      this.#close(command.session);
      this.#voice.answer(id, null);
      return;
    }
    if (command.type === 'pull') {
      const file = this.#files.get(command.session);
      if (file === undefined) this.#refuseUnknown(id, command.session);
      else this.#pull(id, file);
      return;
    }
    if (session === undefined) {
      this.#refuseUnknown(id, command.session);
      return;
    }
    if (command.type === 'measure') {
      session.measure(id);
      return;
    }
    if (command.type === 'progress') {
      this.#voice.answer(id, session.progress);
      return;
    }
    this.#pump.putFirst(session);
    switch (command.type) {
      case 'rank':
        session.setRank(id, command.rank);
        break;
      case 'render':
        session.render(id, command.epoch, command.chunk);
        break;
      case 'configure':
        session.configure(id, command.epoch, command.settings);
        break;
      case 'carry':
        this.#carry(id, session, command);
        break;
      case 'takeOver':
        session.takeOver(id, command.epoch, command.fromFrame);
        break;
      default:
        assertNever(command);
    }
  }

  /** Of several files each has its turn: whoever was served last asks again at once. */
  #pull(id: number, file: FileSession): void {
    this.#pump.putLast(file);
    file.pull(id);
  }

  #refuseUnknown(id: number, session: number): void {
    this.#voice.refuse(id, new PlayerError('internal', `session ${session} is not open`));
  }

  /** Refuses where there is none for a session of that number. */
  #hasRoom(id: number, session: number): boolean {
    const alive = this.#pump.all.filter(({ isAlive }) => isAlive).length;
    const isTaken = this.#sessions.has(session) || this.#files.has(session);
    if (!isTaken && alive < SESSION_COUNT_MAX) return true;
    const words = isTaken
      ? `session ${session} is open already`
      : `more than ${SESSION_COUNT_MAX} tracks are open`;
    this.#voice.refuse(id, new PlayerError('internal', words));
    return false;
  }

  #openFile(id: number, command: OpenFileCommand): void {
    const { session: number, url, file = null } = command;
    if (!this.#hasRoom(id, number)) return;
    const { voice, wake, onCrash } = this.#surroundings(command);
    const source = this.#options.openSource(url, this.#networkOf(number), null, file);
    const session = new FileSession({ command, openId: id, source, voice, wake, onCrash });
    this.#files.set(number, session);
    this.#pump.putFirst(session);
    session.start(this.#module()).catch((error: unknown) => this.#crash(asPlayerError(error)));
  }

  #networkOf(session: number): OnNetwork {
    return (attempt, message) => {
      this.#voice.tell({ event: 'network', session, attempt, message });
    };
  }

  #open(id: number, command: OpenCommand): void {
    const { session: number } = command;
    if (!this.#hasRoom(id, number)) return;
    const carry = this.#carryOver(id, command.carryFrom ?? null);
    if (carry === undefined) return;
    // What lies on this device already needs no second place on it.
    const keeping = isLocalAddress(command.url) ? null : this.#options.keeping();
    const session = keeping
      ? this.#makeKept(id, command, carry, keeping)
      : this.#makePlain(id, command, carry);
    this.#sessions.set(number, session);
    this.#pump.putFirst(session);
    const starting =
      session instanceof KeptSession ? session.start() : session.start(this.#module());
    starting.catch((error: unknown) => this.#crash(asPlayerError(error)));
  }

  #makePlain(id: number, command: OpenCommand, carry: EngineCarry | null): HostSession {
    const { session, url, file = null } = command;
    const source = this.#options.openSource(url, this.#networkOf(session), null, file);
    return new HostSession({
      ...command,
      ...this.#surroundings(command),
      openId: id,
      carry,
      source,
    });
  }

  #makeKept(
    id: number,
    command: OpenCommand,
    carry: EngineCarry | null,
    { baseUrl, checkSource, ...keeping }: Keeping,
  ): KeptSession {
    const { url } = command;
    const door: EngineDoor = {
      ...this.#surroundings(command),
      openSource: (onNetwork, expected) => this.#options.openSource(url, onNetwork, expected, null),
      loadModule: () => this.#module(),
    };
    return new KeptSession({
      ...keeping,
      door,
      command,
      openId: id,
      carry,
      track: trackKey(url, baseUrl),
      checkSource: (signal) => checkSource(url, signal),
    });
  }

  #surroundings({ url }: Pick<OpenCommand, 'url'>) {
    return {
      link: this.#options.linkTo(url),
      voice: this.#voice,
      wake: () => this.#pump.wake(),
      onCrash: (error: PlayerError) => this.#crash(error),
    };
  }

  #carry(id: number, session: Session, { epoch, from }: CarryCommand): void {
    const carry = this.#carryOver(id, from);
    if (carry !== undefined) session.carry(id, epoch, carry);
  }

  /** What session `from` leaves to the next track; undefined, and a refusal, if it is unknown. */
  #carryOver(id: number, from: number | null): EngineCarry | null | undefined {
    if (from === null) return null;
    const carry = this.#sessions.get(from)?.carryOver() ?? undefined;
    if (carry === undefined) {
      const words = `session ${from} was not rendered to its end`;
      this.#voice.refuse(id, new PlayerError('internal', words));
    }
    return carry;
  }

  #close(number: number): void {
    const session = this.#sessions.get(number) ?? this.#files.get(number);
    if (session === undefined) return;
    this.#sessions.delete(number);
    this.#files.delete(number);
    this.#pump.remove(session);
    session.close();
  }

  #module(): Promise<EngineModule> {
    const { loadModule } = this.#options;
    this.#loading ??= loadModule().catch((error: unknown) => {
      this.#loading = null;
      const reason = error instanceof Error ? error.message : String(error);
      throw error instanceof PlayerError
        ? error
        : new PlayerError('internal', `the audio engine cannot be loaded: ${reason}; reload`);
    });
    return this.#loading;
  }

  /** All sessions live in the module's memory, so all end with it. */
  #crash(error: PlayerError): void {
    this.#loading = null;
    for (const session of this.#pump.all) session.fail(error);
  }
}
