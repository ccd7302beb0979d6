/**
 * Finds out, with media of the track itself on an element that nobody hears, whether the browser's
 * append window cuts inside a packet, or drops every packet that it touches.
 */
import type { CutsInsidePackets } from '../player/join-mode';
import { MEDIA_TYPE, type MediaPlatform } from '../player/media-source-sink';

/** Both lie in the middle of a packet of 20 ms, and in TEST_CLUSTER_SECONDS. */
const WINDOW_START_SECONDS = 0.11;
const WINDOW_END_SECONDS = 0.31;
const TOLERANCE_SECONDS = 0.005;
/** A browser that takes longer is not asked any further. */
const TIMEOUT_MS = 5000;

const nextEvent = (target: EventTarget, type: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${type}`)), TIMEOUT_MS);
    target.addEventListener(
      type,
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });

const append = async (buffer: SourceBuffer, bytes: ArrayBuffer): Promise<void> => {
  const appended = nextEvent(buffer, 'updateend');
  buffer.appendBuffer(bytes);
  await appended;
};

export const packetCutter =
  (platform: MediaPlatform, createAudio: () => HTMLAudioElement): CutsInsidePackets =>
  async (init, cluster, startSeconds) => {
    const source = platform.createMediaSource();
    const audio = createAudio();
    if (platform.managed) audio.disableRemotePlayback = true;
    const url = platform.createObjectUrl(source);
    try {
      const opened = nextEvent(source, 'sourceopen');
      audio.src = url;
      await opened;
      const buffer = source.addSourceBuffer(MEDIA_TYPE);
      await append(buffer, init);
      buffer.timestampOffset = -startSeconds;
      buffer.appendWindowEnd = WINDOW_END_SECONDS;
      buffer.appendWindowStart = WINDOW_START_SECONDS;
      await append(buffer, cluster);
      if (buffer.buffered.length === 0) return false;
      return Math.abs(buffer.buffered.start(0) - WINDOW_START_SECONDS) < TOLERANCE_SECONDS;
    } finally {
      platform.revokeObjectUrl(url);
      audio.removeAttribute('src');
      audio.load();
    }
  };
