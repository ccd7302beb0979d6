/**
 * Remembers which cluster of the track lies in the SourceBuffer, under which settings it was
 * rendered, and its size. `SourceBuffer.buffered` knows neither: after a change of settings old and
 * new sound are one range.
 *
 * Clusters are counted from the start of the track; all but the last are of one length. A
 * *generation* counts changes of the settings: a seek raises the epoch, but not the generation.
 */
export type ClusterState = 'current' | 'stale' | 'none';

/** What is kept of a cluster. */
export type ClusterFacts = { readonly byteLength: number; readonly stageGainsDb: Float32Array };

type Entry = ClusterFacts & { readonly generation: number; appended: boolean };

/** Half-open range of cluster numbers. */
export type ClusterRange = { readonly begin: number; readonly end: number };

export class Coverage {
  readonly #entries = new Map<number, Entry>();
  #generation = 0;

  get generation(): number {
    return this.#generation;
  }

  get byteLength(): number {
    let sum = 0;
    for (const entry of this.#entries.values()) sum += entry.byteLength;
    return sum;
  }

  /** From now on everything that is there counts as stale. */
  nextGeneration(): void {
    this.#generation += 1;
  }

  stateOf(cluster: number): ClusterState {
    const entry = this.#entries.get(cluster);
    if (!entry) return 'none';
    return entry.generation === this.#generation ? 'current' : 'stale';
  }

  /** As Cluster.stageGainsDb of the sound that is there; null: there is none. */
  stageGainsOf(cluster: number): Float32Array | null {
    return this.#entries.get(cluster)?.stageGainsDb ?? null;
  }

  /** Notes an append that is queued. The result tells how it ended. */
  add(cluster: number, facts: ClusterFacts): { appended(): void; failed(): void } {
    const previous = this.#entries.get(cluster);
    const entry: Entry = { ...facts, generation: this.#generation, appended: false };
    this.#entries.set(cluster, entry);
    return {
      appended: () => {
        entry.appended = true;
      },
      failed: () => {
        if (this.#entries.get(cluster) !== entry) return;
        if (previous?.appended === true) this.#entries.set(cluster, previous);
        else this.#entries.delete(cluster);
      },
    };
  }

  delete({ begin, end }: ClusterRange): void {
    for (const cluster of [...this.#entries.keys()]) {
      if (cluster >= begin && cluster < end) this.#entries.delete(cluster);
    }
  }

  /** Forgets what the browser has dropped on its own account. */
  keepOnly(isBuffered: (cluster: number) => boolean): void {
    for (const [cluster, entry] of [...this.#entries]) {
      if (entry.appended && !isBuffered(cluster)) this.#entries.delete(cluster);
    }
  }

  /** Ranges of clusters for which `wanted` holds, ascending. */
  ranges(wanted: (state: ClusterState) => boolean = () => true): ClusterRange[] {
    const clusters = [...this.#entries.keys()]
      .filter((cluster) => wanted(this.stateOf(cluster)))
      .sort((a, b) => a - b);
    const found: { begin: number; end: number }[] = [];
    for (const cluster of clusters) {
      const last = found.at(-1);
      if (last?.end === cluster) last.end = cluster + 1;
      else found.push({ begin: cluster, end: cluster + 1 });
    }
    return found;
  }

  /** The first clusters before `limit` that together free `byteLength` bytes; null if none is. */
  oldest(byteLength: number, limit: number): ClusterRange | null {
    const clusters = [...this.#entries.keys()].filter((c) => c < limit).sort((a, b) => a - b);
    return this.#freeing(byteLength, clusters);
  }

  /** As oldest(): the last ones behind `limit`, as far as they have arrived in the buffer. */
  farthest(byteLength: number, limit: number): ClusterRange | null {
    const clusters = [...this.#entries]
      .filter(([cluster, { appended }]) => cluster > limit && appended)
      .map(([cluster]) => cluster);
    return this.#freeing(
      byteLength,
      clusters.sort((a, b) => b - a),
    );
  }

  /** As many of these, one after another, as free `byteLength` bytes. */
  #freeing(byteLength: number, clusters: readonly number[]): ClusterRange | null {
    const [first] = clusters;
    if (first === undefined) return null;
    let freed = 0;
    let last = first;
    for (const cluster of clusters) {
      last = cluster;
      freed += this.#entries.get(cluster)?.byteLength ?? 0;
      if (freed >= byteLength) break;
    }
    return { begin: Math.min(first, last), end: Math.max(first, last) + 1 };
  }
}
