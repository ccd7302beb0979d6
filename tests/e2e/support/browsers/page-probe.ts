/**
 * What is looked at inside the page of the player under test. Each function is sent to the page as
 * text, so it must not use anything from outside itself.
 */
import type { PlayerSnapshot } from '../../../../web/src/player/player-types';

export type ElementEvent = {
  readonly type: string;
  readonly positionSeconds: number;
  readonly readyState: number;
  /** Since the page was opened. */
  readonly atMs: number;
};

/** Everything that a report on a failure needs. */
export type PageState = {
  readonly snapshot: PlayerSnapshot | null;
  readonly positionSeconds: number;
  readonly element: {
    readonly currentTime: number;
    readonly readyState: number;
    readonly paused: boolean;
    readonly seeking: boolean;
    readonly ended: boolean;
    readonly error: string | null;
    readonly buffered: readonly (readonly [number, number])[];
  } | null;
  readonly events: readonly ElementEvent[];
  /** Errors, refused promises and breaches of the page's policy. */
  readonly complaints: readonly string[];
};

declare global {
  // Only an interface can be merged with the DOM's own.
  interface Window {
    auralisProbe?: {
      readonly audio: HTMLAudioElement | null;
      readonly events: ElementEvent[];
      readonly complaints: string[];
      readonly seekTargets: number[];
      /** The element's readyState when seekWithClick() did its work. */
      readyStateAtSeek: number | null;
    };
  }
}

/** Nothing that an earlier page left behind may be there. */
export const forgetEverything = async (): Promise<void> => {
  localStorage.clear();
  sessionStorage.clear();
  const databases = (await window.indexedDB?.databases?.()) ?? [];
  await Promise.all(
    databases.map(
      ({ name = '' }) =>
        new Promise<void>((resolve) => {
          const request = indexedDB.deleteDatabase(name);
          request.onsuccess = request.onerror = request.onblocked = () => resolve();
        }),
    ),
  );
};

/** True once the page has a player and shows its library. */
export const isReady = (): boolean =>
  window.auralisPlayer !== undefined && document.querySelector('.row-button') !== null;

/** Before the first click: from then on the events of the audio element are written down. */
export const installProbe = (eventTypes: readonly string[]): void => {
  const player = window.auralisPlayer;
  if (!player) throw new Error('the page has no player');
  // The element is in no document; but the player sets its `muted`, and so shows it.
  const found: HTMLAudioElement[] = [];
  const muted = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'muted');
  if (!muted?.set || !muted.get) throw new Error('no HTMLMediaElement.muted');
  const { get, set } = muted;
  Object.defineProperty(HTMLMediaElement.prototype, 'muted', {
    ...muted,
    set(this: HTMLAudioElement, value: boolean) {
      found.push(this);
      set.call(this, value);
    },
  });
  player.setMuted(false);
  Object.defineProperty(HTMLMediaElement.prototype, 'muted', { ...muted, get, set });
  const audio = found[0] ?? null;
  const probe: NonNullable<Window['auralisProbe']> = {
    audio,
    events: [],
    complaints: [],
    seekTargets: [],
    readyStateAtSeek: null,
  };
  window.auralisProbe = probe;
  for (const type of eventTypes) {
    audio?.addEventListener(type, () =>
      probe.events.push({
        type,
        positionSeconds: audio.currentTime,
        readyState: audio.readyState,
        atMs: Math.round(performance.now()),
      }),
    );
  }
  const { seek } = Object.getPrototypeOf(player) as typeof player;
  player.seek = (seconds) => {
    probe.seekTargets.push(seconds);
    seek.call(player, seconds);
  };
  window.addEventListener('error', ({ message }) => probe.complaints.push(`uncaught: ${message}`));
  window.addEventListener('unhandledrejection', ({ reason }) =>
    probe.complaints.push(`refused promise: ${String(reason)}`),
  );
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    probe.complaints.push(`policy: ${violatedDirective}: ${blockedURI}`),
  );
};

/** With the next click, right after the page has dealt with it, the player is sent there. */
export const seekWithClick = (seconds: number): void => {
  document.addEventListener(
    'click',
    () => {
      const probe = window.auralisProbe;
      if (probe) probe.readyStateAtSeek = probe.audio?.readyState ?? null;
      window.auralisPlayer?.seek(seconds);
    },
    { once: true },
  );
};

export const readState = (): PageState => {
  const probe = window.auralisProbe;
  const audio = probe?.audio ?? null;
  return {
    snapshot: window.auralisPlayer?.getSnapshot() ?? null,
    positionSeconds: window.auralisPlayer?.positionSeconds ?? NaN,
    element: audio && {
      currentTime: audio.currentTime,
      readyState: audio.readyState,
      paused: audio.paused,
      seeking: audio.seeking,
      ended: audio.ended,
      error: audio.error && `${audio.error.code}: ${audio.error.message}`,
      buffered: Array.from(
        { length: audio.buffered.length },
        (_, index) => [audio.buffered.start(index), audio.buffered.end(index)] as const,
      ),
    },
    events: probe?.events ?? [],
    complaints: probe?.complaints ?? [],
  };
};
