/**
 * One tab plays at a time: the one that starts pauses the others, unless the listener wants them to
 * play on. Tabs of one origin hear each other by BroadcastChannel.
 */
import { Emitter } from '../player/emitter';
import type { Player } from '../player/player';
import type { PlayerSnapshot } from '../player/player-types';

export const TABS_CHANNEL = 'auralis.tabs';

/** What of BroadcastChannel is used. */
export type TabsChannel = {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => unknown) | null;
  close(): void;
};

export type TabTurnsOptions = {
  readonly player: Player;
  /** null: this browser has no BroadcastChannel, and the tabs know nothing of each other. */
  readonly channel: TabsChannel | null;
  /** Of this tab alone. */
  readonly tab: string;
  /** Milliseconds since 1970, the same in all tabs. */
  readonly nowMs: () => number;
  readonly letsOthersPlay: boolean;
};

type Message =
  | { readonly type: 'starts'; readonly tab: string; readonly atMs: number }
  | { readonly type: 'lets-others-play'; readonly value: boolean };

/** null: what another version of the page may have said. */
const parse = (value: unknown): Message | null => {
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  const { type, tab, atMs } = fields;
  if (type === 'lets-others-play' && typeof fields['value'] === 'boolean') {
    return { type, value: fields['value'] };
  }
  const isStart = type === 'starts' && typeof tab === 'string' && typeof atMs === 'number';
  return isStart ? { type, tab, atMs } : null;
};

const isActive = ({ state }: PlayerSnapshot): boolean =>
  state === 'playing' || state === 'buffering' || state === 'loading';

export class TabTurns extends Emitter<{ change: boolean }> {
  readonly #options: TabTurnsOptions;
  readonly #stop: () => void;
  #letsOthersPlay: boolean;
  #wasActive = false;
  #startedAtMs = -Infinity;

  constructor(options: TabTurnsOptions) {
    super();
    this.#options = options;
    this.#letsOthersPlay = options.letsOthersPlay;
    const { channel, player } = options;
    if (channel) channel.onmessage = ({ data }) => this.#onMessage(parse(data));
    this.#stop = player.subscribe(() => this.#onPlayer());
  }

  readonly subscribe = (listener: () => void): (() => void) => this.on('change', listener);
  /** Whether other tabs play on when this one starts. */
  readonly getLetsOthersPlay = (): boolean => this.#letsOthersPlay;

  /** There is only one listener, so all tabs do the same. */
  setLetsOthersPlay(value: boolean): void {
    this.#set(value);
    this.#say({ type: 'lets-others-play', value });
  }

  dispose(): void {
    this.#stop();
    this.#options.channel?.close();
    this.removeAllListeners();
  }

  #onPlayer(): void {
    const { player, nowMs, tab } = this.#options;
    const active = isActive(player.getSnapshot());
    const starts = active && !this.#wasActive;
    this.#wasActive = active;
    if (!starts) return;
    this.#startedAtMs = nowMs();
    if (!this.#letsOthersPlay) this.#say({ type: 'starts', tab, atMs: this.#startedAtMs });
  }

  #onMessage(message: Message | null): void {
    if (message?.type === 'lets-others-play') this.#set(message.value);
    if (message?.type !== 'starts' || this.#letsOthersPlay) return;
    const { player, tab } = this.#options;
    // Two that start at once must not pause each other.
    const isLater =
      message.atMs === this.#startedAtMs ? message.tab > tab : message.atMs > this.#startedAtMs;
    if (isLater && isActive(player.getSnapshot())) player.pause();
  }

  #set(value: boolean): void {
    if (value === this.#letsOthersPlay) return;
    this.#letsOthersPlay = value;
    this.emit('change', value);
  }

  #say(message: Message): void {
    this.#options.channel?.postMessage(message);
  }
}
