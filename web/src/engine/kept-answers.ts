/** What the page is told of a track whose sound comes from the store. */
import { PlayerError } from '../shared/errors';
import type { TrackRecord } from '../store/records';
import type { Cluster, PlanSummary } from './engine-protocol';
import type { RenderQueue, Voice } from './render-queue';

export class KeptAnswers {
  readonly #voice: Voice;
  readonly #session: number;
  readonly #openId: number;
  readonly #jobs: RenderQueue;
  #isOpening = true;
  /** Why there is nothing more to come. */
  #ended: PlayerError | null = null;
  /** By settings: of the plan that was told last. */
  #toldPlan: string | null = null;

  constructor(voice: Voice, session: number, openId: number, jobs: RenderQueue) {
    this.#voice = voice;
    this.#session = session;
    this.#openId = openId;
    this.#jobs = jobs;
  }

  /** Of `open`, to be answered still; else null. */
  get openId(): number | null {
    return this.#isOpening ? this.#openId : null;
  }

  /** The engine has answered. */
  opened(): void {
    this.#isOpening = false;
  }

  /** Answers `open`, unless it is. */
  open({ info, initSegment }: TrackRecord): void {
    if (!this.#isOpening) return;
    this.#isOpening = false;
    const ownInit = initSegment.slice(0);
    const result = { track: info, initSegment: ownInit, carry: null };
    this.#voice.answer(this.#openId, result, [ownInit]);
  }

  /** The engine has told its plan. */
  planned(settings: string): void {
    this.#toldPlan = settings;
  }

  /** Null: there is none to tell. */
  plan(settings: string, plan: PlanSummary | null): void {
    if (plan === null || this.#toldPlan === settings) return;
    this.#toldPlan = settings;
    this.#voice.tell({ event: 'plan', session: this.#session, provisional: false, plan });
  }

  clusters(epoch: number, clusters: readonly Cluster[]): void {
    for (const cluster of clusters) {
      const { bytes, lead } = cluster;
      const event = { event: 'cluster', session: this.#session, epoch, cluster } as const;
      this.#voice.tell(event, lead === null ? [bytes] : [bytes, lead]);
    }
  }

  network(attempt: number, message: string): void {
    this.#voice.tell({ event: 'network', session: this.#session, attempt, message });
  }

  /** Nothing more comes. */
  failed(error: PlayerError): void {
    const { code, detail, message } = error;
    // Before the answer to `open` its refusal says it all.
    if (!this.#isOpening) {
      this.#voice.tell({ event: 'failed', session: this.#session, code, detail, message });
    }
    this.end(error);
  }

  replaced(): void {
    this.#voice.tell({ event: 'replaced', session: this.#session });
    this.end(new PlayerError('aborted', 'the track was replaced'));
  }

  /** Final: answers what waits. */
  end(error: PlayerError): void {
    if (this.#ended !== null) return;
    this.#ended = error;
    if (this.#isOpening) this.#voice.refuse(this.#openId, error);
    this.#isOpening = false;
    if (error.code === 'aborted') this.#jobs.supersede();
    else this.#jobs.refuseAll(error);
  }

  get isEnded(): boolean {
    return this.#ended !== null;
  }

  done(id: number): void {
    this.#voice.answer(id, null);
  }

  /** Whether it has ended: then the command is refused. */
  refuses(id: number): boolean {
    if (this.#ended === null) return false;
    this.#voice.refuse(id, this.#ended);
    return true;
  }
}
