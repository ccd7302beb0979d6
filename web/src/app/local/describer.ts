/**
 * Has the engine tell what the queue's local files say of themselves (title, artist, album and
 * length): one after another, behind all else that it has to do, from the one that plays on.
 */
import type { EngineClient } from '../../engine/engine-client';
import type { TrackInfo } from '../../engine/engine-protocol';
import type { Player } from '../../player/player';
import type { PlayerTrack } from '../../player/player-types';
import { BoundedMap } from '../../shared/bounded-map';
import type { ChunkIndex } from '../../shared/units';
import { OPEN_COUNT_MAX, type LocalFiles } from '../local-files';
import { describedTrack } from './local-tracks';

export type DescriberOptions = {
  readonly player: Player;
  readonly engine: EngineClient;
  readonly files: Pick<LocalFiles, 'fileOf'>;
};

export class Describer {
  readonly #options: DescriberOptions;
  /** By address: asked for in this visit. */
  readonly #asked = new BoundedMap<string, true>(OPEN_COUNT_MAX);
  #isLooking = false;

  constructor(options: DescriberOptions) {
    this.#options = options;
  }

  /** There are others in the queue, or more of them are open. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      for (let track = this.#next(); track; track = this.#next()) {
        this.#asked.set(track.url, true);
        const info = await this.#infoOf(track);
        if (info) this.#options.player.refreshTracks([describedTrack(track, info)], new Set());
      }
    } finally {
      this.#isLooking = false;
    }
  }

  #next(): PlayerTrack | null {
    const { items, currentIndex } = this.#options.player.getSnapshot().queue;
    const begin = Math.max(0, currentIndex);
    const inTurn = [...items.slice(begin), ...items.slice(0, begin)];
    const isOpen = ({ url }: PlayerTrack): boolean => this.#options.files.fileOf(url) !== null;
    const next = inTurn.find(({ track }) => !this.#asked.has(track.url) && isOpen(track));
    return next?.track ?? null;
  }

  /** null: it cannot be read; whoever plays it hears why. */
  async #infoOf({ url }: PlayerTrack): Promise<TrackInfo | null> {
    const { engine, player } = this.#options;
    const session = engine.createSession(() => undefined);
    try {
      const { settings } = player.getSnapshot();
      const { track } = await engine.call({
        type: 'open',
        session,
        epoch: 0,
        url,
        settings,
        firstChunk: 0 as ChunkIndex,
        purpose: 'measure',
        rank: 'measuring',
        profile: null,
      });
      return track;
    } catch {
      return null;
    } finally {
      engine.call({ type: 'close', session }).catch(() => undefined);
    }
  }
}
