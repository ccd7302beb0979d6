/** Settings as the engine takes them: what says the same is the same here. Pure. */
import { COMPARES, LEVELS, PRESETS, type EnhancementSettings } from './engine-protocol';

/** Arguments of setEnhancement(); null: the original, not enhanced. */
export type CanonicalSettings = readonly [
  preset: number,
  intensityPercent: number,
  level: number,
  albumLoudnessMlufs: number,
  compare: number,
];

export const canonicalSettings = (settings: EnhancementSettings): CanonicalSettings | null => {
  const { enhanced, preset, intensity, level, albumLoudnessLufs, compare } = settings;
  if (!enhanced) return null;
  const isAlbum = level === 'album' && albumLoudnessLufs !== null;
  return [
    PRESETS.indexOf(preset),
    Math.min(100, Math.max(0, Math.round(intensity * 100))),
    LEVELS.indexOf(level === 'album' && !isAlbum ? 'track' : level),
    isAlbum ? Math.round(albumLoudnessLufs * 1000) : 0,
    COMPARES.indexOf(compare),
  ];
};

/** Whether the engine makes a plan for them: the original passes as it is, as at intensity 0. */
export const wantPlan = (settings: EnhancementSettings): boolean =>
  (canonicalSettings(settings)?.[1] ?? 0) > 0;
