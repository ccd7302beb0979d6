/** What another app has shared, before the listener says what is to become of it. */
export type SharedOffer = {
  /** Of the audio files, in order; at least one. */
  readonly names: readonly string[];
  /** What of the share is not among them, in words; may be empty. */
  readonly leftOut: string;
  /** In place of the queue. Within a click; returns a few words. */
  readonly play: () => string;
  /** Behind the queue; returns a few words. */
  readonly add: () => string;
  /** Without an answer it is asked for again after a reload. */
  readonly discard: () => void;
};
