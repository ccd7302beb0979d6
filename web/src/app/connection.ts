/**
 * Whether the server can be reached, as far as the page has seen, and of when that is what it shows
 * of the library. Told by the answers themselves: what the service worker kept says of when it is.
 */
import type { Clock } from '../player/playback-monitor';
import {
  isFromServer,
  KNOWN_AT_HEADER,
  loginWishOf,
  readLoginWish,
  type LoginWish,
} from '../shared/offline-protocol';
import type { Fetch } from './library-client';
import { Watchers } from './watchers';

export type ConnectionState = {
  /** Nobody answers. */
  readonly isAway: boolean;
  /** When the server last said what is shown of the library, in ms since 1970; null: just now.
   *  With a server that is back: what is shown should be asked for again. */
  readonly knownAtMs: number | null;
  /** It is there, and wants a name and a password first; for the page it is away. null: it is not
   *  so, as far as the page knows. */
  readonly wantsLogin: LoginWish | null;
};

export type ConnectionOptions = {
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, 'setTimeout'>;
};

/** While the server is away it is asked so often whether it is back, and given so long to say. */
export const LOOK_MS = 10_000;

/** A small answer that only those get who may have the library, other than health. */
const FOR_LISTENERS = '/api/version';

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #watchers = new Watchers();
  readonly subscribe = this.#watchers.subscribe;
  #state: ConnectionState = { isAway: false, knownAtMs: null, wantsLogin: null };
  #isLooking = false;
  /** What an older look finds is old. */
  #run = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  readonly getState = (): ConnectionState => this.#state;

  /** For questions about the library: the same answers, looked at as they pass. */
  readonly fetch: Fetch = async (url, options) => {
    const answer = await this.#ask(url, options);
    const knownAt = answer.headers.get(KNOWN_AT_HEADER);
    if (knownAt !== null) this.#away(Date.parse(knownAt), readLoginWish(answer.headers));
    else if (isFromServer(answer)) {
      this.#run += 1;
      this.#set({ ...this.#state, isAway: false, wantsLogin: null });
    } else this.#doubt();
    return answer;
  };

  readonly #ask: Fetch = async (url, options) => {
    try {
      return await this.#options.fetch(url, options);
    } catch (error) {
      if (options?.signal?.aborted !== true) this.#doubt();
      throw error;
    }
  };

  /** All that is shown is asked for again. */
  readonly renew = (): void => this.#set({ ...this.#state, knownAtMs: null });

  /**
   * The browser has lost or found a network, or somebody wants to know. A server of this machine
   * answers without a network too, so that it is always asked.
   */
  readonly look = async (): Promise<void> => {
    // Health would be told to everybody; only the listener can change what is missing.
    if (this.#state.wantsLogin !== null) return;
    this.#run += 1;
    const run = this.#run;
    const isAway = await this.#isAway();
    if (run !== this.#run) return;
    this.#set({ ...this.#state, isAway });
    if (isAway) this.#lookAgain();
  };

  /**
   * The listener is back, maybe from signing in elsewhere: whether the server still wants that is
   * asked in a way in which the browser may ask for name and password, too.
   */
  readonly lookForLogin = async (): Promise<void> => {
    if (this.#state.wantsLogin === null) return;
    this.#run += 1;
    const run = this.#run;
    try {
      const signal = AbortSignal.timeout(LOOK_MS);
      const answer = await this.#options.fetch(FOR_LISTENERS, { signal });
      if (run !== this.#run) return;
      const wantsLogin = loginWishOf(answer);
      if (wantsLogin !== null) this.#set({ ...this.#state, wantsLogin });
      else if (answer.ok) this.#set({ ...this.#state, isAway: false, wantsLogin });
    } catch {
      // Out of reach, or given up: nothing is known better than before.
    }
  };

  /** A question failed: whether the server is away is found out, and later when it is back. */
  #doubt(): void {
    if (!this.#state.isAway) void this.look();
  }

  /** Only health is back; an error of the server itself changes nothing. */
  async #isAway(): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(LOOK_MS);
      const answer = await this.#options.fetch('/api/health', { signal });
      return !answer.ok && (this.#state.isAway || !isFromServer(answer));
    } catch {
      return true;
    }
  }

  #away(knownAtMs: number, wantsLogin: LoginWish | null): void {
    const { knownAtMs: other } = this.#state;
    // Of several answers the oldest one tells how far what is shown can be trusted.
    const oldestMs = other === null ? knownAtMs : Math.min(other, knownAtMs);
    this.#set({ isAway: true, knownAtMs: oldestMs, wantsLogin });
    this.#lookAgain();
  }

  #lookAgain(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#options.clock.setTimeout(() => {
      this.#isLooking = false;
      if (this.#state.isAway) void this.look();
    }, LOOK_MS);
  }

  #set(state: ConnectionState): void {
    const { isAway, knownAtMs, wantsLogin } = this.#state;
    const isSame = isAway === state.isAway && knownAtMs === state.knownAtMs;
    if (isSame && wantsLogin === state.wantsLogin) return;
    this.#state = state;
    this.#watchers.tell();
  }
}
