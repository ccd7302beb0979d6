/** What the page is told of a track whose sound comes from the store. */
import type { PlayerError } from '../shared/errors';
import type { TrackRecord } from '../store/records';
import type { Cluster, PlanSummary } from './engine-protocol';
import type { Voice } from './render-queue';

export class KeptAnswers {
  readonly #voice: Voice;
  readonly #session: number;
  readonly #openId: number;
  #isOpening = true;
  /** By settings: of the plan that was told last. */
  #toldPlan: string | null = null;

  constructor(voice: Voice, session: number, openId: number) {
    this.#voice = voice;
    this.#session = session;
    this.#openId = openId;
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
    if (this.#isOpening) this.refuseOpen(error);
    else this.#voice.tell({ event: 'failed', session: this.#session, code, detail, message });
  }

  replaced(): void {
    this.#voice.tell({ event: 'replaced', session: this.#session });
  }

  /** Unless it is answered. */
  refuseOpen(error: PlayerError): void {
    if (this.#isOpening) this.#voice.refuse(this.#openId, error);
    this.#isOpening = false;
  }
}
