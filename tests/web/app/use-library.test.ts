import { afterEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, renderHook, waitFor, type RenderHookResult } from '@testing-library/react';
import type { Fetch, LibraryTrack } from '../../../web/src/app/library-client';
import { useLibrary, type LibraryState } from '../../../web/src/app/use-library';

const COUNT = 3;

/** A server whose catalogue knows no length but that of the first track; down while told so. */
class Server {
  isDown = false;

  readonly fetch: Fetch = () => {
    if (this.isDown) return Promise.reject(new TypeError('failed'));
    const tracks = Array.from({ length: COUNT }, (_, index) => ({
      id: `${index}`,
      duration_s: index === 0 ? 120.25 : null,
    }));
    const body = { tracks, total: COUNT };
    return Promise.resolve({
      ok: true,
      status: 200,
      json: () => Promise.resolve(body),
    } as Response);
  };
}

type Hook = RenderHookResult<LibraryState, unknown>['result'];

const tracksOf = ({ current: { library } }: Hook): readonly LibraryTrack[] =>
  library.type === 'ready' ? library.tracks : [];
const lengths = (hook: Hook): number[] =>
  tracksOf(hook).map(({ durationSeconds }) => durationSeconds);

const become = (hook: Hook, type: 'ready' | 'failed'): Promise<void> =>
  waitFor(() => {
    expect(hook.current.library.type).toBe(type);
  });

const open = async (server: Server): Promise<Hook> => {
  const { result } = renderHook(() => useLibrary(server.fetch));
  await become(result, 'ready');
  return result;
};

const learn = (hook: Hook, id: string, seconds: number): void =>
  act(() => hook.current.learnDuration(id, seconds));

const reload = (hook: Hook): void => act(() => hook.current.reload());

describe('useLibrary', () => {
  afterEach(cleanup);

  it('keeps what playing told of lengths when the library is loaded again', async () => {
    const hook = await open(new Server());
    learn(hook, '1', 61.5);
    learn(hook, '0', 100);
    expect(lengths(hook)).toEqual([100, 61.5, 0]);
    reload(hook);
    expect(hook.current.library.type).toBe('loading');
    await become(hook, 'ready');
    expect(lengths(hook)).toEqual([100, 61.5, 0]);
  });

  it('keeps what it is told while there is no listing: it loads, or has failed', async () => {
    const server = new Server();
    const hook = await open(server);
    server.isDown = true;
    reload(hook);
    learn(hook, '1', 61.5);
    await become(hook, 'failed');
    learn(hook, '2', 7);
    server.isDown = false;
    reload(hook);
    await become(hook, 'ready');
    expect(lengths(hook)).toEqual([120.25, 61.5, 7]);
  });

  it('leaves the tracks as they are where their length would look the same', async () => {
    const hook = await open(new Server());
    const before = tracksOf(hook);
    learn(hook, '0', 120.9);
    learn(hook, 'another', 5);
    expect(tracksOf(hook)).toBe(before);
    learn(hook, '1', 61.5);
    expect(tracksOf(hook)[0]).toBe(before[0]);
    expect(tracksOf(hook)[2]).toBe(before[2]);
  });

  it('ends a long listing whatever is asked meanwhile, and then lists once more', async () => {
    let answer: (count: number) => void = () => undefined;
    let askedCount = 0;
    const signals = new Set<AbortSignal | undefined>();
    const fetch: Fetch = async (url, options) => {
      if (url.endsWith('/scan')) return { ok: false, status: 404 } as Response;
      askedCount += 1;
      signals.add(options?.signal);
      const count = await new Promise<number>((resolve) => (answer = resolve));
      const tracks = Array.from({ length: count }, (_, index) => ({ id: `${index}` }));
      const body = { tracks, total: count };
      return { ok: true, status: 200, json: () => Promise.resolve(body) } as Response;
    };
    const seen = new Set<string>();
    const { result } = renderHook(() => {
      const state = useLibrary(fetch, null);
      seen.add(state.library.type);
      return state;
    });
    answer(1);
    await become(result, 'ready');
    seen.clear();
    act(() => {
      for (let count = 0; count < 3; count += 1) result.current.renew();
    });
    expect(askedCount).toBe(2);
    answer(2);
    await waitFor(() => expect(askedCount).toBe(3));
    await waitFor(() => expect(tracksOf(result)).toHaveLength(2));
    answer(3);
    await waitFor(() => expect(tracksOf(result)).toHaveLength(3));
    expect(askedCount).toBe(3);
    expect([...signals].map((signal) => signal?.aborted)).toEqual([false]);
    expect([...seen]).toEqual(['ready']);
  });

  it.each([0, Infinity, NaN])('does not take %f s for a length', async (seconds) => {
    const hook = await open(new Server());
    learn(hook, '0', seconds);
    reload(hook);
    await become(hook, 'ready');
    expect(lengths(hook)).toEqual([120.25, 0, 0]);
  });
});
