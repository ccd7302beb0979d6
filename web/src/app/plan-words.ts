/** The engine's plan in words a person understands, as `auralis analyze` has them. Pure. */
import type { EnhancementSettings, PlanSummary } from '../engine/engine-protocol';
import { formatDecibels } from './format';

const REASONS: Readonly<Record<PlanSummary['limitedBy'], string>> = {
  none: '',
  silence: 'Silent, left alone.',
  'too-short': 'Too short to be measured, left alone.',
  'gain-max': 'No more than +8 dB is ever added.',
  'limiter-cap': 'More would press the peaks too hard.',
  'crest-cap': 'More would flatten the highest peaks.',
  'down-only': 'The original is never turned up.',
  ceiling: 'Louder, its peaks would rise too high.',
};

type Chosen = Pick<EnhancementSettings, 'enhanced' | 'compare'>;

/**
 * "−18.2 → −14.0 LUFS, limiter at most 2.1 dB"; of less than 0.4 s, no loudness is known. Of an
 * original "Not enhanced, −7.7 → −14.6 LUFS".
 */
export const loudnessWords = (plan: PlanSummary, { enhanced, compare }: Chosen): string => {
  if (!enhanced && plan.limitedBy === 'too-short') return 'Not enhanced, loudness not known';
  if (plan.limitedBy === 'too-short') return 'Loudness not known';
  const from = formatDecibels(plan.loudnessLufs);
  const to = formatDecibels(plan.reachedLufs);
  const loudness = from === to ? `${to} LUFS` : `${from} → ${to} LUFS`;
  if (!enhanced) return `Not enhanced, ${loudness}`;
  if (compare === 'original') return `${loudness}, otherwise untouched`;
  const limiter = formatDecibels(plan.limiterReductionDb);
  return limiter === '0.0' ? loudness : `${loudness}, limiter at most ${limiter} dB`;
};

/** Why the target is not reached, and what else is worth knowing; empty: nothing. */
export const reasonWords = (plan: PlanSummary): string => {
  const words = [REASONS[plan.limitedBy]];
  if (plan.shortfallLu >= 0.05) {
    const shortfall = `${formatDecibels(plan.shortfallLu)} LU`;
    const isOriginal = plan.limitedBy === 'down-only' || plan.limitedBy === 'ceiling';
    words.unshift(
      isOriginal
        ? `${shortfall} quieter than enhanced.`
        : `${shortfall} below ${formatDecibels(plan.targetLufs)} LUFS.`,
    );
  }
  if (plan.restrained) words.push('A loud master: little tone, no compression.');
  return words.filter((text) => text !== '').join(' ');
};

/** Thirds of an octave around 1 kHz, which has this place among them. */
const KILOHERTZ_INDEX = 16;

const frequencyWords = (index: number): string => {
  const hertz = 1000 * 2 ** ((index - KILOHERTZ_INDEX) / 3);
  return hertz < 950
    ? `${Number(hertz.toPrecision(2))} Hz`
    : `${(hertz / 1000).toPrecision(2)} kHz`;
};

/** Less than this is heard by nobody. */
const AUDIBLE_DB = 0.3;

/** The largest boost and the largest cut of a tone curve: "Tone: +1.4 dB around 63 Hz". */
export const toneWords = (toneDb: readonly number[]): string => {
  const extremes = [Math.max(...toneDb), Math.min(...toneDb)]
    .filter((gainDb, place) => (place === 0 ? gainDb : -gainDb) >= AUDIBLE_DB)
    .map((gainDb) => {
      const around = frequencyWords(toneDb.indexOf(gainDb));
      return `${formatDecibels(gainDb, true)} dB around ${around}`;
    });
  return `Tone: ${extremes.length === 0 ? 'unchanged' : extremes.join(', ')}`;
};
