/** How pages, worker and service worker tell each other that other files are kept now. */
const CHANNEL = 'auralis-originals';

/** Keys of the files; null: many. */
export type ChangedKeys = readonly string[] | null;

export type OriginalsChannel = {
  /** To all others. */
  readonly tell: (keys: ChangedKeys) => void;
};

/** `onChange`: another one has told. */
export const joinOriginalsChannel = (onChange: (keys: ChangedKeys) => void): OriginalsChannel => {
  if (!('BroadcastChannel' in globalThis)) return { tell: () => undefined };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<ChangedKeys>) => onChange(data);
  return { tell: (keys) => channel.postMessage(keys) };
};
