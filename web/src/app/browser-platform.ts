/** The browser's own constructors, timers and workers, in the form that the player asks for. */
import { workerPort, type OpenPort } from '../engine/engine-client';
import type { Request, Setup } from '../engine/engine-protocol';
import type { StoreRequest } from '../engine/store-questions';
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

/** What opens a file of this device brings that file along; a new worker needs nothing else. */
const withFile = (
  message: Request | StoreRequest,
  fileOf: (address: string) => File | null,
): Request | StoreRequest => {
  if (!('command' in message)) return message;
  const { command } = message;
  if (command.type !== 'open' && command.type !== 'openFile') return message;
  const file = fileOf(command.url);
  return file === null ? message : { ...message, command: { ...command, file } };
};

export const engineWorkerOpener =
  (setup: Setup, fileOf: (address: string) => File | null): OpenPort =>
  (listeners) => {
    const worker = new Worker(new URL('../engine/engine.worker.ts', import.meta.url), {
      type: 'module',
    });
    worker.postMessage(setup);
    const port = workerPort(worker, listeners);
    return { ...port, post: (message) => port.post(withFile(message, fileOf)) };
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
