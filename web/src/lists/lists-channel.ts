/** How tabs tell each other that the listener's lists are others now. */
import { joinChannel, type NewsChannel } from '../shared/news-channel';

const CHANNEL = 'auralis-lists';

/** The id of a playlist; null: the favourites. */
export type ChangedList = string | null;

export type ListsChannel = NewsChannel<ChangedList>;

export const joinListsChannel = (onChange: (changed: ChangedList) => void): ListsChannel =>
  joinChannel(CHANNEL, onChange);
