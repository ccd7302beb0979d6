/** DeviceKeeping, whose code comes when nothing better is to be done; empty until then. */
import type { PlayerTrack } from '../player/player-types';
import type { DeviceKeeping, KeepOutcome } from './device-keeping';
import { NOTHING_KEPT, type KeepingState } from './keeping-state';
import { Watchers } from './watchers';

type Inner = Pick<
  DeviceKeeping,
  | 'subscribe'
  | 'getState'
  | 'start'
  | 'keep'
  | 'remove'
  | 'pause'
  | 'resume'
  | 'keyOf'
  | 'lookAgain'
>;

export class KeepingDoor {
  readonly #load: () => Promise<Inner>;
  readonly #watchers = new Watchers();
  readonly subscribe = this.#watchers.subscribe;
  /** Of what is whole, not of how far the others are. */
  readonly #itemWatchers = new Watchers();
  readonly subscribeToItems = this.#itemWatchers.subscribe;
  #inner: Inner | null = null;
  #loading: Promise<Inner> | null = null;

  constructor(load: () => Promise<Inner>) {
    this.#load = load;
  }

  readonly getState = (): KeepingState => this.#inner?.getState() ?? NOTHING_KEPT;

  /** Whether the file of that track is on the device, all of it; null: not known yet. */
  readonly hasFile = (url: string): boolean | null => {
    const inner = this.#inner;
    const { isKnown, items } = this.getState();
    return inner && isKnown ? items.get(inner.keyOf(url))?.isWhole === true : null;
  };

  keyOf(url: string): string | null {
    return this.#inner?.keyOf(url) ?? null;
  }

  /** What fails is tried again when it is wanted. */
  async open(): Promise<Inner> {
    this.#loading ??= this.#load().then(async (inner) => {
      this.#inner = inner;
      let { items } = inner.getState();
      inner.subscribe(() => {
        this.#watchers.tell();
        const { items: now } = inner.getState();
        if (now !== items) this.#itemWatchers.tell();
        items = now;
      });
      await inner.start();
      return inner;
    });
    try {
      return await this.#loading;
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }

  /** `unable` also where the code for it cannot be had. */
  async keep(tracks: readonly PlayerTrack[]): Promise<KeepOutcome> {
    const inner = await this.open().catch(() => null);
    return inner ? inner.keep(tracks) : 'unable';
  }

  /** False: they cannot be had gone. */
  remove(keys: readonly string[]): Promise<boolean> {
    return this.#inner?.remove(keys) ?? Promise.resolve(false);
  }

  pause(): void {
    this.#inner?.pause();
  }

  resume(): void {
    this.#inner?.resume();
  }

  lookAgain(): void {
    this.#inner?.lookAgain();
  }
}
