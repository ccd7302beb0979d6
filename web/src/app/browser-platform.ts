/** The browser's own constructors, timers and workers, in the form that the player asks for. */
import { workerPort, type OpenPort } from '../engine/engine-client';
import type { MediaPlatform } from '../player/media-source-sink';
import type { Clock } from '../player/playback-monitor';

type MediaSourceClass = { new (): MediaSource; isTypeSupported(type: string): boolean };

/** Prefers MediaSource; iPhones have only ManagedMediaSource, old ones neither. */
export const findMediaPlatform = (scope: Window & typeof globalThis): MediaPlatform | null => {
  const found = scope as {
    readonly MediaSource?: MediaSourceClass;
    readonly ManagedMediaSource?: MediaSourceClass;
  };
  const Source = found.MediaSource ?? found.ManagedMediaSource;
  if (!Source) return null;
  return {
    managed: !found.MediaSource,
    createMediaSource: () => new Source(),
    isTypeSupported: (type) => Source.isTypeSupported(type),
    createObjectUrl: (source) => URL.createObjectURL(source),
    revokeObjectUrl: (url) => URL.revokeObjectURL(url),
  };
};

/** Firefox decodes farther ahead than the others; nothing but its name tells. */
export const decodeLeadSeconds = (userAgent: string): number =>
  userAgent.includes('Firefox/') ? 1.2 : 0.35;

export const openEngineWorker: OpenPort = (listeners) =>
  workerPort(
    new Worker(new URL('../engine/engine.worker.ts', import.meta.url), { type: 'module' }),
    listeners,
  );

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
