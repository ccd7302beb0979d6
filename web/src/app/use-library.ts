/** Views' looks at the library. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import { browserEventStream, listenToLibrary, type OpenEventStream } from './library-events';
import {
  fetchGrowth,
  GROWTH_PERIOD_MS,
  isOutgrown,
  isSameGrowth,
  type Growth,
} from './library-growth';
import type { Fetch } from './library-client';
import type { ItemList, ListSnapshot } from './item-list';
import type { LibraryData } from './library-data';
import { OneAtATime } from './one-at-a-time';
import { usePage } from './page-context';

/** What of a list is known; renders with its every change. */
export const useItems = <Item, Head>(list: ItemList<Item, Head>): ListSnapshot<Head> =>
  useSyncExternalStore(list.subscribe, list.getSnapshot);

/** The list's facts, asked for where nothing else shows its items yet. */
export const useFirstItems = <Item, Head>(list: ItemList<Item, Head>): ListSnapshot<Head> => {
  const snapshot = useItems(list);
  useEffect(() => {
    if (list.getSnapshot().total === null) list.want(0, 1);
  }, [list]);
  return snapshot;
};

/**
 * How far a server is that reads its music for the first time; null: not known yet. The library is
 * looked at again as it grows, once more when it is whole, and whenever the server tells that it
 * has changed.
 */
export const useGrowth = (
  fetch: Fetch,
  data: LibraryData,
  openEvents: OpenEventStream = browserEventStream,
): Growth | null => {
  const [growth, setGrowth] = useState<Growth | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    let timer: number | undefined;
    let seenCount: number | null = null;
    const look = async (): Promise<void> => {
      const now = await fetchGrowth(fetch, controller.signal);
      if (controller.signal.aborted) return;
      setGrowth(now);
      // At its end the last of it is missing, whatever was seen when.
      if (seenCount !== null && (now.isWhole || isOutgrown(seenCount, now))) {
        seenCount = now.trackCount;
        data.invalidate();
      }
      seenCount ??= now.trackCount;
      if (!now.isWhole) timer = window.setTimeout(() => void look(), GROWTH_PERIOD_MS);
    };
    void look();
    return () => {
      controller.abort();
      window.clearTimeout(timer);
    };
  }, [fetch, data]);
  useEffect(() => {
    let isWhole = true;
    return listenToLibrary(openEvents, {
      onGrowth: (now) => {
        isWhole = now.isWhole;
        setGrowth((last) => (last !== null && isSameGrowth(last, now) ? last : now));
      },
      // While it grows the look from time to time decides.
      onChange: () => {
        if (isWhole) data.invalidate();
      },
    });
  }, [openEvents, data]);
  return growth;
};

/**
 * Something of the library that is asked for as a whole; anew when the library has changed and when
 * the server is back, but no request is broken off for that.
 */
export const useAnswer = <Value>(
  ask: (data: LibraryData, signal: AbortSignal) => Promise<Value>,
): Value | null => {
  const { data } = usePage();
  const [value, setValue] = useState<Value | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const task = new OneAtATime(async () => {
      try {
        const answer = await ask(data, controller.signal);
        if (!controller.signal.aborted) setValue(answer);
      } catch {
        // The view says by its lists that the server cannot be reached.
      }
    });
    const stops = [data.on('change', task.ask), data.on('back', task.ask)];
    task.ask();
    return () => {
      for (const stop of stops) stop();
      task.stop();
      controller.abort();
    };
  }, [data, ask]);
  return value;
};
