/**
 * By what names things are kept. Pure.
 *
 *   track    the canonical address
 *   version  engine build + version of the file: strong entity tag, else size and Last-Modified
 *   plan     the engine's name for what it does to the samples
 *   chunk    its index
 *
 * All of them together tell the bytes of a chunk.
 */
import { canonicalSettings } from '../engine/canonical-settings';
import type { EnhancementSettings } from '../engine/engine-protocol';
import { fileVersion } from '../net/file-version';
import type { SourceFacts } from '../net/range-response';
import type { ChunkIndex } from '../shared/units';

export type ChunkKey = readonly [track: string, version: string, plan: string, chunk: ChunkIndex];

/** Null: as for fileVersion(). */
export const versionKey = (engineBuild: string, facts: SourceFacts): string | null => {
  const version = fileVersion(facts);
  return version === null ? null : `${engineBuild} ${version}`;
};

/** Whether a versionKey() is of this engine. */
export const isOfBuild = (version: string, engineBuild: string): boolean =>
  version.startsWith(`${engineBuild} `);

/** The same for all settings that mean the same to the engine. */
export const settingsKey = (settings: EnhancementSettings): string =>
  canonicalSettings(settings)?.join() ?? 'original';
