/**
 * The one snapshot of the player: holds it, derives the next one, and tells of it where that is
 * another one. Knows what a snapshot is made of, not why it changes.
 */
import type { PlayerSnapshot } from './player-types';
import { nextSnapshot, type Circumstances } from './player-state';

export type SnapshotStoreOptions = {
  readonly first: PlayerSnapshot;
  /** What the snapshot itself does not tell. */
  readonly circumstances: () => Circumstances;
  readonly onChange: (snapshot: PlayerSnapshot) => void;
};

export class SnapshotStore {
  readonly #options: SnapshotStoreOptions;
  #snapshot: PlayerSnapshot;

  constructor(options: SnapshotStoreOptions) {
    this.#options = options;
    this.#snapshot = options.first;
  }

  /** Immutable; the same object as long as nothing is another. */
  get snapshot(): PlayerSnapshot {
    return this.#snapshot;
  }

  /** With no change: the circumstances may be others. */
  update(change: Partial<PlayerSnapshot> = {}): void {
    const { circumstances, onChange } = this.#options;
    const previous = this.#snapshot;
    this.#snapshot = nextSnapshot(previous, change, circumstances());
    if (this.#snapshot !== previous) onChange(this.#snapshot);
  }
}
