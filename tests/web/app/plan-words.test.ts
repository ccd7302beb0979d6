import { describe, expect, it } from '@jest/globals';
import { loudnessWords, reasonWords, toneWords } from '../../../web/src/app/plan-words';
import { fakePlan } from '../../support/fake-engine';

const HEARD = { enhanced: true, compare: 'off' } as const;
const OFF = { enhanced: false, compare: 'off' } as const;

describe('loudnessWords', () => {
  it.each([
    [fakePlan(), HEARD, '−18.2 → −14.0 LUFS, limiter at most 2.1 dB'],
    [fakePlan({ limiterReductionDb: 0.04 }), HEARD, '−18.2 → −14.0 LUFS'],
    [
      fakePlan({ reachedLufs: -18.21 }),
      { enhanced: true, compare: 'enhanced' },
      '−18.2 LUFS, limiter at most 2.1 dB',
    ],
    [fakePlan({ limitedBy: 'too-short', loudnessLufs: -70 }), HEARD, 'Loudness not known'],
    [
      fakePlan({ reachedLufs: -20 }),
      { enhanced: true, compare: 'original' },
      '−18.2 → −20.0 LUFS, otherwise untouched',
    ],
    [fakePlan({ reachedLufs: -20 }), OFF, 'Not enhanced, −18.2 → −20.0 LUFS'],
    [fakePlan({ reachedLufs: -18.2 }), OFF, 'Not enhanced, −18.2 LUFS'],
    [fakePlan({ limitedBy: 'too-short' }), OFF, 'Not enhanced, loudness not known'],
  ] as const)('%#', (plan, chosen, words) => {
    expect(loudnessWords(plan, chosen)).toBe(words);
  });
});

describe('reasonWords', () => {
  it('says nothing where there is nothing to say', () => {
    expect(reasonWords(fakePlan())).toBe('');
  });

  it('tells silence from what is too short', () => {
    expect(reasonWords(fakePlan({ limitedBy: 'silence' }))).toBe('Silent, left alone.');
    expect(reasonWords(fakePlan({ limitedBy: 'too-short' }))).toBe(
      'Too short to be measured, left alone.',
    );
  });

  it('says what is missing and why', () => {
    const plan = fakePlan({ shortfallLu: 1.52, limitedBy: 'limiter-cap', restrained: true });
    expect(reasonWords(plan)).toBe(
      '1.5 LU below −14.0 LUFS. More would press the peaks too hard. ' +
        'A loud master: little tone, no compression.',
    );
  });
});

describe('reasonWords of an original', () => {
  it('says why it is not as loud as the enhanced', () => {
    expect(reasonWords(fakePlan({ shortfallLu: 4.2, limitedBy: 'down-only' }))).toBe(
      '4.2 LU quieter than enhanced. The original is never turned up.',
    );
    expect(reasonWords(fakePlan({ shortfallLu: 0.8, limitedBy: 'ceiling' }))).toBe(
      '0.8 LU quieter than enhanced. Louder, its peaks would rise too high.',
    );
  });
});

describe('toneWords', () => {
  const curve = (gains: Readonly<Record<number, number>>): number[] =>
    Array.from({ length: 29 }, (_, third) => gains[third] ?? 0);

  it('names the largest boost and cut and where they are', () => {
    expect(toneWords(curve({ 4: 1.44, 22: -0.8 }))).toBe(
      'Tone: +1.4 dB around 63 Hz, −0.8 dB around 4.0 kHz',
    );
  });

  it('is silent about what nobody hears', () => {
    expect(toneWords(curve({ 4: 0.29 }))).toBe('Tone: unchanged');
  });
});
