/** What tells one version of a file from another one. Pure. */
import { NO_FACTS, type SourceFacts } from './range-response';

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
