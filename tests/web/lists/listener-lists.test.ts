/** The listener's lists on an IndexedDB after the standard (fake-indexeddb), in one tab and two. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDB } from 'idb';
import { FAVOURITE_COUNT_MAX, favouriteOf } from '../../../web/src/lists/favourites';
import { LISTS_DATABASE } from '../../../web/src/lists/indexed-db-lists';
import { ListenerLists } from '../../../web/src/lists/listener-lists';
import type { ChangedList } from '../../../web/src/lists/lists-channel';
import { freshDatabase } from '../../support/fresh-database';
import { listTrack, RefusingKeeper } from '../../support/own-lists';
import { eventually } from '../../support/waiting';

let nowMs = 0;
let idCount = 0;
let tabs: ListenerLists[] = [];

beforeEach(() => {
  freshDatabase();
  nowMs = 1000;
  idCount = 0;
  tabs = [];
});
afterEach(() => {
  tabs = [];
});

type Tab = { readonly lists: ListenerLists; readonly keeper: RefusingKeeper };

/** All tabs hear each other. */
const openTab = async (refusal: string | null = null): Promise<Tab> => {
  const keeper = new RefusingKeeper();
  keeper.refusal = refusal;
  const lists: ListenerLists = new ListenerLists({
    keeper,
    channel: {
      tell: (changed: ChangedList) =>
        tabs.filter((other) => other !== lists).forEach((other) => void other.readAgain(changed)),
    },
    newId: () => `list${(idCount += 1)}`,
    nowMs: () => nowMs,
  });
  await lists.start();
  tabs.push(lists);
  return { lists, keeper };
};

const titles = (lists: ListenerLists, id: string): string =>
  (lists.getState().open.get(id)?.entries ?? []).map(({ track }) => track.title).join('');
const hearts = (lists: ListenerLists): string =>
  lists
    .getState()
    .favourites.map(({ track }) => track.title)
    .join('');

/** What a page that is opened now has. */
const kept = async (id: string): Promise<string> => {
  const { lists } = await openTab();
  tabs.pop();
  await lists.want(id);
  return titles(lists, id);
};

describe('A playlist', () => {
  it('is shown at once, kept, and found by the next page', async () => {
    const { lists } = await openTab();
    const id = lists.create(
      'Mix',
      ['a', 'b', 'a'].map((path) => listTrack(path)),
    );
    expect(titles(lists, id)).toBe('aba');
    lists.move(id, 1, 2);
    lists.rename(id, 'Road');
    expect(titles(lists, id)).toBe('baa');
    expect(await lists.add(id, [listTrack('c')])).toBe(true);
    expect(await kept(id)).toBe('baac');
    expect(lists.getState().playlists).toMatchObject([{ name: 'Road', count: 4 }]);
  });

  it('is taken into without being looked at', async () => {
    const id = (await openTab()).lists.create('Mix', [listTrack('a')]);
    await eventually(async () => expect(await kept(id)).toBe('a'));
    const { lists } = await openTab();
    expect(await lists.add(id, [listTrack('b')])).toBe(true);
    expect(await lists.add('none', [listTrack('b')])).toBe(false);
    expect(await kept(id)).toBe('ab');
  });

  it('is had back when it was deleted, and so is one of its tracks', async () => {
    const { lists } = await openTab();
    const id = lists.create(
      'Mix',
      ['a', 'b', 'c'].map((path) => listTrack(path)),
    );
    lists.removeEntry(id, 2);
    expect(titles(lists, id)).toBe('ac');
    expect(lists.getState().undo?.name).toBe('b');
    lists.undo();
    expect(titles(lists, id)).toBe('abc');
    expect(lists.getState().undo).toBeNull();
    await lists.remove(id);
    expect(lists.getState().playlists).toEqual([]);
    expect(await kept(id)).toBe('');
    lists.undo();
    expect(titles(lists, id)).toBe('abc');
    await eventually(async () => expect(await kept(id)).toBe('abc'));
  });

  it('that was never looked at is had back as well', async () => {
    const id = (await openTab()).lists.create('Mix', [listTrack('a')]);
    await eventually(async () => expect(await kept(id)).toBe('a'));
    const { lists } = await openTab();
    await lists.remove(id);
    lists.undo();
    await eventually(async () => expect(await kept(id)).toBe('a'));
  });

  it('that is changed in two tabs has what both did', async () => {
    const [one, two] = [await openTab(), await openTab()];
    const id = one.lists.create('Mix', [listTrack('a')]);
    await eventually(async () => {
      await two.lists.want(id);
      expect(titles(two.lists, id)).toBe('a');
    });
    const done = [one.lists.add(id, [listTrack('b')]), two.lists.add(id, [listTrack('c')])];
    await Promise.all(done);
    await eventually(() => {
      expect([...titles(one.lists, id)].sort().join('')).toBe('abc');
      expect(titles(two.lists, id)).toBe(titles(one.lists, id));
    });
  });

  it('that is deleted in another tab is gone here', async () => {
    const [one, two] = [await openTab(), await openTab()];
    const id = one.lists.create('Mix', [listTrack('a')]);
    await eventually(() => expect(two.lists.getState().playlists).toHaveLength(1));
    await one.lists.remove(id);
    await eventually(() => expect(two.lists.getState().playlists).toEqual([]));
    expect(two.lists.getState().open.get(id)).toBeNull();
  });

  it('has news of its tracks kept', async () => {
    const { lists } = await openTab();
    const id = lists.create('Mix', [listTrack('a'), listTrack('b')]);
    lists.revise(id, (track) => (track.title === 'a' ? { ...track, title: 'A' } : track));
    await eventually(async () => expect(await kept(id)).toBe('Ab'));
  });
});

describe('Favourites', () => {
  it('are the newest first, each once, and kept', async () => {
    const { lists } = await openTab();
    for (const path of ['a', 'b', 'a', 'c']) lists.setFavourite(listTrack(path), true);
    expect(hearts(lists)).toBe('cba');
    lists.setFavourite(listTrack('b'), false);
    expect(lists.getState().favouriteIds).toEqual(new Set(['id of a', 'id of c']));
    await eventually(async () => expect(hearts((await openTab()).lists)).toBe('ca'));
  });

  it('are had back in their place', async () => {
    const { lists } = await openTab();
    for (const path of ['a', 'b', 'c']) lists.setFavourite(listTrack(path), true);
    lists.setFavourite(listTrack('b'), false);
    lists.undo();
    expect(hearts(lists)).toBe('cba');
  });

  it('that are changed while what is kept is read stay as they are shown', async () => {
    const { lists } = await openTab();
    lists.setFavourite(listTrack('a'), true);
    await eventually(async () => expect(hearts((await openTab()).lists)).toBe('a'));
    const reading = lists.readAgain(null);
    lists.setFavourite(listTrack('b'), true);
    lists.setFavourite(listTrack('a'), false);
    await reading;
    expect(hearts(lists)).toBe('b');
  });

  it('are seen in the other tab', async () => {
    const [one, two] = [await openTab(), await openTab()];
    one.lists.setFavourite(listTrack('a'), true);
    await eventually(() => expect(hearts(two.lists)).toBe('a'));
  });

  it('stay where they are when a track has another id', async () => {
    const { lists } = await openTab();
    for (const path of ['a', 'b']) lists.setFavourite(listTrack(path), true);
    lists.revise(null, (track) => (track.title === 'a' ? { ...track, id: 'new' } : track));
    expect(hearts(lists)).toBe('ba');
    await eventually(async () => {
      const { favouriteIds } = (await openTab()).lists.getState();
      expect(favouriteIds).toEqual(new Set(['id of b', 'new']));
    });
  });

  it('are no more than it says', async () => {
    const { lists } = await openTab();
    expect(lists.setFavourite(listTrack('a'), true)).toBe(true);
    expect(lists.setFavourite(listTrack('a'), true)).toBe(true);

    const many = Array.from({ length: FAVOURITE_COUNT_MAX }, (_, at) => ({
      track: listTrack(String(at)),
      addedAtMs: at,
    }));
    expect(favouriteOf(many, listTrack('x'), 1)).toBeNull();
  });
});

describe('Where nothing can be kept', () => {
  it('lists last as long as the page, which is told', async () => {
    const { lists } = await openTab('SecurityError');
    expect(lists.getState()).toMatchObject({ isKnown: true, problem: 'blocked' });
    const id = lists.create('Mix', [listTrack('a')]);
    expect(await lists.add(id, [listTrack('b')])).toBe(true);
    lists.setFavourite(listTrack('a'), true);
    expect(titles(lists, id)).toBe('ab');
    expect(hearts(lists)).toBe('a');
  });

  it('a lack of room is told, and all is kept once there is some', async () => {
    const { lists, keeper } = await openTab();
    keeper.refusal = 'QuotaExceededError';
    const id = lists.create('Mix', [listTrack('a')]);
    await eventually(() => expect(lists.getState().problem).toBe('full'));
    keeper.refusal = null;
    expect(await lists.add(id, [listTrack('b')])).toBe(true);
    expect(titles(lists, id)).toBe('ab');
    expect(await kept(id)).toBe('ab');
    expect(lists.getState().problem).toBeNull();
  });

  it('favourites are kept with the next change once there is room', async () => {
    const { lists, keeper } = await openTab();
    for (const path of ['a', 'b']) lists.setFavourite(listTrack(path), true);
    await eventually(async () => expect(hearts((await openTab()).lists)).toBe('ba'));
    keeper.refusal = 'QuotaExceededError';
    lists.setFavourite(listTrack('c'), true);
    lists.setFavourite(listTrack('a'), false);
    await eventually(() => expect(lists.getState().problem).toBe('full'));
    // Another tab's news do not undo what is shown.
    keeper.refusal = null;
    await lists.readAgain(null);
    expect(hearts(lists)).toBe('cb');
    lists.setFavourite(listTrack('d'), true);
    await eventually(() => expect(lists.getState().problem).toBeNull());
    expect(hearts((await openTab()).lists)).toBe('dcb');
    expect(hearts(lists)).toBe('dcb');
  });

  it('what is no list is passed over', async () => {
    await (await openTab()).lists.want('x');
    const database = await openDB(LISTS_DATABASE);
    await database.put('heads', { id: 'x', name: 'Odd', createdAtMs: 1, count: 2 });
    await database.put(
      'entries',
      [
        { key: 1, track: { id: 7 } },
        { key: 2, track: listTrack('b') },
      ],
      'x',
    );
    await database.put('favourites', { track: { id: 'y' }, addedAtMs: 3 });
    database.close();
    expect(await kept('x')).toBe('b');
    expect(hearts((await openTab()).lists)).toBe('');
  });
});
