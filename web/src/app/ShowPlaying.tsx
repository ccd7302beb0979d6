/** A way back to the row of what plays, where it was played from this list and is out of sight. */
import { useEffect, useState, type ReactElement, type RefObject } from 'react';
import type { TrackItems } from './library-data';
import { scrollElement } from './navigation';
import { usePage } from './page-context';

type Props = {
  readonly list: TrackItems;
  readonly listRef: RefObject<HTMLElement | null>;
  readonly rowPx: number;
  readonly currentId: string | null;
};

export const ShowPlaying = ({ list, listRef, rowPx, currentId }: Props): ReactElement | null => {
  const { listPlayer, scroller } = usePage();
  const [isOut, setOut] = useState(false);
  const place = currentId === null ? null : listPlayer.placeOf(list, currentId);
  useEffect(() => {
    const element = scroller.current;
    if (!element || place === null) return undefined;
    const look = (): void => {
      const top = listRef.current?.getBoundingClientRect().top ?? 0;
      const row = top + place * rowPx - element.getBoundingClientRect().top;
      setOut(row < -rowPx / 2 || row > element.clientHeight - rowPx / 2);
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [scroller, listRef, place, rowPx]);
  if (place === null || !isOut) return null;
  const show = (): void => {
    const element = scroller.current;
    const first = listRef.current;
    if (!element || !first) return;
    const listTop =
      element.scrollTop + first.getBoundingClientRect().top - element.getBoundingClientRect().top;
    scrollElement(element, listTop + place * rowPx - (element.clientHeight - rowPx) / 2);
  };
  return (
    <div className="show-playing">
      <button type="button" className="chip" onClick={show}>
        Show what plays
      </button>
    </div>
  );
};
