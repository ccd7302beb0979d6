/** Settings that survive a reload. What is read back is checked: anyone can edit localStorage. */
import { PRESETS, type EnhancementSettings, type Preset } from '../engine/engine-protocol';

export type Preferences = {
  readonly settings: EnhancementSettings;
  /** [0, 1]. */
  readonly volume: number;
  readonly muted: boolean;
};

export const DEFAULT_PREFERENCES: Preferences = {
  settings: { enhanced: true, preset: 'adaptive', intensity: 1 },
  volume: 1,
  muted: false,
};

/** The part of localStorage that is used; it may throw (private windows, full disks). */
export type TextStore = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'auralis.preferences';

const flag = (value: unknown, fallback: boolean): boolean =>
  typeof value === 'boolean' ? value : fallback;
const fraction = (value: unknown, fallback: number): number =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : fallback;
const preset = (value: unknown): Preset =>
  PRESETS.find((name) => name === value) ?? DEFAULT_PREFERENCES.settings.preset;

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
};

const read = (store: TextStore): string => {
  try {
    return store.getItem(KEY) ?? '';
  } catch {
    return '';
  }
};

export const loadPreferences = (store: TextStore): Preferences => {
  const value = parse(read(store));
  if (typeof value !== 'object' || value === null) return DEFAULT_PREFERENCES;
  const fields = value as Readonly<Record<string, unknown>>;
  const { settings, volume, muted } = DEFAULT_PREFERENCES;
  return {
    settings: {
      enhanced: flag(fields['enhanced'], settings.enhanced),
      preset: preset(fields['preset']),
      intensity: fraction(fields['intensity'], settings.intensity),
    },
    volume: fraction(fields['volume'], volume),
    muted: flag(fields['muted'], muted),
  };
};

/** Losing a preference is no reason to stop the music: a store that refuses is ignored. */
export const savePreferences = (store: TextStore, { settings, ...rest }: Preferences): void => {
  try {
    store.setItem(KEY, JSON.stringify({ ...settings, ...rest }));
  } catch {
    return;
  }
};
