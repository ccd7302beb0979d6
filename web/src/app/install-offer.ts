/**
 * When and how the page offers to be installed: after the listener has heard music for a while, in
 * the browser's way where it has one, with words where it has none (iOS). Never again once it was
 * turned down. Knows no UI.
 */
import { readText, writeText, type TextStore } from './preferences';
import { Watchers } from './watchers';

/** Chromium's event (Manifest Incubations, section 2), which no library of types has. */
export type InstallPromptEvent = Event & { prompt(): Promise<unknown> };

/** `by-hand`: iOS, where only the listener can do it. */
export type InstallWay = 'none' | 'prompt' | 'by-hand';

export type InstallOfferOptions = {
  readonly storage: TextStore | null;
  /** iOS, in a tab of its browser. */
  readonly isByHand: boolean;
};

/** So long the music must have played in this visit. */
export const HEARD_SECONDS_MIN = 60;
const KEY = 'auralis.install';
const TURNED_DOWN = 'turned-down';

export class InstallOffer {
  readonly #options: InstallOfferOptions;
  readonly #watchers = new Watchers();
  readonly subscribe = this.#watchers.subscribe;
  #prompt: InstallPromptEvent | null = null;
  #heardSeconds = 0;
  #isOver: boolean;
  #way: InstallWay = 'none';

  constructor(options: InstallOfferOptions) {
    this.#options = options;
    this.#isOver = readText(options.storage, KEY) === TURNED_DOWN;
  }

  /** What is to be offered now. */
  readonly getWay = (): InstallWay => this.#way;

  /** The browser would install the page; it is told to wait for us. */
  canPrompt(event: InstallPromptEvent): void {
    event.preventDefault();
    this.#prompt = event;
    this.#update();
  }

  /** More of it was heard. */
  heard(seconds: number): void {
    this.#heardSeconds += seconds;
    this.#update();
  }

  /** The browser's own question; it can be asked once. */
  accept(): void {
    const prompt = this.#prompt;
    this.#prompt = null;
    this.#update();
    // A listener who says no there has had enough of it, too.
    void prompt?.prompt().catch(() => undefined);
    this.turnDown();
  }

  turnDown(): void {
    this.#isOver = true;
    // Where it cannot be kept it is offered again in the next visit.
    writeText(this.#options.storage, KEY, TURNED_DOWN);
    this.#update();
  }

  /** It is installed. */
  installed(): void {
    this.#isOver = true;
    this.#update();
  }

  #update(): void {
    const way = this.#findWay();
    if (way === this.#way) return;
    this.#way = way;
    this.#watchers.tell();
  }

  #findWay(): InstallWay {
    if (this.#isOver || this.#heardSeconds < HEARD_SECONDS_MIN) return 'none';
    if (this.#prompt) return 'prompt';
    return this.#options.isByHand ? 'by-hand' : 'none';
  }
}

/** iPhones and iPads, which call themselves Macs: nothing else has both. */
export const isInTabOfIos = (navigator: {
  readonly standalone?: unknown;
  readonly maxTouchPoints: number;
}): boolean => navigator.standalone === false && navigator.maxTouchPoints > 1;
