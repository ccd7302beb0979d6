/** What the engine noticed of a track, in sentences. Pure. */
import { TRACK_WARNING_WORDS, type TrackWarning } from '../shared/vocabulary';
import { sentence } from './format';

/** Each once, in the order in which they came. */
export const warningSentences = (warnings: readonly TrackWarning[]): readonly string[] =>
  [...new Set(warnings)].map((warning) => sentence(TRACK_WARNING_WORDS[warning]));
