/**
 * Makes up for the chunks that a play began with while its plan was provisional, and which could
 * not be kept: once the final plan is kept from some chunk on, and the page asks for nothing, those
 * in front of it are rendered once more, by an engine session of their own, into the store alone.
 * It reads from the source of the track that plays, which mostly has the bytes still.
 */
import type { ByteSource } from '../net/byte-source';
import type { Clock } from '../net/clock';
import type { ChunkIndex } from '../shared/units';
import type { TrackRecorder } from '../store/track-recorder';
import { asPlayerError } from './engine-errors';
import type { Cluster, EnhancementSettings, Rank } from './engine-protocol';
import { HostSession, type OpenCommand } from './host-session';
import type { EngineDoor } from './lazy-session';
import type { Voice } from './render-queue';
import type { SessionWitness } from './session-witness';

/** The page, which has asked for nothing for so long, has all the sound ahead that it wants. */
export const CALM_MS = 500;

export type MissedBeginningOptions = {
  readonly command: OpenCommand;
  readonly door: EngineDoor;
  readonly recorder: TrackRecorder;
  readonly clock: Clock;
  /** Asked when there is something to make up for: the user wants no byte that is not needed. */
  readonly savesData: () => boolean;
};

/** What the engine that plays was opened with. */
type Playing = {
  readonly source: ByteSource;
  settings: EnhancementSettings;
  rank: Rank;
};

export class MissedBeginning {
  readonly #options: MissedBeginningOptions;
  #playing: Playing | null = null;
  /** Made by the engine that plays, and not of the final plan. */
  readonly #missed = new Set<ChunkIndex>();
  #firstKept: ChunkIndex | null = null;
  #stopWaiting = (): void => undefined;
  /** Nothing is asked of the engine that plays; calm: nor has been for a while. */
  #isResting = false;
  #isCalm = false;
  #session: HostSession | null = null;
  /** What that works on, no longer among the missed. */
  #rendering: ChunkIndex | null = null;

  constructor(options: MissedBeginningOptions) {
    this.#options = options;
  }

  /** An engine was opened. */
  begin(source: ByteSource, settings: EnhancementSettings, rank: Rank): void {
    this.close();
    this.#playing = { source, settings, rank };
  }

  /** That engine has made this, and the recorder has heard of it. `planKey`: as for a witness. */
  rendered({ chunk, lastOfChunk }: Cluster, planKey: string | null): void {
    if (!lastOfChunk) return;
    if (planKey === null || planKey !== this.#options.recorder.plan?.key) {
      this.#missed.add(chunk);
      return;
    }
    this.#missed.delete(chunk);
    if (this.#firstKept === null || chunk < this.#firstKept) this.#firstKept = chunk;
  }

  set rank(rank: Rank) {
    if (this.#playing !== null) this.#playing.rank = rank;
    if (this.#isResting) this.rest();
  }

  configure(settings: EnhancementSettings): void {
    if (this.#playing !== null) this.#playing.settings = settings;
    this.stop();
    // What is kept from some chunk on has another sound than what is made from now on.
    if (this.#firstKept !== null) this.#missed.clear();
    this.#firstKept = null;
  }

  /** Something is asked of the engine that plays. */
  giveWay(): void {
    this.#stopWaiting();
    this.#isResting = false;
    this.#isCalm = false;
  }

  /** The same, and in a hurry: what is on the way is given up, to be begun anew. */
  stop(): void {
    this.giveWay();
    const session = this.#session;
    this.#session = null;
    session?.close();
    if (this.#rendering !== null) this.#missed.add(this.#rendering);
    this.#rendering = null;
  }

  /** What was asked for is done. */
  rest(): void {
    this.giveWay();
    this.#isResting = true;
    const hasWork = this.#rendering !== null || this.#next !== null;
    if (this.#playing?.rank !== 'heard' || !hasWork) return;
    this.#stopWaiting = this.#options.clock.after(CALM_MS, () => {
      this.#isCalm = true;
      if (this.#session === null) this.#open();
      else this.#options.door.wake();
    });
  }

  get isRunnable(): boolean {
    return this.#isCalm && (this.#session?.isRunnable ?? false);
  }

  step(): boolean {
    return this.#session?.step() ?? false;
  }

  /** Final for the engine that plays; nothing of it is made up for any more. */
  close(): void {
    this.stop();
    this.#playing = null;
    this.#missed.clear();
    this.#firstKept = null;
  }

  /** To be made up for; null: nothing. */
  get #next(): ChunkIndex | null {
    const { recorder } = this.#options;
    const { record, isCarried } = recorder;
    const end = this.#firstKept;
    if (end === null || isCarried || (record?.profile ?? null) === null) return null;
    const missed = [...this.#missed].filter(
      (chunk) => chunk < end && recorder.keyOf(chunk) === null,
    );
    return missed.length === 0 ? null : (Math.min(...missed) as ChunkIndex);
  }

  #open(): void {
    const { command, door, recorder, savesData } = this.#options;
    const playing = this.#playing;
    if (playing === null || this.#next === null || savesData()) return;
    const session: HostSession = new HostSession({
      ...command,
      epoch: 0,
      settings: playing.settings,
      firstChunk: null,
      purpose: 'play',
      rank: 'measuring',
      profile: recorder.record?.profile ?? null,
      openId: 0,
      carry: null,
      source: besideOf(playing.source),
      link: null,
      voice: this.#voiceOf(() => session),
      witness: this.#witnessOf(() => session),
      wake: door.wake,
      onCrash: door.onCrash,
    });
    this.#session = session;
    session.start(door.loadModule()).catch((error: unknown) => door.onCrash(asPlayerError(error)));
    this.#renderNext(session);
  }

  /** One after another. */
  #renderNext(session: HostSession): void {
    const next = this.#next;
    if (next === null) {
      this.stop();
      return;
    }
    // Where it fails, it is not tried again.
    this.#missed.delete(next);
    this.#rendering = next;
    session.render(1 + next, 0, next);
  }

  /** The page hears nothing of it. */
  #voiceOf(speaker: () => HostSession): Voice {
    return {
      answer: (_id, result) => {
        if (this.#session !== speaker() || result === null || !('ended' in result)) return;
        if (result.superseded) return;
        this.#rendering = null;
        this.#renderNext(this.#session);
      },
      refuse: () => undefined,
      tell: () => undefined,
    };
  }

  #witnessOf(speaker: () => HostSession): SessionWitness {
    const keep = this.#options.recorder.besideRecorder();
    return {
      opened: () => undefined,
      planned: () => undefined,
      noticed: () => undefined,
      rendered: (cluster, planKey) => {
        if (this.#session === speaker()) keep(cluster, planKey);
      },
      failed: () => {
        // The engine that plays will meet the same where it matters.
        if (this.#session !== speaker()) return;
        this.#session = null;
        this.#rendering = null;
        this.#missed.clear();
      },
    };
  }
}

/** Another view of a source, whose end is not that of the source. */
const besideOf = (source: ByteSource): ByteSource => ({
  size: (signal) => source.size(signal),
  read: (range, signal, use) => source.read(range, signal, use, 'beside'),
  facts: () => source.facts(),
  stats: () => source.stats(),
  close: () => undefined,
});
