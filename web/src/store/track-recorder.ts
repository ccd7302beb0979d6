/**
 * Keeps what the engine makes of one track while it is played, and knows what is kept of it. Only
 * chunks of one final plan are kept: of those the key tells every bit.
 */
import { wantPlan } from '../engine/canonical-settings';
import type {
  Cluster,
  EnhancementSettings,
  PlanSummary,
  TrackInfo,
} from '../engine/engine-protocol';
import type { SessionWitness } from '../engine/session-witness';
import { isSameVersion } from '../net/file-version';
import { NO_FACTS, type SourceFacts } from '../net/range-response';
import type { ChunkIndex } from '../shared/units';
import type { TrackWarning } from '../shared/vocabulary';
import { ChunkCollector, type CollectedChunk } from './chunk-collector';
import { settingsKey, versionKey, type ChunkKey } from './keys';
import { planOf, withPlan, withPlansOf, type KeptPlan, type TrackRecord } from './records';
import type { KeptTrack, TrackStore } from './track-store';

export type TrackRecorderOptions = {
  readonly store: TrackStore;
  readonly track: string;
  readonly engineBuild: string;
  readonly settings: EnhancementSettings;
};

export class TrackRecorder implements Omit<SessionWitness, 'opened' | 'failed'> {
  readonly #options: TrackRecorderOptions;
  /** By plan. */
  readonly #chunks = new Map<string, Set<ChunkIndex>>();
  #record: TrackRecord | null = null;
  #settings: EnhancementSettings;
  #sourceFacts: () => SourceFacts = () => NO_FACTS;
  readonly #collector = new ChunkCollector();
  /** The store is still asked for the track: nothing is written before it has answered. */
  #lookUp: Promise<unknown> = Promise.resolve();
  /** Which the engine was opened with, and which may be of another version of the file. */
  #strangeProfile: string | null = null;
  /** The engine was opened with it; null: with none. */
  #expected: TrackRecord | null = null;
  /** The engine has told which file it reads. */
  #isOpened = false;
  #isCarried = false;

  constructor(options: TrackRecorderOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  /** What the track can be opened with; null: not known. */
  get record(): TrackRecord | null {
    return this.#record;
  }

  /** Of the settings of now; null: not known. */
  get plan(): KeptPlan | null {
    return this.#record && planOf(this.#record, settingsKey(this.#settings));
  }

  set settings(settings: EnhancementSettings) {
    this.#settings = settings;
  }

  /** Frames of another track stand in front: what is made depends on that one, too. */
  get isCarried(): boolean {
    return this.#isCarried;
  }

  set isCarried(isCarried: boolean) {
    this.#isCarried = isCarried;
  }

  /** This was found in the store. */
  adopt({ record, chunks }: KeptTrack): void {
    this.#record = record;
    for (const [plan, ofPlan] of chunks) this.#chunks.set(plan, new Set(ofPlan));
  }

  /**
   * The engine begins before the store has answered: what is found later is joined with what is
   * known by then, if it is of the same file. Resolves to whether it was.
   */
  expect(finding: Promise<KeptTrack | null>): Promise<boolean> {
    const joining = finding.then((kept) => kept !== null && this.#join(kept));
    this.#lookUp = joining;
    return joining;
  }

  /** The file was replaced: what is known of it is of another one. */
  refute(): void {
    const { store, track } = this.#options;
    if (this.#record !== null) store.refute(track, this.#record.version);
    this.#forget();
    this.#collector.drop();
  }

  /**
   * An engine is asked from now on. `profile`: what it is given where no record is known; null: it
   * measures what it reads.
   */
  listen(sourceFacts: () => SourceFacts, profile: string | null): void {
    this.#sourceFacts = sourceFacts;
    this.#strangeProfile = this.#record === null ? profile : null;
    this.#expected = this.#record;
    this.#isOpened = false;
    this.#collector.drop();
  }

  /** Under which a chunk with the settings of now is kept; null: it is not. */
  keyOf(chunk: ChunkIndex): ChunkKey | null {
    const { plan } = this;
    if (this.#record === null || plan === null || this.#isCarried) return null;
    if (this.#chunks.get(plan.key)?.has(chunk) !== true) return null;
    return [this.#options.track, this.#record.version, plan.key, chunk];
  }

  /** Whether one of the next `count` chunks of the track is not kept. */
  lacksBehind(chunk: ChunkIndex, count: number): boolean {
    const end = Math.min(this.#record?.info.chunkCount ?? 0, chunk + 1 + count);
    for (let next = chunk + 1; next < end; next += 1) {
      if (this.keyOf(next as ChunkIndex) === null) return true;
    }
    return false;
  }

  /** It is not there any more. */
  lost([, , plan, chunk]: ChunkKey): void {
    this.#chunks.get(plan)?.delete(chunk);
  }

  /** False: the engine reads another file than the one whose record it was opened with. */
  opened(info: TrackInfo, initSegment: ArrayBuffer): boolean {
    const source = this.#sourceFacts();
    const expected = this.#expected;
    this.#isOpened = true;
    // What is only missing contradicts nothing: the source itself does not notice.
    if (expected !== null) return isSameVersion(expected.source, source);
    this.#begin(source, info, initSegment);
    return true;
  }

  #begin(source: SourceFacts, info: TrackInfo, initSegment: ArrayBuffer): void {
    const version = this.#readVersion;
    if (this.#record !== null) this.#vouch(this.#record);
    if (!this.#mayKeep || version === null) this.#forget();
    if (!this.#mayKeep || version === null || this.#record?.version === version) return;
    const { track } = this.#options;
    const ownInit = initSegment.slice(0);
    this.#record = { track, version, source, info, initSegment: ownInit, profile: null, plans: [] };
    this.#chunks.clear();
  }

  readonly planned = (key: string, summary: PlanSummary, isProvisional: boolean): void => {
    if (!isProvisional) this.#learn({ key, summary }, summary.profile);
  };

  readonly noticed = (warnings: readonly TrackWarning[]): void => {
    if (this.#record === null || !this.#mayKeep) return;
    const { info } = this.#record;
    const record = { ...this.#record, info: { ...info, warnings: this.allWarnings(warnings) } };
    // With nothing measured it is of no use: it is written with its first plan.
    if (record.plans.length > 0) this.#save(record);
    else this.#record = record;
  };

  /** With those of earlier openings, which read other places of the file. */
  allWarnings(warnings: readonly TrackWarning[]): readonly TrackWarning[] {
    return [...new Set([...(this.#record?.info.warnings ?? []), ...warnings])];
  }

  readonly rendered = (cluster: Cluster, planKey: string | null): void => {
    this.#collect(this.#collector, cluster, planKey);
  };

  /** For an engine that renders chunks of the same track and settings beside the one that plays. */
  besideRecorder(): SessionWitness['rendered'] {
    const collector = new ChunkCollector();
    return (cluster, planKey) => this.#collect(collector, cluster, planKey);
  }

  #collect(collector: ChunkCollector, cluster: Cluster, planKey: string | null): void {
    if (!this.#mayKeep || this.#isCarried) {
      collector.drop();
      return;
    }
    const collected = collector.add(cluster, planKey);
    if (collected !== null) this.#keep(collected);
  }

  #keep({ chunk, planKey, clusters }: CollectedChunk): void {
    // Nobody has told of a plan where there is none.
    if (!wantPlan(this.#settings)) this.#learn({ key: planKey, summary: null }, null);
    const { plan } = this;
    if (this.#record === null || plan?.key !== planKey) return;
    const key: ChunkKey = [this.#options.track, this.#record.version, planKey, chunk];
    const chunks = this.#chunks.get(planKey) ?? new Set();
    this.#chunks.set(planKey, chunks);
    void this.#lookUp
      .then(() => this.#options.store.writeChunk(key, clusters))
      .then((isKept) => {
        if (isKept) chunks.add(chunk);
      });
  }

  #learn(plan: KeptPlan, profile: string | null): void {
    const record = this.#record;
    if (record === null || !this.#mayKeep) return;
    const settings = settingsKey(this.#settings);
    const isKnown = planOf(record, settings)?.key === plan.key;
    if (isKnown && (profile === null || record.profile === profile)) return;
    this.#save(withPlan({ ...record, profile: profile ?? record.profile }, settings, plan));
  }

  #save(record: TrackRecord): void {
    this.#record = record;
    void this.#lookUp.then(() => {
      // With what was found by then.
      const latest = this.#record;
      if (latest?.version === record.version) this.#options.store.writeTrack(latest);
    });
  }

  get #mayKeep(): boolean {
    return this.#strangeProfile === null;
  }

  /** Of the file that the engine reads. */
  get #readVersion(): string | null {
    return versionKey(this.#options.engineBuild, this.#sourceFacts());
  }

  #join(kept: KeptTrack): boolean {
    const { record, chunks } = kept;
    if (this.#record === null) {
      // Before the engine has told what it reads, opened() looks at this one.
      if (this.#isOpened && this.#readVersion !== record.version) return false;
      this.adopt(kept);
      if (!this.#isOpened) return true;
      this.#vouch(record);
      if (!this.#mayKeep) this.#forget();
      return this.#mayKeep;
    }
    if (this.#record.version !== record.version) return false;
    for (const [plan, ofPlan] of chunks) {
      this.#chunks.set(plan, new Set([...ofPlan, ...(this.#chunks.get(plan) ?? [])]));
    }
    this.#record = withPlansOf(this.#record, record);
    return true;
  }

  /** The profile that the engine was given is that of the file, if the record says the same. */
  #vouch({ version, profile }: TrackRecord): void {
    const isVouched = version === this.#readVersion && profile === this.#strangeProfile;
    if (isVouched) this.#strangeProfile = null;
  }

  #forget(): void {
    this.#record = null;
    this.#chunks.clear();
  }
}
