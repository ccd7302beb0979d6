import { describe, expect, it } from '@jest/globals';
import {
  DEFAULT_PREFERENCES,
  loadPreferences,
  openTextStore,
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
      letsOthersPlay: true,
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

  it('are kept in the storage of the page', () => {
    const localStorage = storeWith(null);
    const store = openTextStore({ localStorage });
    savePreferences(store, { ...DEFAULT_PREFERENCES, volume: 0.5 });
    expect(localStorage.text).toContain('"volume":0.5');
    expect(loadPreferences(store).volume).toBe(0.5);
  });

  it('do without a storage that may not even be looked at', () => {
    const scope = {
      get localStorage(): TextStore {
        throw new DOMException('The document is not allowed to.', 'SecurityError');
      },
    };
    const store = openTextStore(scope);
    expect(store).toBeNull();
    savePreferences(store, { ...DEFAULT_PREFERENCES, volume: 0.5 });
    expect(loadPreferences(store)).toEqual(DEFAULT_PREFERENCES);
  });
});
