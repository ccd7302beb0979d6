/**
 * The items of a list in rows of one or more columns; only those in sight are in the document. What
 * is not here yet keeps its room.
 */
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
  type RefObject,
} from 'react';
import type { ItemList } from './item-list';
import { usePage } from './page-context';
import { useItems } from './use-library';
import { useRoving } from './use-roving';
import { useRowWindow, type RowRange } from './use-row-window';

/** Before the list was measured. */
const FIRST_WIDTH_PX = 1000;

/** Where an item stands; plain values, so that it renders only when one of them is another. */
export type Place = {
  readonly index: number;
  readonly count: number;
  readonly xPx: number;
  readonly yPx: number;
  /** null: as wide as the list. */
  readonly widthPx: number | null;
  readonly heightPx: number;
  /** It has the list's Tab stop. */
  readonly isActive: boolean;
};

/** null: one column as wide as the list. */
export type Cells = {
  readonly minWidthPx: number | null;
  readonly gapPx: number;
  /** Of an item of that width, without the gap. */
  readonly heightPxOf: (widthPx: number) => number;
};

type Props<Item> = {
  readonly list: ItemList<Item, unknown>;
  readonly label: string;
  readonly className: string;
  readonly cells: Cells;
  readonly keyOf: (item: Item) => string;
  readonly renderItem: (item: Item, place: Place) => ReactElement;
  readonly listRef?: RefObject<HTMLUListElement | null>;
};

const useWidth = (list: RefObject<HTMLElement | null>): number => {
  const [widthPx, setWidthPx] = useState(FIRST_WIDTH_PX);
  // Before anything of it is seen.
  useLayoutEffect(() => {
    const element = list.current;
    if (!element || !('ResizeObserver' in window)) return undefined;
    const look = (): void => setWidthPx(element.clientWidth || FIRST_WIDTH_PX);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [list]);
  return widthPx;
};

const shapeOf = (widthPx: number, { minWidthPx, gapPx, heightPxOf }: Cells) => {
  const columns =
    minWidthPx === null ? 1 : Math.max(1, Math.floor((widthPx + gapPx) / (minWidthPx + gapPx)));
  const cellWidthPx = Math.floor((widthPx - gapPx * (columns - 1)) / columns);
  const heightPx = heightPxOf(cellWidthPx);
  return { columns, cellWidthPx, heightPx, rowPx: heightPx + gapPx };
};

/** In the order of the list, each once. */
const indexesOf = ({ begin, end }: RowRange, kept: readonly number[]): readonly number[] => {
  const indexes = kept.filter((index) => index < begin || index >= end);
  for (let at = begin; at < end; at += 1) indexes.push(at);
  return [...new Set(indexes)].sort((a, b) => a - b);
};

export const ItemGrid = <Item,>(props: Props<Item>): ReactElement => {
  const { list, label, className, cells, keyOf, renderItem } = props;
  const { scroller } = usePage();
  const ownRef = useRef<HTMLUListElement>(null);
  const listRef = props.listRef ?? ownRef;
  const count = useItems(list).total ?? 0;
  const { columns, cellWidthPx, heightPx, rowPx } = shapeOf(useWidth(listRef), cells);
  const seen = useRowWindow(scroller, rowPx, listRef);
  const { stopIndex, keptIndexes, onKeyDown, onFocus } = useRoving(listRef, {
    count,
    columns,
    keyAt: (index) => {
      const item = list.at(index);
      return item === undefined ? undefined : keyOf(item);
    },
    seen: { begin: seen.whole.begin * columns, end: seen.whole.end * columns },
  });
  const begin = seen.begin * columns;
  const end = seen.end * columns;
  useEffect(() => list.want(begin, end), [list, begin, end, count]);
  const keys = new Set<string>();
  return (
    <ul
      className={`grid ${className}`}
      aria-label={label}
      ref={listRef}
      style={{ height: Math.ceil(count / columns) * rowPx }}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      {indexesOf({ begin, end: Math.min(end, count) }, keptIndexes).map((index) => {
        const item = list.at(index);
        const place: Place = {
          index,
          count,
          xPx: (index % columns) * (cellWidthPx + cells.gapPx),
          yPx: Math.floor(index / columns) * rowPx,
          widthPx: cells.minWidthPx === null ? null : cellWidthPx,
          heightPx,
          isActive: index === stopIndex,
        };
        if (item === undefined) {
          return (
            <li
              key={`place ${index}`}
              className="grid-cell placeholder"
              data-index={index}
              aria-hidden="true"
              style={cellStyle(place)}
            />
          );
        }
        // An item that moves stays the same element, with its focus. While pages of before and
        // after a change of the library stand beside each other one can be there twice.
        const isTwice = keys.has(keyOf(item));
        const key = isTwice ? `${keyOf(item)} again at ${index}` : keyOf(item);
        keys.add(key);
        return <Keyed key={key} item={item} place={place} render={renderItem} />;
      })}
    </ul>
  );
};

type KeyedProps<Item> = {
  readonly item: Item;
  readonly place: Place;
  readonly render: (item: Item, place: Place) => ReactElement;
};

const Keyed = <Item,>({ item, place, render }: KeyedProps<Item>): ReactElement =>
  render(item, place);

type GridCellProps = { readonly place: Place; readonly children: ReactNode };

/** An item that is shown as nothing else; `children` has what gets the focus. */
export const GridCell = ({ place, children }: GridCellProps): ReactElement => (
  <li
    className="grid-cell"
    data-index={place.index}
    aria-setsize={place.count}
    aria-posinset={place.index + 1}
    style={cellStyle(place)}
  >
    {children}
  </li>
);

export const cellStyle = ({
  xPx,
  yPx,
  widthPx,
  heightPx,
}: Pick<Place, 'xPx' | 'yPx' | 'widthPx' | 'heightPx'>): React.CSSProperties => ({
  width: widthPx ?? '100%',
  height: heightPx,
  transform: `translate(${xPx}px, ${yPx}px)`,
});
