/** What of a track may be handed out from the store, and how. */
import type { ChunkIndex, Frames } from '../shared/units';
import { settingsKey, type ChunkKey } from '../store/keys';
import type { TrackRecorder } from '../store/track-recorder';
import type { TrackStore } from '../store/track-store';
import type { Cluster, EnhancementSettings } from './engine-protocol';
import type { FileCheck } from './file-check';
import type { KeptAnswers } from './kept-answers';
import type { Job, RenderQueue } from './render-queue';

/** With no more kept than this behind what was asked for, the engine is opened: 8 s. */
export const OPEN_AHEAD_CHUNKS = 4;

export class KeptSound {
  readonly #store: TrackStore;
  readonly #recorder: TrackRecorder;
  readonly #answers: KeptAnswers;
  readonly #check: FileCheck;
  /** The engine's plan is of few probes. */
  #isProvisional = false;
  /** It fades from such a one, from there on; null: it does not. */
  #fadesFrom: Frames | null = null;
  /** The first chunk known to lie behind the fade, and the final plan that it is of. */
  #fadeEnd: { readonly chunk: ChunkIndex; readonly planKey: string } | null = null;
  #lastServed: ChunkIndex | null = null;

  constructor(store: TrackStore, recorder: TrackRecorder, answers: KeptAnswers, check: FileCheck) {
    this.#store = store;
    this.#recorder = recorder;
    this.#answers = answers;
    this.#check = check;
  }

  /** The end of what is kept is near. */
  get runsOut(): boolean {
    const last = this.#lastServed;
    return last !== null && this.#recorder.lacksBehind(last, OPEN_AHEAD_CHUNKS);
  }

  /** The engine has told its plan. */
  planned(isProvisional: boolean, settings: EnhancementSettings): void {
    this.#isProvisional = isProvisional;
    this.#answers.planned(settingsKey(settings));
  }

  /** The engine's final plan takes over from there on, slowly; null: at once. */
  takenOver(fromFrame: Frames | null): void {
    this.#fadesFrom = this.#isProvisional ? fromFrame : null;
    this.#fadeEnd = null;
  }

  /** The engine has made this, and the recorder has heard of it. `planKey`: as for a witness. */
  rendered({ chunk, start }: Cluster, planKey: string | null): void {
    if (this.#fadesFrom === null || start < this.#fadesFrom) return;
    if (planKey === null || planKey !== this.#recorder.plan?.key) return;
    if (this.#fadeEndChunk !== null && this.#fadeEndChunk <= chunk) return;
    this.#fadeEnd = { chunk, planKey };
  }

  /** Of a chunk that sounds like those that the engine would make now; null: it is not kept. */
  keyOf(chunk: ChunkIndex): ChunkKey | null {
    const end = this.#fadeEndChunk;
    const isInFade = end !== null && chunk < end;
    return this.isFinal && !isInFade ? this.#recorder.keyOf(chunk) : null;
  }

  /** Whether all that the page waits for is kept; `job`: what it waits for next. */
  has(job: Job | null, isMeasuring: boolean): boolean {
    const { record, isCarried } = this.#recorder;
    if (record === null || isCarried || !this.isFinal) return false;
    if (isMeasuring && job !== null) return this.hasPlan;
    return job === null || this.keyOf(job.chunk) !== null;
  }

  async read(key: ChunkKey): Promise<Cluster[] | null> {
    const clusters = await this.#store.readChunk(key);
    if (clusters === null) this.#recorder.lost(key);
    return clusters;
  }

  serve(
    chunk: ChunkIndex,
    epoch: number,
    settings: EnhancementSettings,
    clusters: readonly Cluster[],
  ): void {
    this.#introduce(settings);
    this.#answers.clusters(epoch, clusters);
    this.#lastServed = chunk;
  }

  /** For a measuring. */
  get hasPlan(): boolean {
    return this.isFinal && (this.#recorder.plan?.summary ?? null) !== null;
  }

  /**
   * Answers a measuring, once it is known that the file is still the one that was measured; false:
   * it is not, or nobody asks any more.
   */
  async servePlan(jobs: RenderQueue, settings: () => EnhancementSettings): Promise<boolean> {
    const { record } = this.#recorder;
    if (record !== null) await this.#check.begin(record.source);
    if (this.#answers.isEnded || jobs.isEmpty || !this.hasPlan) return false;
    this.#introduce(settings());
    jobs.supersede();
    return true;
  }

  /** What the engine makes, behind a fade at least, it would make in any other opening. */
  get isFinal(): boolean {
    return !this.#isProvisional && (this.#fadesFrom === null || this.#fadeEndChunk !== null);
  }

  /** With the settings of now; null: not known. */
  get #fadeEndChunk(): ChunkIndex | null {
    const end = this.#fadeEnd;
    return end !== null && end.planKey === this.#recorder.plan?.key ? end.chunk : null;
  }

  /** The page has to know track and plan before the sound; behind it the file is looked at. */
  #introduce(settings: EnhancementSettings): void {
    const { record, plan } = this.#recorder;
    if (record === null) return;
    this.#answers.open(record);
    void this.#check.begin(record.source);
    this.#answers.plan(settingsKey(settings), plan?.summary ?? null);
  }
}
