/** The browser's own constructors, timers and workers, in the form that the player asks for. */
import { workerPort, type OpenPort } from '../engine/engine-client';
import type { Setup } from '../engine/engine-protocol';
import type { MediaPlatform } from '../player/media-source-sink';
import type { SinkName } from './address-wishes';
import type { Clock } from '../player/playback-monitor';

type MediaSourceClass = { new (): MediaSource; isTypeSupported(type: string): boolean };

/** The classes that a browser may have. */
type MediaScope = {
  readonly MediaSource?: MediaSourceClass;
  readonly ManagedMediaSource?: MediaSourceClass;
};

/**
 * Prefers MediaSource; iPhones have only ManagedMediaSource, old ones neither. `sink`: this one or
 * none. null: only the original can be played.
 */
export const findMediaPlatform = (
  scope: object,
  sink: SinkName | null = null,
): MediaPlatform | null => {
  const { MediaSource: plain, ManagedMediaSource: managed } = scope as MediaScope;
  const classes = { mse: plain, mms: managed, original: undefined };
  const Source = sink === null ? (plain ?? managed) : classes[sink];
  if (!Source) return null;
  return {
    managed: Source === managed,
    createMediaSource: () => new Source(),
    isTypeSupported: (type) => Source.isTypeSupported(type),
    createObjectUrl: (source) => URL.createObjectURL(source),
    revokeObjectUrl: (url) => URL.revokeObjectURL(url),
  };
};

/** Firefox decodes farther ahead than the others; nothing but its name tells. */
export const decodeLeadSeconds = (userAgent: string): number =>
  userAgent.includes('Firefox/') ? 1.2 : 0.35;

export const engineWorkerOpener =
  (setup: Setup): OpenPort =>
  (listeners) => {
    const worker = new Worker(new URL('../engine/engine.worker.ts', import.meta.url), {
      type: 'module',
    });
    worker.postMessage(setup);
    return workerPort(worker, listeners);
  };

export const browserClock: Clock = {
  nowMs: () => performance.now(),
  setTimeout: (action, delayMs) => window.setTimeout(action, delayMs),
  clearTimeout: (timer) => window.clearTimeout(timer),
  setInterval: (action, periodMs) => window.setInterval(action, periodMs),
  clearInterval: (timer) => window.clearInterval(timer),
  requestFrame: (action) => {
    window.requestAnimationFrame(action);
  },
};
