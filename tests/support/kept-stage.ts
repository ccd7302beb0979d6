/** An EngineHost with a store in the IndexedDB of the test, which all stages of a test share. */
import { createHash } from 'node:crypto';
import { openDB } from 'idb';
import type { EngineModule } from '../../wasm-bindings/engine-module';
import type { Keeping } from '../../web/src/engine/engine-host';
import type { EnhancementSettings, ResultOf } from '../../web/src/engine/engine-protocol';
import type { OnNetwork } from '../../web/src/engine/lazy-session';
import type { Clock } from '../../web/src/net/clock';
import type { LinkMeter } from '../../web/src/net/link-meter';
import {
  FileChangedError,
  mergeFacts,
  NO_FACTS,
  type SourceFacts,
} from '../../web/src/net/range-response';
import { PlayerError } from '../../web/src/shared/errors';
import { IndexedDbKeeper } from '../../web/src/store/indexed-db-keeper';
import { DATABASE_NAME } from '../../web/src/store/indexed-db-schema';
import { TrackStore } from '../../web/src/store/track-store';
import { FaultyKeeper } from './faulty-keeper';
import { ADAPTIVE, HostHarness } from './host-harness';
import { MemorySource } from './memory-source';

/** 50 ms are 2.5 s. */
const PATIENT = 1 / 50;

export type KeptStageOptions = {
  readonly loadModule: () => Promise<EngineModule>;
  /** Null: it cannot be had. */
  readonly file: Uint8Array | null;
  readonly etag?: string | null;
  readonly engineBuild?: string;
  readonly isKeeping?: boolean;
  readonly link?: LinkMeter;
  readonly limitBytes?: number;
  /** Divides the delays of the store, which are long by themselves: the machine may be slow. */
  readonly haste?: number;
  /** The same for the wait of a track for the store, which is short by itself. */
  readonly lookUpHaste?: number;
  /** The server's word on the file waits for releaseCheck(), or does not come. */
  readonly holdsCheck?: boolean;
  readonly checkFails?: boolean;
  readonly savesData?: boolean;
  /** The server does not answer the engine. */
  readonly holdsFile?: boolean;
};

const hastyClock = (haste: number): Clock => ({
  nowMs: () => performance.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs / haste);
    return () => clearTimeout(timer);
  },
});

export class KeptStage {
  readonly harness: HostHarness;
  readonly keeper: FaultyKeeper;
  readonly store: TrackStore;
  /** The last one that was opened. */
  source: MemorySource | null = null;
  /** Of that one: what it says of the network. */
  onNetwork: OnNetwork = () => undefined;
  openedSources = 0;
  checkCount = 0;
  readonly #database: IndexedDbKeeper;
  readonly #options: KeptStageOptions;
  #isCheckHeld: boolean;
  #withOpen: number | null = null;
  #releaseCheck = (): void => undefined;

  constructor(options: KeptStageOptions) {
    this.#options = options;
    this.#isCheckHeld = options.holdsCheck ?? false;
    const { limitBytes = 1e9 } = options;
    this.#database = new IndexedDbKeeper({
      limitBytes: () => Promise.resolve(limitBytes),
      nowMs: () => Date.now(),
    });
    this.keeper = new FaultyKeeper(this.#database);
    const { haste = PATIENT } = options;
    this.store = new TrackStore({ keeper: this.keeper, clock: hastyClock(haste) });
    this.harness = new HostHarness(
      options.loadModule,
      (_url, onNetwork, expected) => {
        this.onNetwork = onNetwork;
        return this.#openSource(expected);
      },
      () => options.link ?? null,
      options.isKeeping === false ? null : this.#makeKeeping(),
    );
  }

  async open(
    settings: EnhancementSettings = ADAPTIVE,
    firstChunk = 0,
    more: Parameters<HostHarness['open']>[4] = {},
  ): Promise<ResultOf['open']> {
    const response = await this.harness.open(1, 'track', settings, firstChunk, more);
    if (!response.ok) throw new Error(response.message);
    this.#withOpen = firstChunk;
    return response.result as ResultOf['open'];
  }

  /** As the page asks: one after another, but for the one that comes with opening. */
  async play(chunks: readonly number[], epoch = 0): Promise<void> {
    for (const chunk of chunks) {
      if (chunk === this.#withOpen && epoch === 0) {
        const hasCome = (): boolean =>
          this.harness
            .events('cluster')
            .some(({ cluster }) => cluster.chunk === chunk && cluster.lastOfChunk);
        await this.harness.until(hasCome);
        this.#withOpen = null;
        continue;
      }
      const response = await this.harness.render(1, epoch, chunk);
      if (!response.ok) throw new Error(response.message);
      const { ended, superseded } = response.result as ResultOf['render'];
      if (ended || superseded) throw new Error(`chunk ${chunk} did not come`);
    }
  }

  async configure(epoch: number, settings: EnhancementSettings): Promise<void> {
    await this.harness.configure(1, epoch, settings);
  }

  /** What the page got, with hashes for bytes. */
  clusters(chunk: number | null = null, epoch: number | null = null): readonly object[] {
    const hash = (bytes: Uint8Array): string =>
      `${bytes.length} bytes ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
    return this.harness
      .events('cluster')
      .filter((event) => epoch === null || event.epoch === epoch)
      .map(({ cluster }) => cluster)
      .filter((cluster) => chunk === null || cluster.chunk === chunk)
      .map(({ bytes, lead, stageGainsDb, ...rest }) => ({
        ...rest,
        bytes: hash(new Uint8Array(bytes)),
        lead: lead && hash(new Uint8Array(lead)),
        stageGainsDb: hash(new Uint8Array(stageGainsDb.buffer)),
      }));
  }

  /** Resolves when so many chunks are in the database, and nothing more is to be written. */
  async kept(count: number): Promise<void> {
    await this.settled();
    const { length } = await this.keptChunks();
    if (length !== count) throw new Error(`${length} chunks are kept, not ${count}`);
  }

  /** Resolves when everything that is to be written was. */
  async settled(): Promise<void> {
    let calls = -1;
    for (let quiet = 0; quiet < 20; quiet += 1) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (this.keeper.calls.length !== calls) quiet = 0;
      calls = this.keeper.calls.length;
    }
  }

  /** What tells them apart: version, plan and index. */
  async keptChunks(): Promise<string[]> {
    const database = await openDB(DATABASE_NAME);
    const keys = database.objectStoreNames.contains('chunks')
      ? await database.getAllKeys('chunks')
      : [];
    database.close();
    return keys.map((key) => (key as unknown[]).slice(1).join(' '));
  }

  releaseCheck(): void {
    this.#isCheckHeld = false;
    this.#releaseCheck();
  }

  async close(): Promise<void> {
    await this.harness.call({ type: 'close', session: 1 });
    await this.settled();
    this.#database.close();
  }

  get #facts(): SourceFacts {
    const { file, etag = '"v1"' } = this.#options;
    return { ...NO_FACTS, sizeBytes: file?.length ?? null, etag };
  }

  #makeKeeping(): Keeping {
    const { engineBuild = 'build', haste = PATIENT, lookUpHaste = haste } = this.#options;
    return {
      store: this.store,
      engineBuild,
      clock: hastyClock(lookUpHaste),
      savesData: () => this.#options.savesData === true,
      baseUrl: 'https://music.example/',
      checkSource: async () => {
        this.checkCount += 1;
        if (this.#options.checkFails === true) throw new Error('no network');
        if (this.#isCheckHeld) await new Promise<void>((resolve) => (this.#releaseCheck = resolve));
        return this.#options.file === null ? { ...NO_FACTS, etag: '"v1"' } : this.#facts;
      },
    };
  }

  #openSource(expected: SourceFacts | null): MemorySource {
    this.openedSources += 1;
    const { file, etag = '"v1"' } = this.#options;
    const source = new MemorySource(file ?? new Uint8Array(), { facts: { etag } });
    this.source = source;
    if (file === null) {
      source.size = () => Promise.reject(new PlayerError('network', 'there is no file'));
      return source;
    }
    if (this.#options.holdsFile === true) source.size = () => new Promise(() => undefined);
    if (expected !== null) {
      try {
        mergeFacts(expected, this.#facts);
      } catch {
        source.size = () => Promise.reject(new FileChangedError());
      }
    }
    return source;
  }
}
