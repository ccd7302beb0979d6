import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  HEARD_SECONDS_MIN,
  InstallOffer,
  isInTabOfIos,
  type InstallPromptEvent,
} from '../../../web/src/app/install-offer';

let kept: Map<string, string>;
let promptCount: number;

const storage = {
  getItem: (key: string): string | null => kept.get(key) ?? null,
  setItem: (key: string, value: string): void => void kept.set(key, value),
};

const makePrompt = (): InstallPromptEvent =>
  Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
    prompt: () => {
      promptCount += 1;
      return Promise.reject(new Error('dismissed'));
    },
  });

const open = (isByHand = false): InstallOffer => new InstallOffer({ storage, isByHand });

beforeEach(() => {
  kept = new Map();
  promptCount = 0;
});

describe('The offer to install', () => {
  it('keeps the browser’s own back, and comes when music was heard for a while', () => {
    const offer = open();
    const prompt = makePrompt();
    offer.canPrompt(prompt);
    expect(prompt.defaultPrevented).toBe(true);
    offer.heard(HEARD_SECONDS_MIN - 1);
    expect(offer.getWay()).toBe('none');
    let toldCount = 0;
    offer.subscribe(() => (toldCount += 1));
    offer.heard(1);
    offer.heard(1);
    expect(offer.getWay()).toBe('prompt');
    expect(toldCount).toBe(1);
    offer.accept();
    expect(promptCount).toBe(1);
    expect(offer.getWay()).toBe('none');
  });

  it('is words where only the listener can do it, and nothing where nobody can', () => {
    const [byHand, other] = [open(true), open()];
    byHand.heard(HEARD_SECONDS_MIN);
    other.heard(HEARD_SECONDS_MIN);
    expect([byHand.getWay(), other.getWay()]).toEqual(['by-hand', 'none']);
  });

  it('is never made again once it was turned down, or taken', () => {
    for (const end of ['turnDown', 'accept'] as const) {
      kept.clear();
      const offer = open();
      offer.canPrompt(makePrompt());
      offer.heard(HEARD_SECONDS_MIN);
      offer[end]();
      const next = open();
      next.canPrompt(makePrompt());
      next.heard(HEARD_SECONDS_MIN);
      expect([offer.getWay(), next.getWay()]).toEqual(['none', 'none']);
    }
  });

  it('is over when the app is installed, and works without storage', () => {
    const offer = new InstallOffer({ storage: null, isByHand: false });
    offer.canPrompt(makePrompt());
    offer.heard(HEARD_SECONDS_MIN);
    expect(offer.getWay()).toBe('prompt');
    offer.installed();
    expect(offer.getWay()).toBe('none');
  });

  it('knows iPhones and iPads, also those that call themselves Macs', () => {
    expect(isInTabOfIos({ standalone: false, maxTouchPoints: 5 })).toBe(true);
    expect(isInTabOfIos({ standalone: true, maxTouchPoints: 5 })).toBe(false);
    expect(isInTabOfIos({ standalone: false, maxTouchPoints: 0 })).toBe(false);
    expect(isInTabOfIos({ maxTouchPoints: 5 })).toBe(false);
  });
});
