/** Keys and the Tab stop in a list of which only a part is here, and which changes meanwhile. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useRef, type ReactElement } from 'react';
import { browserDelay } from '../../../web/src/app/delay';
import { LibraryData } from '../../../web/src/app/library-data';
import { ListPlayer } from '../../../web/src/app/list-player';
import { Page } from '../../../web/src/app/page-context';
import { PageTitle } from '../../../web/src/app/page-title';
import { TrackList } from '../../../web/src/app/TrackList';
import { roveTarget, useRoving } from '../../../web/src/app/use-roving';
import { LibraryServer } from '../../support/library-server';
import { createWorld } from '../../support/player-world';

describe('A key', () => {
  const list = { count: 1000, columns: 1 };
  const grid = { count: 10, columns: 4 };
  it.each([
    ['ArrowDown', 5, list, 6],
    ['ArrowUp', 0, list, 0],
    ['PageDown', 5, list, 13],
    ['PageUp', 5, list, 0],
    ['Home', 700, list, 0],
    ['End', 0, list, 999],
    ['ArrowDown', 999, list, 999],
    ['ArrowDown', 1, grid, 5],
    ['ArrowRight', 1, grid, 2],
    ['ArrowLeft', 0, grid, 0],
    ['End', 3, grid, 9],
    ['PageDown', 0, grid, 9],
    // In one column they are for seeking.
    ['ArrowLeft', 5, list, null],
    ['ArrowRight', 5, list, null],
    ['x', 5, list, null],
  ])('%s leads from %i in %o to %p', (key, from, shape, to) => {
    expect(roveTarget(key, from, shape)).toBe(to);
  });
});

const COUNT = 1000;

type ListProps = {
  readonly isHere: (index: number) => boolean;
  readonly seen?: { readonly begin: number; readonly end: number };
};

/** The first and the last items, and those in sight. */
const List = ({ isHere, seen = { begin: 0, end: 10 } }: ListProps): ReactElement => {
  const ref = useRef<HTMLUListElement>(null);
  const { stopIndex, keptIndexes, onKeyDown, onFocus } = useRoving(ref, {
    count: COUNT,
    columns: 1,
    keyAt: (index) => (isHere(index) ? `${index}` : undefined),
    seen,
  });
  const indexes = Array.from({ length: seen.end - seen.begin }, (_, at) => seen.begin + at);
  return (
    <>
      <input aria-label="Field" />
      <ul ref={ref} onKeyDown={onKeyDown} onFocus={onFocus}>
        {[...new Set([...keptIndexes, ...indexes])].map((index) => (
          <li key={index} data-index={index}>
            {isHere(index) && (
              <button type="button" data-rove tabIndex={index === stopIndex ? 0 : -1}>
                {index}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
};

const focused = (): string | null => document.activeElement?.textContent ?? null;
const stops = (): (string | null)[] =>
  screen
    .getAllByRole('button')
    .filter((button) => button.tabIndex === 0)
    .map(({ textContent }) => textContent);
const focus = (name: string): void => act(() => screen.getByText(name).focus());
const press = (key: string): void => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
};

/** What the page had the browser bring into sight, which jsdom has no notion of. */
const shown: (string | null)[] = [];

beforeEach(() => {
  shown.length = 0;
  Element.prototype.scrollIntoView = function scrollIntoView(this: Element) {
    shown.push(this.getAttribute('data-index'));
  };
});

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(Element.prototype, 'scrollIntoView');
});

describe('The focus', () => {
  const isFirst = (index: number): boolean => index < 100;
  const isAny = (): boolean => true;

  it('goes to an item that has to be fetched once it is here, and is kept until then', () => {
    const { rerender } = render(<List isHere={isFirst} />);
    focus('0');
    press('End');
    expect(shown).toEqual(['999']);
    expect(focused()).toBe('0');
    // What is on its way counts for the next key.
    press('ArrowUp');
    expect(shown).toEqual(['999', '998']);
    rerender(<List isHere={isAny} seen={{ begin: 990, end: 1000 }} />);
    expect(focused()).toBe('998');
    // It stays wherever one scrolls, and is asked for no more.
    rerender(<List isHere={isAny} />);
    expect(focused()).toBe('998');
    focus('3');
    rerender(<List isHere={isAny} seen={{ begin: 990, end: 1000 }} />);
    expect(focused()).toBe('3');
  });

  it('is not taken from where somebody has gone meanwhile', () => {
    const { rerender } = render(<List isHere={isFirst} />);
    focus('0');
    press('End');
    act(() => screen.getByRole('textbox').focus());
    rerender(<List isHere={isAny} seen={{ begin: 990, end: 1000 }} />);
    expect(document.activeElement).toBe(screen.getByRole('textbox'));
    focus('995');
    rerender(<List isHere={isAny} seen={{ begin: 980, end: 1000 }} />);
    expect(focused()).toBe('995');
  });
});

describe('The Tab stop', () => {
  const isAny = (): boolean => true;

  it('is where the focus is, else where it was, and where that is out of sight what is seen', () => {
    const { rerender } = render(<List isHere={isAny} />);
    expect(stops()).toEqual(['0']);
    focus('4');
    rerender(<List isHere={isAny} seen={{ begin: 500, end: 510 }} />);
    expect(stops()).toEqual(['4']);
    act(() => screen.getByRole('textbox').focus());
    expect(stops()).toEqual(['500']);
    rerender(<List isHere={isAny} />);
    expect(stops()).toEqual(['4']);
  });

  it('is on an item that is here', () => {
    render(<List isHere={(index) => index >= 503} seen={{ begin: 500, end: 510 }} />);
    expect(stops()).toEqual(['503']);
  });
});

describe('A row that moves, as the library changes', () => {
  const tracks = (...names: readonly string[]) =>
    names.map((name) => ({ id: name, title: `Song ${name}` }));

  it('keeps the focus, and the others their elements', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate'] });
    const { player } = createWorld();
    const server = new LibraryServer(tracks('a', 'b', 'c'));
    const data = new LibraryData(server.fetch);
    const page = {
      player,
      data,
      listPlayer: new ListPlayer({ player, newSeed: () => 1, delay: browserDelay }),
      scroller: { current: null },
      title: new PageTitle(),
      mayGrow: false,
      say: () => undefined,
    };
    const settle = () => act(() => jest.advanceTimersByTimeAsync(500));
    render(
      <Page value={page}>
        <TrackList list={data.tracks('tracks')} emptyText="" />
      </Page>,
    );
    await settle();
    const rows = ['a', 'b', 'c'].map((name) => screen.getByTestId(`track-${name}`));
    act(() => rows[1]?.focus());
    server.tracks = tracks('new', 'x', 'a', 'b', 'c');
    data.invalidate();
    await settle();
    expect(['a', 'b', 'c'].map((name) => screen.getByTestId(`track-${name}`))).toEqual(rows);
    expect(document.activeElement).toBe(rows[1]);
    expect(rows[1]?.closest('li')?.getAttribute('aria-posinset')).toBe('4');
    expect(document.querySelectorAll('.row-button[tabindex="0"]')).toHaveLength(1);
    expect(rows[1]?.tabIndex).toBe(0);
    press('ArrowUp');
    expect(document.activeElement).toBe(rows[0]);
    jest.useRealTimers();
  });
});
