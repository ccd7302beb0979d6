/**
 * Which tracks play without the server, in the sound that is chosen. Asked anew when that may be
 * others: another sound, another track, a connection that comes or goes.
 */
import type { EnhancementSettings } from '../engine/engine-protocol';
import type { StoreAnswers } from '../engine/store-questions';
import type { Clock } from '../player/playback-monitor';
import type { Player } from '../player/player';
import { trackKey } from '../shared/track-key';
import type { Connection } from './connection';
import { Watchers } from './watchers';

export type KeptFilesView = {
  readonly subscribeToItems: (listener: () => void) => () => void;
  /** null: not known yet. */
  readonly hasFile: (url: string) => boolean | null;
};

export type KeptTracksOptions = {
  readonly listWhole: (settings: EnhancementSettings) => Promise<StoreAnswers['listWhole']>;
  /** Whose files are kept play in any sound. */
  readonly files: KeptFilesView;
  readonly player: Pick<Player, 'subscribe' | 'getSnapshot'>;
  readonly connection: Pick<Connection, 'subscribe' | 'getState'>;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** What addresses of tracks are relative to. */
  readonly baseUrl: string;
};

/** A slider comes by many sounds, and a first sound has better things to do. */
export const REST_MS = 1000;

export class KeptTracks {
  readonly #options: KeptTracksOptions;
  readonly #watchers = new Watchers();
  readonly subscribe = this.#watchers.subscribe;
  readonly #stops: readonly (() => void)[];
  /** By trackKey(); null: not known, which is not the same as none. */
  #whole: ReadonlySet<string> | null = null;
  #askedFor = '';
  #timer: number | null = null;
  /** What an older question finds is old. */
  #run = 0;

  constructor(options: KeptTracksOptions) {
    this.#options = options;
    const { player, connection, files } = options;
    this.#stops = [
      player.subscribe(() => this.#look()),
      connection.subscribe(() => this.#look()),
      files.subscribeToItems(() => this.#watchers.tell()),
    ];
    this.#look();
  }

  /** `url`: of a track; null: not known. The answer is the same until the watchers are told. */
  has(url: string): boolean | null {
    const { files, baseUrl } = this.#options;
    const hasFile = files.hasFile(url);
    const hasSound = this.#whole && this.#whole.has(trackKey(url, baseUrl));
    if (hasFile === true || hasSound === true) return true;
    return hasFile === null || hasSound === null ? null : false;
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#run += 1;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  get #settings(): EnhancementSettings {
    // Each track by itself: what an album has to do with it is known when it plays.
    return {
      ...this.#options.player.getSnapshot().settings,
      compare: 'off',
      albumLoudnessLufs: null,
    };
  }

  #look(): void {
    const { player, connection, clock } = this.#options;
    const { track } = player.getSnapshot();
    const { isAway } = connection.getState();
    const circumstances = JSON.stringify([this.#settings, track?.id, isAway]);
    if (circumstances === this.#askedFor) return;
    this.#askedFor = circumstances;
    this.#run += 1;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => {
      this.#timer = null;
      void this.#ask();
    }, REST_MS);
  }

  async #ask(): Promise<void> {
    const run = this.#run;
    // A worker that broke knows of nothing; the next one is asked in its time.
    const listed = await this.#options.listWhole(this.#settings).catch(() => null);
    if (run !== this.#run) return;
    this.#whole = listed && new Set(listed);
    this.#watchers.tell();
  }
}
