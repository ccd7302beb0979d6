/** Connects ListenerLists with this browser's own. */
import { IndexedDbLists } from '../../lists/indexed-db-lists';
import { ListenerLists } from '../../lists/listener-lists';
import { joinListsChannel } from '../../lists/lists-channel';

/** As part of an address; the origin need not be secure, as randomUUID asks. */
const newId = (): string =>
  [...crypto.getRandomValues(new Uint32Array(2))].map((part) => part.toString(36)).join('');

/** `nowMs`: milliseconds since 1970. */
export const openLists = (nowMs: () => number): ListenerLists => {
  const lists: ListenerLists = new ListenerLists({
    keeper: new IndexedDbLists(),
    channel: joinListsChannel((changed) => void lists.readAgain(changed)),
    newId,
    nowMs,
  });
  return lists;
};
