/**
 * The measuring of one track that somebody waits for: few probes before the first plan, by what the
 * link carries in a moment; the rest beside the rendering, when the page asks for it. Knows nothing
 * of renders and epochs.
 */
import type { EngineSession } from '../../../wasm-bindings/engine-module';
import type { ByteSource, UseBytes } from '../net/byte-source';
import type { LinkMeter } from '../net/link-meter';
import { PlayerError } from '../shared/errors';
import type { ByteRange, Frames } from '../shared/units';
import { ESTIMATE_WAIT_MS, probeBudget, START_ONLY, type ProbeCosts } from './probe-budget';

export type GradualMeasuringOptions = {
  readonly source: ByteSource;
  /** How fast the source is; null: fast enough for everything. */
  readonly link: LinkMeter | null;
  /** Runs a call into the module, which may break. */
  readonly call: (run: () => void) => void;
  readonly wake: () => void;
  readonly onFailure: (error: unknown) => void;
};

export class GradualMeasuring {
  readonly #options: GradualMeasuringOptions;
  /** Of the plan in force. */
  #isProvisional = false;
  #rest: 'not asked' | 'wanted' | 'measured' = 'not asked';
  /** Bytes for the rest are on their way; raised when they are in the way of others. */
  #reading: AbortController | null = null;

  constructor(options: GradualMeasuringOptions) {
    this.#options = options;
  }

  /** Whether a step of the engine, with nothing wished for, would measure right now. */
  get isRunnable(): boolean {
    return this.#rest === 'wanted' && this.#reading === null;
  }

  /**
   * Chooses how many probes come before the first plan; `isAwaited`: somebody waits for it. The
   * answer is null where that is settled; else it has to be waited for, unless `signal` is raised
   * first: then the least is taken.
   */
  chooseBudget(
    engine: EngineSession,
    costs: ProbeCosts,
    isAwaited: boolean,
    signal: AbortSignal,
  ): Promise<void> | null {
    const { link, call } = this.#options;
    if (link === null) return null;
    const known = link.estimate();
    if (known !== null) {
      call(() => engine.setProbeBudget(probeBudget(known, 0, costs, isAwaited)));
      return null;
    }
    call(() => engine.setProbeBudget(START_ONLY));
    return link.settled(ESTIMATE_WAIT_MS).then((estimate) => {
      if (signal.aborted) return;
      const budget = probeBudget(estimate, estimate.waitedMs, costs, isAwaited);
      call(() => engine.setProbeBudget(budget));
    });
  }

  /** A plan was made. */
  planned(isProvisional: boolean): void {
    this.#isProvisional = isProvisional;
  }

  /** The page wants the rest, whenever nothing is to be rendered. */
  request(engine: EngineSession | null): void {
    if (!this.#isProvisional || this.#rest !== 'not asked' || engine === null) return;
    this.#rest = 'wanted';
    this.#options.call(() => engine.requestProfile());
    this.#options.wake();
  }

  /** The engine has measured all. */
  measured(): void {
    this.#rest = 'measured';
  }

  /** The engine has nothing to measure. */
  idle(): void {
    if (this.#rest === 'wanted') this.#rest = 'not asked';
  }

  /** Why the final plan cannot take over yet. */
  refusal(): PlayerError | null {
    if (!this.#isProvisional || this.#rest === 'measured') return null;
    const words = 'the final plan cannot take over: the track is not measured yet';
    return new PlayerError('internal', words);
  }

  /** Whether there is something to take over; it is done then. Precondition: no refusal(). */
  takeOver(engine: EngineSession | null, fromFrame: Frames | null): boolean {
    if (!this.#isProvisional || engine === null) return false;
    this.#isProvisional = false;
    this.#options.call(() =>
      fromFrame === null ? engine.takeOverEverywhere() : engine.takeOver(fromFrame),
    );
    return true;
  }

  /** Fetches for the rest: nothing that is to be rendered waits for these. */
  read(engine: EngineSession, ranges: readonly ByteRange[]): void {
    const { source, call, wake, onFailure } = this.#options;
    const reading = new AbortController();
    const { signal } = reading;
    const supply: UseBytes = (offset, bytes) => call(() => engine.supply(offset, bytes));
    this.#reading = reading;
    Promise.all(ranges.map((range) => source.read(range, signal, supply, 'beside'))).then(
      () => {
        if (signal.aborted) return;
        this.#reading = null;
        wake();
      },
      (error: unknown) => {
        if (!signal.aborted) onFailure(error);
      },
    );
  }

  /** What is being fetched would be in the way of something that somebody waits for. */
  giveWay(): void {
    this.#reading?.abort();
    this.#reading = null;
  }
}
