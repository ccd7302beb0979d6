/** The page's tables against those of the very module it loads. */
import { describe, expect, it } from '@jest/globals';
import {
  CODECS,
  COMPARES,
  CONTAINERS,
  ENGINE_ERROR_CODES,
  ERROR_DETAILS,
  GAIN_LIMITS,
  LEVELS,
  PRESETS,
  STAGES,
  TRACK_WARNINGS,
} from '../../../web/src/shared/vocabulary';
import { loadRealEngine } from '../../support/real-engine';

describe('vocabulary', () => {
  it('is the engine’s own', async () => {
    const module = await loadRealEngine();
    expect(module.vocabulary()).toEqual({
      containers: CONTAINERS,
      codecs: CODECS,
      presets: PRESETS,
      levels: LEVELS,
      compares: COMPARES,
      stages: STAGES,
      gainLimits: GAIN_LIMITS,
      engineErrorCodes: ENGINE_ERROR_CODES,
      trackWarnings: TRACK_WARNINGS,
      errorDetails: ERROR_DETAILS,
    });
  });
});
