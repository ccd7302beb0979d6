/**
 * Tells the player the album of the track that plays, while it is to be as loud as its album. Where
 * the album cannot be had its tracks are as loud as each is; it is asked for again with its next
 * track, and when the server is back.
 */
import type { Player } from '../player/player';
import type { LibraryData } from './library-data';

export class AlbumFollower {
  readonly #player: Player;
  readonly #data: LibraryData;
  readonly #stops: readonly (() => void)[];
  #albumId: string | null = null;
  /** Of the track with which the album was asked for in vain. */
  #failedId: string | null = null;
  #running: AbortController | null = null;
  /** The library has changed since the album was asked for. */
  #isOutdated = false;

  constructor(player: Player, data: LibraryData) {
    this.#player = player;
    this.#data = data;
    this.#stops = [
      player.subscribe(() => this.#follow()),
      data.on('change', () => {
        // What is on its way may end: on a slow link nothing would ever arrive.
        if (this.#running) this.#isOutdated = true;
        else this.#ask();
      }),
      data.on('back', () => {
        if (this.#failedId !== null) this.#ask();
      }),
    ];
    this.#follow();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    this.#running?.abort();
  }

  #follow(): void {
    const { track, settings } = this.#player.getSnapshot();
    const albumId = settings.level === 'album' ? (track?.albumId ?? null) : null;
    const isAnotherTry = this.#failedId !== null && this.#failedId !== track?.id;
    if (albumId === this.#albumId && !isAnotherTry) return;
    this.#albumId = albumId;
    this.#ask();
  }

  #ask(): void {
    this.#running?.abort();
    this.#running = null;
    this.#failedId = null;
    this.#isOutdated = false;
    if (this.#albumId === null) return;
    const controller = new AbortController();
    this.#running = controller;
    void this.#fetch(this.#albumId, controller.signal);
  }

  async #fetch(albumId: string, signal: AbortSignal): Promise<void> {
    try {
      const tracks = await this.#data.albumTracks(albumId, signal);
      if (signal.aborted) return;
      this.#running = null;
      this.#player.setAlbum(tracks);
    } catch {
      if (signal.aborted) return;
      this.#running = null;
      this.#failedId = this.#player.getSnapshot().track?.id ?? null;
    }
    if (this.#isOutdated) this.#ask();
  }
}
