/** Puts the clusters of one engine together to chunks of one plan each. */
import type { Cluster } from '../engine/engine-protocol';
import type { ChunkIndex } from '../shared/units';

export type CollectedChunk = {
  readonly chunk: ChunkIndex;
  readonly planKey: string;
  readonly clusters: readonly Cluster[];
};

export class ChunkCollector {
  #chunk: ChunkIndex | null = null;
  #planKey: string | null = null;
  #clusters: Cluster[] = [];

  /** The chunk that this cluster completes; null: there is none. The bytes are copied. */
  add(cluster: Cluster, planKey: string | null): CollectedChunk | null {
    const { chunk, indexInChunk, lastOfChunk, bytes, lead } = cluster;
    if (indexInChunk === 0) {
      this.drop();
      this.#chunk = chunk;
      this.#planKey = planKey;
    }
    const isNext = this.#clusters.length === indexInChunk && this.#chunk === chunk;
    if (planKey === null || planKey !== this.#planKey || !isNext) {
      this.drop();
      return null;
    }
    this.#clusters.push({ ...cluster, bytes: bytes.slice(0), lead: lead?.slice(0) ?? null });
    if (!lastOfChunk) return null;
    const clusters = this.#clusters;
    this.drop();
    return { chunk, planKey, clusters };
  }

  /** What has come of a chunk is of no use. */
  drop(): void {
    this.#chunk = null;
    this.#planKey = null;
    this.#clusters = [];
  }
}
