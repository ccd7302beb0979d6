/**
 * Keeps files of tracks on the device because the listener wants it: brings them one after another,
 * as long as what plays has sound enough ahead, goes on where it stopped after a reload or a lost
 * connection, and lets them go again. Of several tabs one brings them. Knows no UI.
 */
import {
  downloadFile,
  type DownloadOptions,
  type DownloadOutcome,
} from '../originals/file-download';
import { isWhole } from '../originals/original-files';
import type { ChangedKeys } from '../originals/originals-channel';
import type { Clock } from '../player/playback-monitor';
import type { PlayerTrack } from '../player/player-types';
import { assertNever, errorName } from '../shared/errors';
import { trackKey } from '../shared/track-key';
import { isCalm } from './is-calm';
import type { DeviceKeepingOptions } from './keeping-options';
import { NOTHING_KEPT, type KeepingState } from './keeping-state';
import { itemOf } from './kept-item';
import { packTracks } from './packed-tracks';
import { readText, writeText } from './preferences';
import { Rest } from './rest';
import { Watchers } from './watchers';

/** `room`: there is none; `unable`: this browser keeps nothing. */
export type KeepOutcome = 'coming' | 'room' | 'unable';

/** So often is looked whether there is time. */
const CALM_MS = 250;
/** Progress is told no more often. */
const PROGRESS_MS = 250;
/** After the connection was lost, or the server was unwilling. */
export const RETRY_MS = 10_000;
export const PAUSED_KEY = 'auralis.keeping';
const PAUSED = 'paused';

const downloadClock = (
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout' | 'nowMs'>,
): DownloadOptions['clock'] => ({
  nowMs: () => clock.nowMs(),
  after: (delayMs, action) => {
    const timer = clock.setTimeout(action, delayMs);
    return () => clock.clearTimeout(timer);
  },
});

export class DeviceKeeping {
  readonly #options: DeviceKeepingOptions;
  readonly #watchers = new Watchers();
  readonly subscribe = this.#watchers.subscribe;
  #state = NOTHING_KEPT;
  #toldMs = -Infinity;
  #isWorking = false;
  /** Raised when what is being done is not wanted any more. */
  #work = new AbortController();
  readonly #rest: Rest;
  /** By key: they cannot be had; tried again when told to. */
  readonly #refused = new Set<string>();
  /** By key: the server does not give them; not to be tried before, by the clock. */
  readonly #notBeforeMs = new Map<string, number>();
  /** Nothing is tried before: the server is away. */
  #lostUntilMs = 0;
  /** Until the listener says otherwise. */
  #restsToSave = false;

  constructor(options: DeviceKeepingOptions) {
    this.#options = options;
    this.#rest = new Rest(options.clock);
  }

  readonly getState = (): KeepingState => this.#state;

  keyOf(url: string): string {
    return trackKey(url, this.#options.baseUrl);
  }

  /** Learns what is kept, and goes on with what is not whole. */
  async start(): Promise<void> {
    // Gigabytes of an old wish are not what a new visit is for then.
    this.#restsToSave = this.#options.savesData();
    await this.refresh(null);
    const isLasting = (await this.#options.storage?.persisted().catch(() => null)) ?? null;
    this.#set({ isLasting });
  }

  /** Another tab, or the worker, has changed what is kept. */
  readonly refresh = async (keys: ChangedKeys): Promise<void> => {
    const { files } = this.#options;
    const isAll = keys === null || !this.#state.isKnown;
    try {
      const found = await (isAll ? files.list() : Promise.all(keys.map((key) => files.find(key))));
      const items = new Map(isAll ? [] : this.#state.items);
      for (const file of found) if (file) items.set(file.key, itemOf(file, this.#refused));
      const gone = isAll ? [] : keys.filter((_, index) => found[index] === null);
      for (const key of gone) items.delete(key);
      this.#set({ items, isKnown: true });
    } catch {
      // What was known stays.
      this.#set({ isKnown: true });
    }
    this.#set({ isPaused: this.#isPaused });
    const items = [...this.#state.items.values()];
    if (items.every((item) => item.isWhole || item.isRefused)) this.#set({ problem: null });
    if (this.#next !== null) this.#begin();
  };

  async keep(tracks: readonly PlayerTrack[]): Promise<KeepOutcome> {
    const { files, storage, dateMs } = this.#options;
    const nowMs = dateMs();
    const wishes = tracks.map((track, index) => ({
      key: this.keyOf(track.url),
      // They come in the order of the list.
      addedAtMs: nowMs + index / tracks.length,
      about: packTracks([track]),
    }));
    try {
      await files.add(wishes);
    } catch (error) {
      return errorName(error) === 'QuotaExceededError' ? 'room' : 'unable';
    }
    void storage
      ?.persist()
      .then((isLasting) => this.#set({ isLasting }))
      .catch(() => undefined);
    for (const { key } of wishes) this.#refused.delete(key);
    this.resume();
    await this.#changed(null);
    return 'coming';
  }

  /** False: they cannot be had gone. */
  async remove(keys: readonly string[]): Promise<boolean> {
    try {
      await this.#options.files.remove(keys);
    } catch {
      return false;
    }
    await this.#changed(keys);
    // Whatever was on its way: the next one that is wanted.
    this.#stop();
    return true;
  }

  pause(): void {
    this.#setPaused(true);
    this.#stop();
  }

  /** Also after a problem. */
  resume(): void {
    this.#refused.clear();
    this.#restsToSave = false;
    this.#set({ problem: null });
    this.#setPaused(false);
    this.lookAgain();
    void this.refresh(null);
  }

  /** The network is back, or may be. */
  readonly lookAgain = (): void => {
    this.#notBeforeMs.clear();
    this.#lostUntilMs = 0;
    this.#rest.end();
  };

  #stop(): void {
    this.#work.abort();
    this.#rest.end();
  }

  #setPaused(isPaused: boolean): void {
    writeText(this.#options.memory, PAUSED_KEY, isPaused ? PAUSED : '');
    this.#set({ isPaused });
    this.#options.channel.tell([]);
  }

  /** By this tab or another one. */
  get #isPaused(): boolean {
    return this.#restsToSave || readText(this.#options.memory, PAUSED_KEY) === PAUSED;
  }

  async #changed(keys: ChangedKeys): Promise<void> {
    await this.refresh(keys);
    this.#options.channel.tell(keys);
  }

  #begin(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#options
      .inOneTab(() => this.#run())
      // A storage that fails now may do better later.
      .catch(() => this.#rest.for(RETRY_MS))
      .finally(() => {
        this.#isWorking = false;
        if (this.#next !== null) this.#begin();
      });
  }

  /** What is to be brought now, or has the least time to wait. */
  get #next(): string | null {
    if (this.#state.isPaused) return null;
    let next: string | null = null;
    let nextMs = Infinity;
    for (const { key, isWhole: isThere, isRefused } of this.#state.items.values()) {
      if (isThere || isRefused) continue;
      const dueMs = this.#notBeforeMs.get(key) ?? -Infinity;
      if (dueMs === -Infinity) return key;
      if (dueMs < nextMs) [next, nextMs] = [key, dueMs];
    }
    return next;
  }

  async #run(): Promise<void> {
    // Another tab may have brought some of it.
    await this.refresh(null);
    for (let key = this.#next; key !== null; key = this.#next) {
      this.#work = new AbortController();
      const dueMs = Math.max(this.#lostUntilMs, this.#notBeforeMs.get(key) ?? 0);
      const waitMs = dueMs - this.#options.clock.nowMs();
      if (waitMs > 0) await this.#rest.for(waitMs);
      else await this.#bring(key, this.#work.signal);
    }
  }

  async #bring(key: string, signal: AbortSignal): Promise<void> {
    const { files, fetch, clock, player } = this.#options;
    const file = await files.find(key);
    if (file !== null && !isWhole(file)) {
      const outcome = await downloadFile(file, {
        url: key,
        fetch,
        files,
        clock: downloadClock(clock),
        signal,
        isCalm: () => isCalm(player),
        untilCalm: () => this.#untilCalm(signal),
        onProgress: (receivedBytes, sizeBytes) => this.#progress(key, receivedBytes, sizeBytes),
      });
      this.#note(key, outcome);
    }
    this.#set({ current: null });
    await this.#changed([key]);
  }

  #note(key: string, outcome: DownloadOutcome): void {
    const nowMs = this.#options.clock.nowMs();
    switch (outcome) {
      case 'whole':
        this.#notBeforeMs.delete(key);
        this.#set({ problem: null });
        return;
      case 'stopped':
        return;
      case 'lost':
        this.#set({ problem: 'network' });
        this.#lostUntilMs = nowMs + RETRY_MS;
        return;
      case 'unwilling':
        this.#set({ problem: 'server' });
        this.#notBeforeMs.set(key, nowMs + RETRY_MS);
        return;
      case 'room':
        this.#set({ problem: 'room' });
        this.#setPaused(true);
        return;
      case 'refused':
        this.#refused.add(key);
        return;
      default:
        assertNever(outcome);
    }
  }

  #progress(key: string, receivedBytes: number, sizeBytes: number): void {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - this.#toldMs < PROGRESS_MS) return;
    this.#toldMs = nowMs;
    this.#set({ current: { key, receivedBytes, sizeBytes }, problem: null });
  }

  async #untilCalm(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !isCalm(this.#options.player)) await this.#rest.for(CALM_MS);
  }

  #set(change: Partial<KeepingState>): void {
    this.#state = { ...this.#state, ...change };
    this.#watchers.tell();
  }
}
