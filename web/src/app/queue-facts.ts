/**
 * Keeps what the page says of the queue's tracks true, although it does not hold the library: those
 * around the one that plays are looked up when the queue comes back and when the library changes.
 * A track that is found has the library's newest facts, one that is not is marked as gone.
 */
import type { Player } from '../player/player';
import type { PlayerTrack } from '../player/player-types';
import { isLocalAddress } from '../shared/local-address';
import type { LibraryData } from './library-data';
import { OneAtATime } from './one-at-a-time';

/** In front of the one that plays, and from it on: what the queue shows when it is opened. */
export const LOOKED_UP = { before: 4, behind: 16 } as const;
const AT_ONCE_MAX = 4;

export class QueueFacts {
  readonly #player: Player;
  readonly #data: LibraryData;
  readonly #stop: () => void;
  readonly #controller = new AbortController();
  readonly #looks = new OneAtATime(() => this.#look());

  constructor(player: Player, data: LibraryData) {
    this.#player = player;
    this.#data = data;
    this.#stop = data.on('change', this.#looks.ask);
  }

  /**
   * What cannot be found out stays as it is. A look that is under way is not broken off, but
   * followed by one more, so that the last call wins.
   */
  readonly lookUp = (): void => this.#looks.ask();

  dispose(): void {
    this.#stop();
    this.#looks.stop();
    this.#controller.abort();
  }

  async #look(): Promise<void> {
    const { signal } = this.#controller;
    const { items, currentIndex } = this.#player.getSnapshot().queue;
    const begin = Math.max(0, currentIndex - LOOKED_UP.before);
    const around = items.slice(begin, Math.max(0, currentIndex) + LOOKED_UP.behind);
    // Of files on this device the library knows nothing.
    const ofLibrary = around.filter(({ track }) => !isLocalAddress(track.url));
    const ids = [...new Set(ofLibrary.map(({ track }) => track.id))];
    const found: PlayerTrack[] = [];
    const goneIds = new Set<string>();
    const lookAtNext = async (): Promise<void> => {
      for (let id = ids.shift(); id !== undefined; id = ids.shift()) {
        try {
          const track = await this.#data.find(id, signal);
          if (track) found.push(track);
          else goneIds.add(id);
        } catch {
          // What cannot be found out stays as it is.
        }
        if (signal.aborted) return;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE_MAX }, lookAtNext));
    if (!signal.aborted) this.#player.refreshTracks(found, goneIds);
  }
}
