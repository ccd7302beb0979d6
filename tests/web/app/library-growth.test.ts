import { afterEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import type { Fetch } from '../../../web/src/app/library-client';
import { fetchGrowth, isOutgrown } from '../../../web/src/app/library-growth';
import { LibraryData } from '../../../web/src/app/library-data';
import { useGrowth } from '../../../web/src/app/use-library';

/** A server that reads its music while it is asked. */
class ReadingServer {
  trackCount = 2;
  isWhole = false;
  listRequests = 0;

  readonly fetch: Fetch = (url) => {
    const { trackCount, isWhole } = this;
    let body: unknown = {
      state: isWhole ? 'idle' : 'scanning',
      complete: isWhole,
      tracks: trackCount,
    };
    if (!url.endsWith('/scan')) {
      this.listRequests += 1;
      const tracks = Array.from({ length: trackCount }, (_, index) => ({ id: `${index}` }));
      body = { tracks, total: trackCount, offset: 0 };
    }
    return Promise.resolve({
      ok: true,
      status: 200,
      json: () => Promise.resolve(body),
    } as Response);
  };
}

const { signal } = new AbortController();

/** A page that shows the list, and follows the server. */
const follow = (server: ReadingServer) => {
  const data = new LibraryData(server.fetch);
  const list = data.tracks('tracks');
  list.subscribe(() => undefined);
  list.want(0, 50);
  const { result } = renderHook(() => useGrowth(server.fetch, data));
  return { result, listed: () => list.getSnapshot().total };
};

describe('A library that is being read', () => {
  afterEach(cleanup);

  it('is listed again as it grows, and once more when it is whole', async () => {
    const server = new ReadingServer();
    const { result, listed } = follow(server);
    await waitFor(() => expect(result.current).toEqual({ trackCount: 2, isWhole: false }));
    expect(listed()).toBe(2);
    // Not twice as many: only the words move on.
    server.trackCount = 3;
    await waitFor(() => expect(result.current?.trackCount).toBe(3), { timeout: 10_000 });
    expect(listed()).toBe(2);
    expect(server.listRequests).toBe(1);
    server.trackCount = 40;
    await waitFor(() => expect(listed()).toBe(40), { timeout: 10_000 });
    act(() => {
      server.trackCount = 41;
      server.isWhole = true;
    });
    await waitFor(() => expect(listed()).toBe(41), { timeout: 10_000 });
    await waitFor(() => expect(result.current?.isWhole).toBe(true), { timeout: 10_000 });
    expect(server.listRequests).toBe(3);
  }, 60_000);

  it('is listed once where it is whole', async () => {
    const server = new ReadingServer();
    server.isWhole = true;
    const { result } = follow(server);
    await waitFor(() => expect(result.current?.isWhole).toBe(true));
    expect(server.listRequests).toBe(1);
  });

  it('is whole for all we know where the server tells nothing of it', async () => {
    const answers: Fetch[] = [
      () => Promise.resolve({ ok: false, status: 404 } as Response),
      () => Promise.reject(new TypeError('failed')),
      () => Promise.resolve({ ok: true, json: () => Promise.resolve(null) } as Response),
      () => Promise.resolve({ ok: true, json: () => Promise.resolve({}) } as Response),
    ];
    for (const fetch of answers) {
      expect(await fetchGrowth(fetch, signal)).toEqual({ trackCount: 0, isWhole: true });
    }
  });

  it('has outgrown its list when that is half of it, or lacks any at the end', () => {
    expect(isOutgrown(0, { trackCount: 0, isWhole: false })).toBe(false);
    expect(isOutgrown(0, { trackCount: 1, isWhole: false })).toBe(true);
    expect(isOutgrown(10, { trackCount: 19, isWhole: false })).toBe(false);
    expect(isOutgrown(10, { trackCount: 20, isWhole: false })).toBe(true);
    expect(isOutgrown(10, { trackCount: 11, isWhole: true })).toBe(true);
    expect(isOutgrown(10, { trackCount: 10, isWhole: true })).toBe(false);
  });
});
