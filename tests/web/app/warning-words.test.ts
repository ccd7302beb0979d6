import { describe, expect, it } from '@jest/globals';
import { warningSentences } from '../../../web/src/app/warning-words';
import { TRACK_WARNINGS } from '../../../web/src/shared/vocabulary';

describe('warningSentences', () => {
  it('has a sentence of its own for each warning', () => {
    const sentences = warningSentences(TRACK_WARNINGS);
    expect(new Set(sentences).size).toBe(TRACK_WARNINGS.length);
    for (const words of sentences) expect(words).toMatch(/^[A-Z].{10,}\.$/u);
  });

  it('says nothing twice', () => {
    expect(warningSentences(['ends-early', 'junk-skipped', 'ends-early'])).toEqual([
      'The file ends before its audio does.',
      'Bytes that are no audio are skipped.',
    ]);
  });
});
