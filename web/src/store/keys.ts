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
import { NO_FACTS, type SourceFacts } from '../net/range-response';
import type { ChunkIndex } from '../shared/units';

export type ChunkKey = readonly [track: string, version: string, plan: string, chunk: ChunkIndex];

const isTagged = ({ etag, isEtagWeak }: SourceFacts): boolean => etag !== null && !isEtagWeak;

const datedVersion = ({ sizeBytes, lastModified }: SourceFacts): string | null =>
  sizeBytes === null || lastModified === null
    ? null
    : JSON.stringify(['date', sizeBytes, lastModified]);

/**
 * What tells this version of a file from any other one. Null: nothing that the server says would
 * notice a change, so nothing is kept.
 */
export const fileVersion = (facts: SourceFacts): string | null =>
  isTagged(facts) ? JSON.stringify(['tag', facts.etag]) : datedVersion(facts);

/** Null: as for fileVersion(). */
export const versionKey = (engineBuild: string, facts: SourceFacts): string | null => {
  const version = fileVersion(facts);
  return version === null ? null : `${engineBuild} ${version}`;
};

/** Whether a versionKey() is of this engine. */
export const isOfBuild = (version: string, engineBuild: string): boolean =>
  version.startsWith(`${engineBuild} `);

/** What answers about the version `known` must not contradict. */
export const expectedFacts = (known: SourceFacts): SourceFacts => {
  const { sizeBytes, etag, lastModified } = known;
  return isTagged(known)
    ? { ...NO_FACTS, sizeBytes, etag }
    : { ...NO_FACTS, sizeBytes, lastModified };
};

/**
 * Whether `now` proves that the file is still the one of `known`. A server that tells nothing that
 * would prove it any more counts as one with another file.
 */
export const isSameVersion = (known: SourceFacts, now: SourceFacts): boolean => {
  if (isTagged(known) && isTagged(now)) return known.etag === now.etag;
  const dated = datedVersion(known);
  return dated !== null && dated === datedVersion(now);
};

/** The same for all settings that mean the same to the engine. */
export const settingsKey = (settings: EnhancementSettings): string =>
  canonicalSettings(settings)?.join() ?? 'original';
