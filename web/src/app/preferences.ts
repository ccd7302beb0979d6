/** Settings that survive a reload. What is read back is checked: anyone can edit localStorage. */
import { LEVELS, PRESETS, type EnhancementSettings } from '../engine/engine-protocol';

export type Preferences = {
  readonly settings: EnhancementSettings;
  /** [0, 1]. */
  readonly volume: number;
  readonly muted: boolean;
  /** Another tab plays on when this one starts. */
  readonly letsOthersPlay: boolean;
};

export const DEFAULT_PREFERENCES: Preferences = {
  settings: {
    enhanced: true,
    preset: 'adaptive',
    intensity: 1,
    level: 'track',
    albumLoudnessLufs: null,
    compare: 'off',
  },
  volume: 1,
  muted: false,
  letsOthersPlay: false,
};

/** The part of localStorage that is used; it may throw (private windows, full disks). */
export type TextStore = Pick<Storage, 'getItem' | 'setItem'>;

/** null where the browser is told to keep nothing: then even looking at localStorage throws. */
export const openTextStore = <Store extends TextStore>(scope: {
  readonly localStorage: Store;
}): Store | null => {
  try {
    return scope.localStorage;
  } catch {
    return null;
  }
};

/** null: there is none, or it cannot be read. */
export const readText = (store: Pick<Storage, 'getItem'> | null, key: string): string | null => {
  try {
    return store?.getItem(key) ?? null;
  } catch {
    return null;
  }
};

/** False: the store refuses it. One that is not there takes everything. */
export const writeText = (
  store: Pick<Storage, 'setItem'> | null,
  key: string,
  text: string,
): boolean => {
  try {
    store?.setItem(key, text);
    return true;
  } catch {
    return false;
  }
};

const KEY = 'auralis.preferences';

const flag = (value: unknown, fallback: boolean): boolean =>
  typeof value === 'boolean' ? value : fallback;
const fraction = (value: unknown, fallback: number): number =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : fallback;
const choice = <Name extends string>(
  value: unknown,
  names: readonly Name[],
  fallback: Name,
): Name => names.find((name) => name === value) ?? fallback;

/** null where it is no JSON. */
export const parseJson = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
};

export const loadPreferences = (store: TextStore | null): Preferences => {
  const value = parseJson(readText(store, KEY) ?? '');
  if (typeof value !== 'object' || value === null) return DEFAULT_PREFERENCES;
  const fields = value as Readonly<Record<string, unknown>>;
  const { settings, volume, muted, letsOthersPlay } = DEFAULT_PREFERENCES;
  return {
    settings: {
      ...settings,
      enhanced: flag(fields['enhanced'], settings.enhanced),
      preset: choice(fields['preset'], PRESETS, settings.preset),
      level: choice(fields['level'], LEVELS, settings.level),
      intensity: fraction(fields['intensity'], settings.intensity),
    },
    volume: fraction(fields['volume'], volume),
    muted: flag(fields['muted'], muted),
    letsOthersPlay: flag(fields['letsOthersPlay'], letsOthersPlay),
  };
};

/** Losing a preference is no reason to stop the music: a store that refuses is ignored. */
export const savePreferences = (
  store: TextStore | null,
  { settings, ...rest }: Preferences,
): void => {
  const { enhanced, preset, intensity, level } = settings;
  writeText(store, KEY, JSON.stringify({ enhanced, preset, intensity, level, ...rest }));
};
