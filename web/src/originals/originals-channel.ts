/** How pages, worker and service worker tell each other that other files are kept now. */
import { joinChannel, type NewsChannel } from '../shared/news-channel';

const CHANNEL = 'auralis-originals';

/** Keys of the files; null: many. */
export type ChangedKeys = readonly string[] | null;

export type OriginalsChannel = NewsChannel<ChangedKeys>;

export const joinOriginalsChannel = (onChange: (keys: ChangedKeys) => void): OriginalsChannel =>
  joinChannel(CHANNEL, onChange);
