/**
 * A HostSession that is opened when it is needed, for a KeptSession. What the page has asked for is
 * answered to the page; calls of our own have negative ids, and only their ends are told.
 */
import type { EngineCarry, EngineModule } from '../../../wasm-bindings/engine-module';
import type { ByteSource } from '../net/byte-source';
import type { Clock } from '../net/clock';
import type { LinkMeter } from '../net/link-meter';
import { FileChangedError, type SourceFacts } from '../net/range-response';
import type { PlayerError } from '../shared/errors';
import type { ChunkIndex, Frames } from '../shared/units';
import { expectedFacts } from '../net/file-version';
import type { TrackRecorder } from '../store/track-recorder';
import {
  NOTHING_FETCHED,
  RANKS,
  type EnhancementSettings,
  type Progress,
  type Rank,
  type ResultOf,
} from './engine-protocol';
import { asPlayerError } from './engine-errors';
import { HostSession, type OpenCommand } from './host-session';
import { MissedBeginning } from './missed-beginning';
import type { Voice } from './render-queue';
import type { SessionWitness } from './session-witness';

export type OnNetwork = (attempt: number, message: string) => void;

/** What a HostSession is made of. */
export type EngineDoor = {
  /** `expected`: any other version of the file fails as changed; null: whichever there is. */
  readonly openSource: (onNetwork: OnNetwork, expected: SourceFacts | null) => ByteSource;
  readonly loadModule: () => Promise<EngineModule>;
  readonly link: LinkMeter | null;
  readonly voice: Voice;
  readonly wake: () => void;
  readonly onCrash: (error: PlayerError) => void;
};

export type LazySessionOptions = {
  readonly command: OpenCommand;
  readonly door: EngineDoor;
  readonly recorder: TrackRecorder;
  readonly clock: Clock;
  /** Whether the user wants no byte that is not needed. */
  readonly savesData: () => boolean;
  /** Of the track before; deleted here. */
  readonly carry: EngineCarry | null;
};

export type LazySessionListeners = {
  /** The page has the answer to `open`. */
  readonly onOpened: () => void;
  /** One of our own renders is done. */
  readonly onRendered: (id: number, result: ResultOf['render']) => void;
  /** The recorder has heard of it; the page does behind this. */
  readonly onCluster: SessionWitness['rendered'];
  /** The page hears of it behind this. */
  readonly onPlan: (isProvisional: boolean) => void;
  readonly onNetwork: OnNetwork;
  /** It is gone; what waits was not answered. */
  readonly onFailed: (error: PlayerError) => void;
};

/** How things stand when it is opened. */
export type Opening = {
  readonly epoch: number;
  readonly settings: EnhancementSettings;
  readonly rank: Rank;
  /** Of the command; null: the page does not wait for it. */
  readonly openId: number | null;
  readonly firstChunk: ChunkIndex | null;
  /** Of what the recorder does not know; null: measure it. */
  readonly profile: string | null;
};

export class LazySession {
  readonly #command: OpenCommand;
  readonly #door: EngineDoor;
  readonly #recorder: TrackRecorder;
  readonly #listeners: LazySessionListeners;
  /** Works where nothing else is to be done. */
  readonly #beginning: MissedBeginning;
  #carry: EngineCarry | null;
  #inner: HostSession | null = null;
  #nextOwnId = -1;

  constructor(options: LazySessionOptions, listeners: LazySessionListeners) {
    const { command, door, recorder, carry } = options;
    this.#beginning = new MissedBeginning(options);
    this.#command = command;
    this.#door = door;
    this.#recorder = recorder;
    this.#carry = carry;
    this.#listeners = listeners;
  }

  get isOpen(): boolean {
    return this.#inner !== null;
  }

  get isRunnable(): boolean {
    return this.#isInnerRunnable || this.#beginning.isRunnable;
  }

  get progress(): Progress {
    return this.#inner?.progress ?? NOTHING_FETCHED;
  }

  get urgency(): number {
    return this.#isInnerRunnable && this.#inner ? this.#inner.urgency : RANKS.length;
  }

  get #isInnerRunnable(): boolean {
    return this.#inner?.isRunnable ?? false;
  }

  /** Precondition: it is not open. */
  open(opening: Opening): void {
    const { loadModule, openSource, link, wake, onCrash } = this.#door;
    const { record } = this.#recorder;
    const onNetwork: OnNetwork = (attempt, message) => {
      // A source that fails for a read that nobody hears would fail for the listener, too.
      if (attempt > 0) this.#beginning.stop();
      this.#listeners.onNetwork(attempt, message);
    };
    const source = openSource(onNetwork, record && expectedFacts(record.source));
    this.#recorder.listen(() => source.facts(), opening.profile);
    this.#beginning.begin(source, opening.settings, opening.rank);
    const openId = opening.openId ?? this.#ownId();
    const carry = this.#carry;
    this.#carry = null;
    const inner: HostSession = new HostSession({
      ...this.#command,
      ...opening,
      openId,
      carry,
      profile: record?.profile ?? opening.profile,
      source,
      link,
      voice: this.#voiceOf(() => inner, openId),
      witness: this.#witness(),
      wake,
      onCrash,
    });
    this.#inner = inner;
    inner.start(loadModule()).catch((error: unknown) => onCrash(asPlayerError(error)));
  }

  step(): boolean {
    if (!this.#isInnerRunnable && this.#beginning.isRunnable) return this.#beginning.step();
    return this.#inner?.step() ?? false;
  }

  /** Returns the id that onRendered() will name. Precondition, here and below: it is open. */
  render(epoch: number, chunk: ChunkIndex): number {
    const id = this.#ownId();
    this.#beginning.giveWay();
    this.#inner?.render(id, epoch, chunk);
    return id;
  }

  carry(id: number, epoch: number, carry: EngineCarry | null): void {
    this.#beginning.stop();
    this.#inner?.carry(id, epoch, carry);
  }

  measure(id: number): void {
    this.#inner?.measure(id);
  }

  takeOver(id: number, epoch: number, fromFrame: Frames | null): void {
    this.#beginning.stop();
    this.#inner?.takeOver(id, epoch, fromFrame);
  }

  carryOver(): EngineCarry | null {
    return this.#inner?.carryOver() ?? null;
  }

  /** Nothing happens, here and below, where it is not open. */
  giveUp(epoch: number): void {
    this.#beginning.stop();
    this.#inner?.giveUp(epoch);
  }

  configure(epoch: number, settings: EnhancementSettings): void {
    this.#beginning.configure(settings);
    this.#inner?.configure(this.#ownId(), epoch, settings);
  }

  setRank(rank: Rank): void {
    this.#beginning.rank = rank;
    this.#inner?.setRank(this.#ownId(), rank);
  }

  fail(error: PlayerError): void {
    this.#inner?.fail(error);
  }

  close(): void {
    const inner = this.#inner;
    this.#inner = null;
    this.#beginning.close();
    inner?.close();
    this.#carry?.delete();
    this.#carry = null;
  }

  #witness(): SessionWitness {
    const { planned, noticed } = this.#recorder;
    const opened: SessionWitness['opened'] = (info, initSegment) => {
      if (this.#recorder.opened(info, initSegment)) return;
      this.#inner?.fail(new FileChangedError());
    };
    const rendered: SessionWitness['rendered'] = (cluster, planKey) => {
      this.#recorder.rendered(cluster, planKey);
      this.#beginning.rendered(cluster, planKey);
      this.#listeners.onCluster(cluster, planKey);
    };
    const failed = (error: PlayerError): void => {
      this.#inner = null;
      this.#beginning.close();
      this.#listeners.onFailed(error);
    };
    return { opened, planned, rendered, noticed, failed };
  }

  #voiceOf(speaker: () => HostSession, openId: number): Voice {
    const { voice } = this.#door;
    const { onOpened, onRendered, onPlan } = this.#listeners;
    const isHeard = (): boolean => this.#inner === speaker();
    return {
      answer: (id, result, transfer) => {
        if (id >= 0) voice.answer(id, result, transfer);
        if (id === openId) onOpened();
        else if (isHeard() && result !== null && 'ended' in result) {
          this.#beginning.rest();
          onRendered(id, result);
        }
      },
      // The rest comes by the witness.
      refuse: (id, error) => {
        if (id >= 0 && id !== openId) voice.refuse(id, error);
      },
      tell: (event, transfer) => {
        if (!isHeard()) return;
        if (event.event === 'plan') onPlan(event.provisional);
        if (event.event !== 'noticed') voice.tell(event, transfer);
        else voice.tell({ ...event, warnings: this.#recorder.allWarnings(event.warnings) });
      },
    };
  }

  #ownId(): number {
    return this.#nextOwnId--;
  }
}
