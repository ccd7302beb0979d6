/** How tabs tell each other that the listener's lists are others now. */
const CHANNEL = 'auralis-lists';

/** The id of a playlist; null: the favourites. */
export type ChangedList = string | null;

export type ListsChannel = {
  /** To all others. */
  readonly tell: (changed: ChangedList) => void;
};

/** `onChange`: another one has told. */
export const joinListsChannel = (onChange: (changed: ChangedList) => void): ListsChannel => {
  if (!('BroadcastChannel' in globalThis)) return { tell: () => undefined };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<ChangedList>) => onChange(data);
  return { tell: (changed) => channel.postMessage(changed) };
};
