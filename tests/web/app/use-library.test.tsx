/** What of the library is asked for as a whole. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactElement, ReactNode } from 'react';
import { LibraryData } from '../../../web/src/app/library-data';
import { Page, type PageContext } from '../../../web/src/app/page-context';
import { useAnswer } from '../../../web/src/app/use-library';

afterEach(cleanup);

describe('An answer', () => {
  it('arrives although the library changes meanwhile, and is asked for once more', async () => {
    const data = new LibraryData(() => Promise.reject(new TypeError('failed')));
    const asked: { readonly signal: AbortSignal; readonly answer: (value: string) => void }[] = [];
    const ask = (_: LibraryData, signal: AbortSignal): Promise<string> =>
      new Promise((answer) => asked.push({ signal, answer }));
    // Nothing else of the page is used.
    const page = { data } as unknown as PageContext;
    const wrapper = ({ children }: { readonly children: ReactNode }): ReactElement => (
      <Page value={page}>{children}</Page>
    );
    const { result, unmount } = renderHook(() => useAnswer(ask), { wrapper });
    for (let count = 0; count < 3; count += 1) act(() => data.invalidate());
    expect(asked).toHaveLength(1);
    await act(async () => asked[0]?.answer('old'));
    expect([result.current, asked.length]).toEqual(['old', 2]);
    await act(async () => asked[1]?.answer('new'));
    expect([result.current, asked.length]).toEqual(['new', 2]);
    act(() => data.retryFailed());
    expect(asked).toHaveLength(3);
    unmount();
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
  });
});
