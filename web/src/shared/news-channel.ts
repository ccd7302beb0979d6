/** How pages and workers of one origin tell each other news; alone where the browser has no way. */
export type NewsChannel<News> = {
  /** To all others. */
  readonly tell: (news: News) => void;
};

/** `onNews`: another one has told. */
export const joinChannel = <News>(
  name: string,
  onNews: (news: News) => void,
): NewsChannel<News> => {
  if (!('BroadcastChannel' in globalThis)) return { tell: () => undefined };
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<News>) => onNews(data);
  return { tell: (news) => channel.postMessage(news) };
};
