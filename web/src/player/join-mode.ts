/**
 * How a track can follow another one without a gap: a browser either cuts inside a packet (`lead`),
 * or whole packets only (`carry`); docs/decisions/track-joins.md. Found out by a test on the first
 * media there are, since no name tells.
 */
export type JoinMode = 'lead' | 'carry';

/** Whether the browser cuts inside a packet; given the init segment and a cluster of the track. */
export type CutsInsidePackets = (init: ArrayBuffer, cluster: ArrayBuffer) => Promise<boolean>;

export class JoinTest {
  readonly #cutsInside: CutsInsidePackets;
  readonly #onKnown: () => void;
  #init: ArrayBuffer | null = null;
  #isRunning = false;
  #mode: JoinMode | null = null;

  constructor(cutsInside: CutsInsidePackets, onKnown: () => void) {
    this.#cutsInside = cutsInside;
    this.#onKnown = onKnown;
  }

  /** null: not known yet. */
  get mode(): JoinMode | null {
    return this.#mode;
  }

  /** Both are copied: they go on to the browser. */
  learnInit(init: ArrayBuffer): void {
    this.#init ??= init.slice(0);
  }

  learnCluster(cluster: ArrayBuffer): void {
    const init = this.#init;
    if (this.#isRunning || init === null) return;
    this.#isRunning = true;
    const know = (cutsInside: boolean): void => {
      this.#mode = cutsInside ? 'lead' : 'carry';
      this.#onKnown();
    };
    // Whole packets are what every browser can do.
    this.#cutsInside(init, cluster.slice(0)).then(know, () => know(false));
  }
}
