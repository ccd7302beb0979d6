/**
 * A ManagedMediaSource for a browser that has none: the browser's own MediaSource, and on top what
 * the standard adds (W3C Media Source Extensions 2, ManagedMediaSource). It asks for no more when
 * much is buffered, asks again when little is left, and once takes back what lies ahead.
 */

export type ManagedRecord = {
  /** Appends while it had asked for none. */
  unwantedAppends: number;
  appends: number;
  /** How often it asked for data again. */
  restarts: number;
  evicted: boolean;
};

declare global {
  interface Window {
    managedRecord: ManagedRecord;
    ManagedMediaSource?: typeof MediaSource;
  }
}

/** Runs in the page before its own scripts; uses nothing from outside itself. */
export const installManagedMediaSource = (): void => {
  // More than what the player takes for a reserve: below that it does not ask the browser.
  const ENOUGH_SECONDS = 9;
  const LITTLE_SECONDS = 6;
  const EVICT_AFTER_SECONDS = 2;
  const record: ManagedRecord = { unwantedAppends: 0, appends: 0, restarts: 0, evicted: false };
  window.managedRecord = record;
  class Managed extends MediaSource {
    streaming = true;

    override addSourceBuffer(type: string): SourceBuffer {
      const buffer = super.addSourceBuffer(type);
      const append = buffer.appendBuffer.bind(buffer);
      buffer.appendBuffer = (bytes) => {
        record.appends += 1;
        if (!this.streaming) record.unwantedAppends += 1;
        append(bytes);
      };
      setInterval(() => this.#look(buffer), 50);
      return buffer;
    }

    #look(buffer: SourceBuffer): void {
      const { audio } = window.auralisHooks;
      if (!audio || this.readyState !== 'open' || buffer.updating) return;
      // An element that may play on another device must not use it.
      if (!audio.disableRemotePlayback) throw new Error('remote playback is not disabled');
      const { currentTime } = audio;
      const { buffered } = buffer;
      const last = buffered.length - 1;
      const ahead = last < 0 ? 0 : buffered.end(last) - currentTime;
      if (this.streaming && ahead >= ENOUGH_SECONDS) {
        this.streaming = false;
        this.dispatchEvent(new Event('endstreaming'));
      } else if (!this.streaming && ahead <= LITTLE_SECONDS) {
        this.streaming = true;
        record.restarts += 1;
        this.dispatchEvent(new Event('startstreaming'));
      }
      if (!record.evicted && currentTime > EVICT_AFTER_SECONDS && ahead > LITTLE_SECONDS + 1) {
        record.evicted = true;
        buffer.remove(currentTime + LITTLE_SECONDS, Infinity);
        const tell = (): boolean => buffer.dispatchEvent(new Event('bufferedchange'));
        buffer.addEventListener('updateend', tell, { once: true });
      }
    }
  }
  window.ManagedMediaSource = Managed;
};
