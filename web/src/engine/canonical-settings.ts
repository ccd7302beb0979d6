/** Settings as the engine takes them: what says the same is the same here. Pure. */
import { COMPARES, LEVELS, PRESETS, type EnhancementSettings } from './engine-protocol';

/** Arguments of setEnhancement(); null: the original, untouched. */
export type CanonicalSettings = readonly [
  preset: number,
  intensityPercent: number,
  level: number,
  albumLoudnessMlufs: number,
  compare: number,
  enhanced: boolean,
];

export const canonicalSettings = (settings: EnhancementSettings): CanonicalSettings | null => {
  const { enhanced, preset, intensity, level, albumLoudnessLufs, compare } = settings;
  const percent = Math.min(100, Math.max(0, Math.round(intensity * 100)));
  // Without a level, or with nothing to be as loud as, an original is left alone.
  if (!enhanced && (level === 'off' || percent === 0)) return null;
  const isAlbum = level === 'album' && albumLoudnessLufs !== null;
  return [
    PRESETS.indexOf(preset),
    percent,
    LEVELS.indexOf(level === 'album' && !isAlbum ? 'track' : level),
    isAlbum ? Math.round(albumLoudnessLufs * 1000) : 0,
    COMPARES.indexOf(enhanced ? compare : 'off'),
    enhanced,
  ];
};

/** Whether the engine makes a plan: not at intensity 0, nor for an original without a level. */
export const wantPlan = (settings: EnhancementSettings): boolean =>
  (canonicalSettings(settings)?.[1] ?? 0) > 0;
