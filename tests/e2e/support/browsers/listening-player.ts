/**
 * The player's page in any of the three browsers, used as a listener does: by clicks. What does not
 * happen in time fails with all that is known: the player's snapshot, the element's state and
 * events, and the last words of the sound server.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayerState } from '../../../../web/src/player/player-types';
import { compareCapture, describeComparison, type Reference } from '../compare-capture';
import type { StereoPcm } from '../pcm';
import type { ListeningBrowser } from './listening-browser';
import {
  forgetEverything,
  installProbe,
  isReady,
  readState,
  seekWithClick,
  type ElementEvent,
  type PageState,
} from './page-probe';
import type { Recording } from './sound-server';

const WAIT_MS = 60_000;
const POLL_MS = 100;
const EVENTS = [
  ...['loadstart', 'loadedmetadata', 'canplay', 'play', 'playing', 'waiting', 'stalled', 'pause'],
  ...['seeking', 'seeked', 'ended', 'error', 'emptied'],
];

export class ListeningPlayer {
  readonly #browser: ListeningBrowser;
  readonly #recording: Recording;
  readonly #references: readonly Reference[];

  private constructor(
    browser: ListeningBrowser,
    recording: Recording,
    references: readonly Reference[],
  ) {
    this.#browser = browser;
    this.#recording = recording;
    this.#references = references;
  }

  /**
   * Opens the page as on a first visit, and begins to record. `references`: what may be heard, for
   * the report on what does not happen.
   */
  static async open(
    browser: ListeningBrowser,
    origin: string,
    references: readonly Reference[],
  ): Promise<ListeningPlayer> {
    // Of the same origin, and no page that could still write down what it knows.
    await browser.navigate(`${origin}/favicon.svg`);
    await browser.run(forgetEverything);
    await browser.navigate(`${origin}/songs?debug&plan=final&sw=off`);
    const deadline = Date.now() + WAIT_MS;
    while (!(await browser.run(isReady))) {
      if (Date.now() > deadline) throw new Error(`${browser.name}: the page shows no library`);
      await sleep(POLL_MS);
    }
    await browser.run(installProbe, EVENTS);
    return new ListeningPlayer(browser, await browser.sound.record(), references);
  }

  async clickTrack(title: string): Promise<void> {
    const row = `.row-button[aria-label^="Play ${title}"]`;
    // Not at the bottom, where the player bar lies over it.
    await this.#browser.run(
      (selector) => document.querySelector(selector)?.scrollIntoView({ block: 'center' }),
      row,
    );
    await this.#browser.click(row);
  }

  /**
   * Clicks on a track, and seeks before anything else can happen. The element's readyState at that
   * moment.
   */
  async clickTrackAndSeek(title: string, seconds: number): Promise<number | null> {
    await this.#browser.run(seekWithClick, seconds);
    await this.clickTrack(title);
    return this.#browser.run(() => window.auralisProbe?.readyStateAtSeek ?? null);
  }

  async clickPreset(preset: string): Promise<void> {
    await this.#browser.click(`.preset:has(input[value="${preset}"])`);
  }

  async clickNext(): Promise<void> {
    await this.#browser.click('.transport [aria-label="Next"]');
  }

  /** A click on the seek bar; the position that the player was sent to, in seconds. */
  async clickSeekBar(fraction: number): Promise<number> {
    const [x, y] = await this.#browser.run((part) => {
      const box = document.querySelector('.seek-slider .rail')?.getBoundingClientRect();
      return [
        (box?.left ?? 0) + (box?.width ?? 0) * part,
        (box?.top ?? 0) + (box?.height ?? 0) / 2,
      ];
    }, fraction);
    await this.#browser.clickAt(x ?? 0, y ?? 0);
    return this.#browser.run(() => window.auralisProbe?.seekTargets.at(-1) ?? NaN);
  }

  state(): Promise<PageState> {
    return this.#browser.run(readState);
  }

  /** Until the track is the one of that title, and has come so far. */
  async waitFor(title: string, seconds: number): Promise<void> {
    await this.#until(`${title} at ${seconds} s`, ({ snapshot, positionSeconds, element }) => {
      const isThere = snapshot?.track?.title === title && element?.seeking === false;
      return isThere && positionSeconds >= seconds;
    });
  }

  /** Until so much more has been played. */
  async playFor(seconds: number): Promise<void> {
    const { snapshot, positionSeconds } = await this.state();
    await this.waitFor(snapshot?.track?.title ?? '', positionSeconds + seconds);
  }

  async waitForState(wanted: PlayerState): Promise<void> {
    await this.#until(`the state ${wanted}`, ({ snapshot }) => snapshot?.state === wanted);
  }

  /** What was heard since open(), and what the element told. */
  async finish(): Promise<{
    readonly pcm: StereoPcm;
    readonly events: readonly ElementEvent[];
    readonly complaints: readonly string[];
  }> {
    const pcm = await this.#recording.take();
    const { events, complaints } = await this.state();
    // Nothing may sound into the next recording.
    await this.#browser.navigate('about:blank');
    return { pcm, events, complaints };
  }

  async #until(what: string, isTrue: (state: PageState) => boolean): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const state = await this.state();
      if (isTrue(state)) return;
      const { snapshot } = state;
      if (snapshot?.error || Date.now() > deadline) {
        throw new Error(await this.#report(what, state));
      }
      await sleep(POLL_MS);
    }
  }

  async #report(
    what: string,
    { snapshot, element, positionSeconds, events, complaints }: PageState,
  ) {
    const pcm = await this.#recording.take();
    await this.#browser.navigate('about:blank');
    const { state, mode, modeReason, error, track } = snapshot ?? {};
    const player = { state, mode, modeReason, error, title: track?.title, positionSeconds };
    return [
      `${this.#browser.name} did not come to ${what}`,
      `player: ${JSON.stringify(player)}`,
      `element: ${JSON.stringify(element)}`,
      `heard: ${describeComparison(compareCapture(pcm, this.#references))}`,
      ...events
        .slice(-40)
        .map(
          ({ type, positionSeconds: position, readyState, atMs }) =>
            `  ${atMs} ms ${type} at ${position.toFixed(3)} s, readyState ${readyState}`,
        ),
      `complaints: ${JSON.stringify(complaints)}`,
      `sound server: ${this.#browser.sound.said.split('\n').slice(-6).join(' | ')}`,
    ].join('\n');
  }
}
