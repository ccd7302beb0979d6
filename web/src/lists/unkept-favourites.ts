/**
 * Changes of the favourites that are not kept yet, of each track the latest: on their way to the
 * keeper, or refused by it. Those that were refused go along with the next one. They are bounded as
 * what the listener does in the life of a page is.
 */
import { newestFirst, type Favourite } from './favourites';
import type { FavouritesChange } from './lists-keeper';

/** null: it is none any more. */
type Latest = { readonly favourite: Favourite | null };

export class UnkeptFavourites {
  /** By id of the track. */
  readonly #latest = new Map<string, Latest>();

  get isEmpty(): boolean {
    return this.#latest.size === 0;
  }

  add({ put, removeIds }: FavouritesChange): void {
    for (const id of removeIds) this.#latest.set(id, { favourite: null });
    for (const favourite of put) this.#latest.set(favourite.track.id, { favourite });
  }

  /** All of them in one; `done` is to be called once it is kept. */
  all(): { readonly change: FavouritesChange; readonly done: () => void } {
    const sent = [...this.#latest];
    const put = sent.flatMap(([, { favourite }]) => favourite ?? []);
    const removeIds = sent.filter(([, { favourite }]) => !favourite).map(([id]) => id);
    const done = (): void => {
      // What was changed again meanwhile is on its way still.
      for (const [id, latest] of sent) if (this.#latest.get(id) === latest) this.#latest.delete(id);
    };
    return { change: { put, removeIds }, done };
  }

  /** What is shown where the keeper has these, or had them when it was asked. */
  over(favourites: readonly Favourite[]): readonly Favourite[] {
    const others = favourites.filter(({ track }) => !this.#latest.has(track.id));
    const put = [...this.#latest.values()].flatMap(({ favourite }) => favourite ?? []);
    return newestFirst([...put, ...others]);
  }
}
