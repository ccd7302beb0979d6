/**
 * How a track follows another one (docs/decisions/track-joins.md). A browser that cuts inside a
 * packet joins them without a gap (`lead`). One that cuts whole packets only could do so with
 * packets that begin with what is left of the track before (`carry`); until that plays there, each
 * track begins anew when the one before has ended (`none`). Found out by a test on the first media
 * there are, since no name tells.
 */
import type { Cluster } from '../engine/engine-protocol';
import { framesToSeconds } from '../shared/units';

export type JoinMode = 'lead' | 'carry' | 'none';

/**
 * Whether the browser cuts inside a packet; given the init segment and a cluster of at least
 * TEST_CLUSTER_SECONDS, whose own times begin at `startSeconds`.
 */
export type CutsInsidePackets = (
  init: ArrayBuffer,
  cluster: ArrayBuffer,
  startSeconds: number,
) => Promise<boolean>;

export const TEST_CLUSTER_SECONDS = 0.4;

export class JoinTest {
  readonly #cutsInside: CutsInsidePackets;
  readonly #otherwise: JoinMode;
  readonly #onKnown: () => void;
  #init: ArrayBuffer | null = null;
  #running: Promise<void> | null = null;
  #mode: JoinMode | null = null;

  /** `otherwise`: the mode of a browser that cuts whole packets only. */
  constructor(cutsInside: CutsInsidePackets, otherwise: JoinMode, onKnown: () => void) {
    this.#cutsInside = cutsInside;
    this.#otherwise = otherwise;
    this.#onKnown = onKnown;
  }

  /** null: not known yet. */
  get mode(): JoinMode | null {
    return this.#mode;
  }

  /** Resolves when the test that runs now has ended; null: none does. */
  get running(): Promise<void> | null {
    return this.#mode === null ? this.#running : null;
  }

  /** Both are copied: they go on to the browser. */
  learnInit(init: ArrayBuffer): void {
    this.#init ??= init.slice(0);
  }

  learnCluster({ bytes, start, frameCount }: Cluster): void {
    const init = this.#init;
    const isLong = framesToSeconds(frameCount) >= TEST_CLUSTER_SECONDS;
    if (this.#running || init === null || !isLong) return;
    const know = (cutsInside: boolean): void => {
      this.#mode = cutsInside ? 'lead' : this.#otherwise;
      this.#onKnown();
    };
    // Whole packets are what every browser can do.
    const test = this.#cutsInside(init, bytes.slice(0), framesToSeconds(start));
    this.#running = test.then(know, () => know(false));
  }
}
