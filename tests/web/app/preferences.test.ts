import { describe, expect, it } from '@jest/globals';
import {
  DEFAULT_PREFERENCES,
  loadPreferences,
  savePreferences,
  type TextStore,
} from '../../../web/src/app/preferences';

const storeWith = (text: string | null): TextStore & { text: string | null } => ({
  text,
  getItem() {
    return this.text;
  },
  setItem(_, value) {
    this.text = value;
  },
});

describe('preferences', () => {
  it('come back as they were saved, with intensity 0', () => {
    const store = storeWith(null);
    const preferences = {
      settings: {
        ...DEFAULT_PREFERENCES.settings,
        enhanced: false,
        preset: 'punchy',
        intensity: 0,
        level: 'album',
      },
      volume: 0,
      muted: true,
    } as const;
    savePreferences(store, preferences);
    expect(loadPreferences(store)).toEqual(preferences);
  });

  it.each([null, '', '{', '[]', '7', 'null', '{"preset":"loud","intensity":2,"volume":"1"}'])(
    'are the defaults where what is stored is no good: %s',
    (text) => {
      expect(loadPreferences(storeWith(text))).toEqual(DEFAULT_PREFERENCES);
    },
  );

  it('keep what is good beside what is not', () => {
    const store = storeWith('{"preset":"warm","intensity":-1,"volume":0.25}');
    const { settings, volume } = loadPreferences(store);
    expect(settings).toEqual({ ...DEFAULT_PREFERENCES.settings, preset: 'warm' });
    expect(volume).toBe(0.25);
  });

  it('do without a store that refuses', () => {
    const refuse = (): never => {
      throw new Error('no storage here');
    };
    const store: TextStore = { getItem: refuse, setItem: refuse };
    expect(loadPreferences(store)).toEqual(DEFAULT_PREFERENCES);
    expect(() => savePreferences(store, DEFAULT_PREFERENCES)).not.toThrow();
  });
});
