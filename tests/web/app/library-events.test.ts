import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import {
  CHANGE_PERIOD_MS,
  listenToLibrary,
  REOPEN_MS,
  STREAM_CLOSED,
  type EventStream,
} from '../../../web/src/app/library-events';
import type { Fetch } from '../../../web/src/app/library-client';
import type { Growth } from '../../../web/src/app/library-growth';
import { LibraryData } from '../../../web/src/app/library-data';
import { useGrowth } from '../../../web/src/app/use-library';

/** The browser's side of a stream of events. */
class Stream extends EventTarget implements EventStream {
  isClosed = false;
  openCount = 0;
  readyState = 1;
  url = '';

  readonly open = (url: string): this => {
    this.url = url;
    this.openCount += 1;
    this.readyState = 1;
    return this;
  };

  close(): void {
    this.isClosed = true;
  }

  tell(type: string, data: string): void {
    this.dispatchEvent(new MessageEvent(type, { data }));
  }

  change(etag: string): void {
    this.tell('changed', JSON.stringify({ etag }));
  }
}

describe('listenToLibrary', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const listen = (): {
    stream: Stream;
    heard: string[];
    growths: Growth[];
    close: () => void;
  } => {
    const stream = new Stream();
    const heard: string[] = [];
    const growths: Growth[] = [];
    const close = listenToLibrary(stream.open, {
      onGrowth: (growth) => growths.push(growth),
      onChange: () => heard.push('change'),
    });
    return { stream, heard, growths, close };
  };

  it('tells of another state than the first, and of each once', () => {
    const { stream, heard } = listen();
    expect(stream.url).toBe('/api/events');
    stream.change('"1"');
    stream.change('"1"');
    expect(heard).toHaveLength(0);
    stream.change('"2"');
    expect(heard).toHaveLength(1);
    jest.advanceTimersByTime(CHANGE_PERIOD_MS);
    // The browser has connected again, and is told what it knows.
    stream.change('"2"');
    expect(heard).toHaveLength(1);
  });

  it('tells of many changes now and then, and of the last one', () => {
    const { stream, heard } = listen();
    for (let state = 0; state < 10; state += 1) stream.change(`"${state}"`);
    expect(heard).toHaveLength(1);
    jest.advanceTimersByTime(CHANGE_PERIOD_MS);
    expect(heard).toHaveLength(2);
    jest.advanceTimersByTime(10 * CHANGE_PERIOD_MS);
    expect(heard).toHaveLength(2);
  });

  it('tells how far the server is, and of nonsense nothing', () => {
    const { stream, heard, growths } = listen();
    stream.tell('scan', '{"state":"scanning","complete":false,"tracks":7}');
    expect(growths).toEqual([{ trackCount: 7, isWhole: false }]);
    stream.tell('changed', '{"etag":7}');
    stream.tell('changed', '{');
    stream.change('"1"');
    expect(heard).toHaveLength(0);
  });

  it('ends with the stream, and what waits with it', () => {
    const { stream, heard, close } = listen();
    for (const etag of ['"1"', '"2"', '"3"']) stream.change(etag);
    close();
    expect(stream.isClosed).toBe(true);
    jest.advanceTimersByTime(CHANGE_PERIOD_MS);
    expect(heard).toHaveLength(1);
  });

  it('opens again what the server refused, and knows what it was told before', () => {
    // Each opening has a stream of its own, as a browser does it.
    const streams: Stream[] = [];
    let changeCount = 0;
    const close = listenToLibrary(
      (url) => {
        const stream = new Stream().open(url);
        streams.push(stream);
        return stream;
      },
      { onGrowth: () => undefined, onChange: () => (changeCount += 1) },
    );
    const refuse = (): void => {
      const stream = streams.at(-1);
      if (!stream) throw new Error('There is no stream.');
      stream.readyState = STREAM_CLOSED;
      stream.dispatchEvent(new Event('error'));
    };
    // The browser itself connects again.
    streams[0]?.dispatchEvent(new Event('error'));
    jest.advanceTimersByTime(2 * REOPEN_MS);
    expect(streams).toHaveLength(1);
    streams[0]?.change('"1"');
    refuse();
    jest.advanceTimersByTime(REOPEN_MS);
    expect(streams).toHaveLength(2);
    streams[1]?.change('"1"');
    expect(changeCount).toBe(0);
    streams[1]?.change('"2"');
    expect(changeCount).toBe(1);
    refuse();
    close();
    jest.advanceTimersByTime(2 * REOPEN_MS);
    expect(streams).toHaveLength(2);
  });

  it('has no stream while the page is hidden', () => {
    let visibility: DocumentVisibilityState = 'hidden';
    const spy = jest.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
    const turn = (to: DocumentVisibilityState): void => {
      visibility = to;
      document.dispatchEvent(new Event('visibilitychange'));
    };
    const { stream, close } = listen();
    expect(stream.openCount).toBe(0);
    turn('visible');
    expect([stream.openCount, stream.isClosed]).toEqual([1, false]);
    turn('hidden');
    expect(stream.isClosed).toBe(true);
    close();
    turn('visible');
    expect(stream.openCount).toBe(1);
    spy.mockRestore();
  });

  it('is silent where the browser has no such stream', () => {
    const close = listenToLibrary(null, {
      onGrowth: () => expect(true).toBe(false),
      onChange: () => expect(true).toBe(false),
    });
    close();
  });
});

describe('The list of an open page', () => {
  afterEach(cleanup);

  it('changes with the library, and stays in sight while and where it cannot be loaded', async () => {
    let titles = ['a'];
    let isDown = false;
    const fetch: Fetch = (url) => {
      if (isDown) return Promise.reject(new TypeError('failed'));
      const body = url.endsWith('/scan')
        ? { state: 'idle', complete: true, tracks: titles.length }
        : { tracks: titles.map((id) => ({ id, title: id })), total: titles.length, offset: 0 };
      return Promise.resolve({
        ok: true,
        status: 200,
        json: () => Promise.resolve(body),
      } as Response);
    };
    const stream = new Stream();
    const data = new LibraryData(fetch);
    const list = data.tracks('tracks');
    const errors: unknown[] = [];
    list.subscribe(() => errors.push(list.getSnapshot().error));
    list.want(0, 10);
    renderHook(() => useGrowth(fetch, data, stream.open));
    const listed = (): (string | undefined)[] =>
      Array.from({ length: list.getSnapshot().total ?? 0 }, (_, at) => list.at(at)?.title);
    await waitFor(() => expect(listed()).toEqual(['a']));
    titles = ['a', 'b'];
    act(() => {
      stream.change('"1"');
      stream.change('"2"');
    });
    await waitFor(() => expect(listed()).toEqual(['a', 'b']));
    isDown = true;
    act(() => stream.change('"3"'));
    await act(async () => {
      await new Promise((resolve) => setTimeout(resolve, CHANGE_PERIOD_MS + 200));
    });
    expect(listed()).toEqual(['a', 'b']);
    expect(new Set(errors)).toEqual(new Set([null]));
  }, 30_000);
});
