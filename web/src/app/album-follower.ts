/** Tells the player the album of the track that plays, while it is to be as loud as its album. */
import type { Player } from '../player/player';
import { isItem } from './library-client';
import type { LibraryData } from './library-data';

/** As many as the API gives at once; far more than are measured. */
const TRACK_COUNT_MAX = 500;

export class AlbumFollower {
  readonly #player: Player;
  readonly #data: LibraryData;
  readonly #stops: readonly (() => void)[];
  #albumId: string | null = null;
  #running: AbortController | null = null;

  constructor(player: Player, data: LibraryData) {
    this.#player = player;
    this.#data = data;
    this.#stops = [
      player.subscribe(() => this.#follow()),
      data.on('change', () => {
        this.#albumId = null;
        this.#follow();
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
    if (albumId === this.#albumId) return;
    this.#albumId = albumId;
    this.#running?.abort();
    if (albumId === null) return;
    const controller = new AbortController();
    this.#running = controller;
    const list = this.#data.tracks(`albums/${encodeURIComponent(albumId)}`);
    list.fetchPart(0, TRACK_COUNT_MAX, controller.signal).then(
      ({ items }) => {
        if (!controller.signal.aborted) this.#player.setAlbum(items.filter(isItem));
      },
      () => undefined, // Until it is asked for again its tracks are as loud as each is.
    );
  }
}
