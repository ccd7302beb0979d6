/**
 * Runs inside the page, before its own scripts: lays hands on the audio element, records its
 * events and what is appended to SourceBuffers, and records the sound that the element really
 * plays. It changes nothing of what the player does.
 *
 * Each function is sent to the page as text, so it must not use anything from outside itself.
 */
export type MediaEventRecord = {
  readonly type: string;
  /** Position of the element, and time of the page's clock. */
  readonly positionSeconds: number;
  readonly atMs: number;
};

/** The position that the element showed when so many frames had been recorded. */
export type PositionStamp = { readonly frame: number; readonly positionSeconds: number };

export type PageHooks = {
  audio: HTMLAudioElement | null;
  readonly events: MediaEventRecord[];
  readonly appended: Uint8Array[];
  keepsAppended: boolean;
  readonly stamps: PositionStamp[];
  readonly violations: string[];
  /** Where the page asked the player to go. */
  readonly seekTargets: number[];
  startCapture: () => Promise<void>;
  /** Ends the recording: interleaved Float32 as base64. */
  takeCapture: () => Promise<string>;
  toBase64: (parts: BlobPart[]) => Promise<string>;
};

declare global {
  // Only an interface can be merged with the DOM's own.
  interface Window {
    auralisHooks: PageHooks;
  }
}

export const WORKLET_PATH = '/test-capture-worklet.js';

/** Sends what it hears in pieces of 2048 frames; silence while nothing is connected. */
export const WORKLET_SOURCE = `
registerProcessor('test-capture', class extends AudioWorkletProcessor {
  #buffer = new Float32Array(4096);
  #length = 0;
  process([input]) {
    const left = input[0];
    const right = input[1] ?? left;
    for (let k = 0; k < 128; k += 1) {
      this.#buffer[this.#length] = left ? left[k] : 0;
      this.#buffer[this.#length + 1] = right ? right[k] : 0;
      this.#length += 2;
    }
    if (this.#length === this.#buffer.length) {
      this.port.postMessage(this.#buffer, [this.#buffer.buffer]);
      this.#buffer = new Float32Array(4096);
      this.#length = 0;
    }
    return true;
  }
});
`;

const EVENTS = [
  'play',
  'playing',
  'waiting',
  'pause',
  'seeking',
  'seeked',
  'ended',
  'error',
  'emptied',
];

/** Arguments for evaluateOnNewDocument(installHooks, ...hookArguments). */
export const hookArguments = [EVENTS, WORKLET_PATH] as const;

export const installHooks = (events: readonly string[], workletPath: string): void => {
  const recorded: Float32Array<ArrayBuffer>[] = [];
  let context: AudioContext | null = null;
  const hooks: PageHooks = {
    audio: null,
    events: [],
    appended: [],
    keepsAppended: false,
    stamps: [],
    violations: [],
    seekTargets: [],
    startCapture: async () => {
      const { audio } = hooks;
      if (!audio) throw new Error('the page has made no audio element');
      context = new AudioContext({ sampleRate: 48_000 });
      await context.audioWorklet.addModule(workletPath);
      const recorder = new AudioWorkletNode(context, 'test-capture', {
        channelCount: 2,
        channelCountMode: 'explicit',
      });
      recorder.port.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) => {
        recorded.push(data);
        hooks.stamps.push({ frame: recorded.length * 2048, positionSeconds: audio.currentTime });
      };
      context.createMediaElementSource(audio).connect(recorder).connect(context.destination);
      await context.resume();
    },
    takeCapture: async () => {
      // What was heard until now is still on its way: the recorder sends whole pieces.
      const pieces = recorded.length + 2;
      const deadlineMs = performance.now() + 5000;
      while (recorded.length < pieces && performance.now() < deadlineMs) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await context?.suspend();
      return hooks.toBase64(recorded);
    },
    toBase64: (parts) =>
      new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
        reader.onerror = () => reject(new Error('cannot encode'));
        reader.readAsDataURL(new Blob(parts));
      }),
  };
  window.auralisHooks = hooks;
  window.Audio = new Proxy(window.Audio, {
    construct: (target, options: []) => {
      const audio = new target(...options);
      // The page's first is its player's; another one serves a test of the browser.
      if (hooks.audio) return audio;
      hooks.audio = audio;
      for (const type of events) {
        audio.addEventListener(type, () =>
          hooks.events.push({ type, positionSeconds: audio.currentTime, atMs: performance.now() }),
        );
      }
      return audio;
    },
  });
  const append = window.SourceBuffer?.prototype.appendBuffer;
  if (append) {
    // The page's first is its player's; another one serves the test of how the browser cuts.
    let ownBuffer: SourceBuffer | null = null;
    SourceBuffer.prototype.appendBuffer = function (this: SourceBuffer, data: BufferSource): void {
      ownBuffer ??= this;
      if (hooks.keepsAppended && this === ownBuffer) {
        const bytes = ArrayBuffer.isView(data)
          ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
          : new Uint8Array(data);
        hooks.appended.push(bytes.slice() as Uint8Array<ArrayBuffer>);
      }
      append.call(this, data);
    };
  }
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    hooks.violations.push(`${violatedDirective}: ${blockedURI}`),
  );
};
